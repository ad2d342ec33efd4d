/**
 * Arguments of a call as Solidity reads them, however they are laid out. Who brings a call may lay its arguments out as it
 * likes: offsets that point backwards, arrays that overlap, bytes that are padded with anything. The contract reads them
 * all the same, and so does this. Only for calls that were accepted: what the contract refuses is read as something.
 */
import { getAddress } from "../ppa/ethers.js";
import { BadAnswer } from "./node.js";

const WORD = 32;
const SELECTOR_DIGITS = 8;
const MOST_CALLS = 64; // looked at inside one input
const ROOM = 256; // words read beyond four times those of the input: arrays that overlap without end are not followed

/**
 * The calls of these functions, [{name, args}], that a transaction's input (hex) is, or, `anywhere`, that stand somewhere
 * inside it. `face` is the contract's Interface; numbers are BigInt, addresses in checksum form, bytes in hex.
 */
export function callsIn(face, input, functions, anywhere) {
  const data = input.slice(2).toLowerCase();
  const fragments = new Map(functions.map((name) => face.getFunction(name)).map((each) => [each.selector.slice(2), each]));
  const found = [];
  let looked = 0;
  for (let place = 0; place < (anywhere ? data.length : 1) && looked < MOST_CALLS; place += 2) {
    const fragment = fragments.get(data.slice(place, place + SELECTOR_DIGITS));
    if (!fragment) continue;
    looked += 1;
    try {
      found.push({ name: fragment.name, args: new Arguments(data.slice(place + SELECTOR_DIGITS)).read(fragment.inputs) });
    } catch (problem) {
      if (!(problem instanceof BadAnswer)) throw problem;
    }
  }
  return found;
}

/** The words of one call's arguments; beyond its end there are zeros. */
class Arguments {
  constructor(data) {
    this.data = data;
    this.size = data.length / 2;
    this.left = Math.floor((4 * this.size) / WORD) + ROOM;
  }

  /** The values. Throws BadAnswer for more than a call can have. */
  read = (kinds) => this.#sequence(kinds, 0n);

  #bytes(place, length) {
    if (length > BigInt(this.size + WORD)) throw new BadAnswer(`A call of ${this.size} bytes has no arguments of so many.`);
    const count = Number(length);
    this.left -= Math.floor(count / WORD) + 1;
    if (this.left < 0) throw new BadAnswer(`A call of ${this.size} bytes has no arguments of so many.`);
    const from = BigInt.asUintN(256, place);
    const held = from < BigInt(this.size) ? this.data.slice(2 * Number(from), 2 * (Number(from) + count)) : "";
    return held.padEnd(2 * count, "0");
  }

  #number = (place) => BigInt("0x" + this.#bytes(place, BigInt(WORD)));

  #sequence(kinds, base) {
    let head = base;
    return kinds.map((kind) => {
      const value = this.#value(kind, isDynamic(kind) ? base + this.#number(head) : head);
      head += BigInt(isDynamic(kind) ? WORD : sizeOf(kind));
      return value;
    });
  }

  #value(kind, place) {
    if (kind.isArray()) {
      const count = this.#number(place);
      const most = BigInt(this.left + 1);
      return this.#sequence(Array(Number(count < most ? count : most)).fill(kind.arrayChildren), place + BigInt(WORD));
    }
    if (kind.isTuple()) return this.#sequence(kind.components, place);
    if (isDynamic(kind)) return "0x" + this.#bytes(place + BigInt(WORD), this.#number(place));
    return plain(kind.type, this.#bytes(place, BigInt(WORD)));
  }
}

const isDynamic = (kind) => kind.isArray() || ["bytes", "string"].includes(kind.type) || (kind.isTuple() && kind.components.some(isDynamic));
const sizeOf = (kind) => (kind.isTuple() ? kind.components.reduce((sum, one) => sum + sizeOf(one), 0) : WORD);

function plain(type, word) {
  if (type === "address") return getAddress("0x" + word.slice(24));
  if (type.startsWith("bytes")) return "0x" + word.slice(0, 2 * Number(type.slice("bytes".length)));
  if (type === "bool") return BigInt("0x" + word) !== 0n;
  const whole = BigInt("0x" + word);
  return type.startsWith("int") ? BigInt.asIntN(256, whole) : whole;
}
