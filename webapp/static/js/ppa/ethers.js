/** The only door to ethers (keccak, ABI coding, demo keys); the file is copied from node_modules by `python -m webapp.vendor`. */
export {
  AbiCoder, HDNodeWallet, Interface, Signature, concat, decodeRlp, encodeRlp, getAddress, getBytes, hexlify, id, isAddress, keccak256,
  randomBytes, recoverAddress, toBeHex, toTwos, toUtf8Bytes, zeroPadValue,
} from "../../vendor/ethers.min.js";
