/** What every file of ours is refused with, and the fields that no schema can check. */
import { getAddress } from "./ethers.js";

/** A file that cannot be read or is not what its schema says. `code` names the rule, a key of the page's texts. */
export class BadFile extends Error {
  constructor(code, values = {}) {
    super(code);
    Object.assign(this, { code, values });
  }
}

/** An address of a file. Throws BadFile if it is not in checksum form. */
export function address(value, field) {
  if (getAddress(value.toLowerCase()) !== value) throw new BadFile("bad_address", { field, address: value });
  return value;
}
