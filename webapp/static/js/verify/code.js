/** Whether code on a chain is the published build, immutables masked (interfaces/build.json). */
import { KNOWN } from "../ppa/clauses/index.js";

export class WrongCode extends Error {
  /** `reason`: a key of the texts; `values`: what it names. */
  constructor(reason, values) {
    super(`${reason} ${JSON.stringify(values)}`);
    Object.assign(this, { reason, values });
  }
}

/** The immutables (name to 32-byte hex) found in code that is the published build in every other byte. Throws WrongCode. */
export function immutablesOf(build, name, code) {
  const { runtime, immutableReferences } = build.contracts[name];
  if (code === "0x") throw new WrongCode("no_code", { name });
  if (code.length !== runtime.length) throw new WrongCode("length", { name });
  const found = {};
  let masked = code.toLowerCase();
  for (const [key, places] of Object.entries(immutableReferences)) {
    const values = new Set(places.map(({ start, length }) => code.slice(2 + 2 * start, 2 + 2 * (start + length)).toLowerCase()));
    if (values.size !== 1) throw new WrongCode("immutable", { name, immutable: key });
    found[key] = "0x" + [...values][0];
    for (const { start, length } of places) {
      masked = masked.slice(0, 2 + 2 * start) + "00".repeat(length) + masked.slice(2 + 2 * (start + length));
    }
  }
  if (masked !== runtime.toLowerCase()) throw new WrongCode("differs", { name });
  return found;
}

/** The name of the published clause that this code is; null if it is none of ours. */
export function identify(build, code) {
  return Object.keys(KNOWN).find((name) => build.contracts[name]?.runtime.toLowerCase() === code.toLowerCase()) ?? null;
}
