/** Our contracts' calls: made, decoded, and their refusals in words. */
import { Interface } from "../ppa/ethers.js";
import { language, page, published } from "../pages/context.js";
import { sentence, sentenceOf } from "../ppa/refusals.js";
import { asTuple } from "../ppa/terms.js";

let faces;
async function interfaces() {
  faces ??= Object.fromEntries(Object.entries((await published()).abis).map(([name, abi]) => [name, new Interface(abi)]));
  return faces;
}

/** The call of a function of the registry that takes the terms, and maybe more: {to, data}. */
export async function registryCall(name, terms, ...more) {
  const { PPARegistry } = await interfaces();
  return { to: page.contracts.PPARegistry, data: PPARegistry.encodeFunctionData(name, [asTuple(terms), ...more]) };
}

/** The function's name, selector and arguments by name. */
export async function decoded(data) {
  for (const face of Object.values(await interfaces())) {
    const found = face.parseTransaction({ data });
    if (found) return { name: found.name, selector: found.selector, args: found.args, inputs: found.fragment.inputs };
  }
  return { name: data.slice(0, 10), selector: data.slice(0, 10), args: [], inputs: [] };
}

/** Revert bytes as a sentence. */
export async function refusal(data) {
  const { refusals } = await published();
  return sentenceOf(data, Object.values(await interfaces()), refusals, language);
}

/** What the registry would say after the last day to start. */
export async function longStopPassed({ longStopDay }, today) {
  const { refusals } = await published();
  const days = { longStopDay: BigInt(longStopDay), today: BigInt(today) };
  return sentence("LongStopPassed", days, { catalogue: refusals, language });
}
