/** The worst answer of a check to several agreements, false before undecided; where all hold, that to the last. */
export async function worst(agreements, check) {
  const answers = [];
  for (const one of agreements) {
    const answer = await check(one);
    if (answer.ok === false) return answer;
    answers.push(answer);
  }
  return answers.find(({ ok }) => ok === null) ?? answers.at(-1);
}
