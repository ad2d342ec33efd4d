/** The worst answer of a check to several agreements, false before undecided; where all hold, that to the last. */
export async function worst(agreements, check) {
  const answers = [];
  for (const one of agreements) answers.push(await check(one));
  return answers.find(({ ok }) => ok === false) ?? answers.find(({ ok }) => ok === null) ?? answers.at(-1);
}
