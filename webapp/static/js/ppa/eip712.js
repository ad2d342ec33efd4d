/** Typed messages as wallets show and hash them (EIP-712): written out, not left to a library. */
import { AbiCoder, concat, id, keccak256, toUtf8Bytes } from "./ethers.js";

const MOST_EXACT = 2n ** 53n;
const coder = AbiCoder.defaultAbiCoder();
const DOMAIN = struct("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

/** A struct of its type, such as "Clause(address rule,bytes params)"; `inner`: the struct that its arrays hold. */
export function struct(type, inner = null) {
  const fields = type.slice(type.indexOf("(") + 1, -1).split(",").map((part) => {
    const [kind, name] = part.split(" ");
    return { name, type: kind };
  });
  const typeHash = id(type + (inner ? inner.type : ""));
  return {
    type,
    name: type.slice(0, type.indexOf("(")),
    fields,
    inner,
    /** The hash of a value; `known`: hashes of fields of which nothing else is at hand, by name. */
    hash: (value, known = {}) =>
      keccak256(concat([typeHash, ...fields.map((field) => known[field.name] ?? encoded(field.type, value[field.name], inner))])),
  };
}

function encoded(type, value, inner) {
  if (type === "string") return keccak256(toUtf8Bytes(value));
  if (type === "bytes") return keccak256(value);
  if (type.endsWith("[]")) return keccak256(concat(value.map((one) => inner.hash(one))));
  return coder.encode([type], [value]);
}

const domainOf = (chainId, contract) => ({ name: "Solpact", version: "1", chainId, verifyingContract: contract });

/** The domain of a contract of ours on a chain. */
export function domainSeparator(chainId, contract) {
  return DOMAIN.hash(domainOf(chainId, contract));
}

/** What is signed: a struct's hash in the domain of a contract. */
export function digest(structHash, chainId, contract) {
  return keccak256(concat(["0x1901", domainSeparator(chainId, contract), structHash]));
}

/** The same message as a wallet takes it, which shows every field by name before it signs. */
export function typedData(primary, value, chainId, contract) {
  const structs = [DOMAIN, primary, ...(primary.inner ? [primary.inner] : [])];
  return {
    types: Object.fromEntries(structs.map(({ name, fields }) => [name, fields])),
    primaryType: primary.name,
    domain: domainOf(integer(chainId), contract),
    message: Object.fromEntries(primary.fields.map(({ name }) => [name, plain(value[name])])),
  };
}

function plain(value) {
  return typeof value === "bigint" ? integer(value) : value;
}

/** As JSON takes it: a decimal text where readers lose digits. */
export function integer(value) {
  const size = BigInt(value);
  return -MOST_EXACT <= size && size <= MOST_EXACT ? Number(size) : String(size);
}
