/**
 * The demo wallet of embedded chains: two roles of the well-known test mnemonic. Its keys are public and worth nothing;
 * it signs in the browser, as a real wallet does, and asks before.
 */
import { HDNodeWallet } from "../ppa/ethers.js";
import { httpNode } from "../verify/node.js";
import { page, t } from "../pages/context.js";
import { confirmMessage, confirmTransaction } from "./confirm.js";

const MNEMONIC = "test test test test test test test test test test test junk";
const INDEX = { producer: 1, consumer: 2 };
const node = httpNode(page.rpc);

/** One wallet a role, in the form in which EIP-6963 announces wallets. */
export function demoWallets() {
  return Object.keys(INDEX).map((role) => ({
    info: { uuid: `demo-${role}`, rdns: `demo-${role}`, name: t(`demo.${role}`), icon: "" },
    provider: { request: ({ method, params = [] }) => answer(role, method, params), on() {}, removeListener() {} },
  }));
}

function keyOf(role) {
  return HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${INDEX[role]}`);
}

const declined = () => Object.assign(new Error(t("wallet.rejected")), { code: 4001 });

async function answer(role, method, params) {
  if (method === "eth_accounts" || method === "eth_requestAccounts") return [keyOf(role).address];
  if (method === "eth_sendTransaction") return send(role, params[0]);
  if (method === "eth_signTypedData_v4") return sign(role, JSON.parse(params[1]));
  return node.ask(method, params);
}

async function sign(role, message) {
  if (!await confirmMessage(role, message)) throw declined();
  const { EIP712Domain: _, ...types } = message.types; // ethers writes the domain's type itself
  return keyOf(role).signTypedData(message.domain, types, message.message);
}

async function send(role, transaction) {
  if (!await confirmTransaction(role, transaction)) throw declined();
  const key = keyOf(role);
  const nonce = Number(await node.ask("eth_getTransactionCount", [key.address, "pending"]));
  const signed = await key.signTransaction({
    type: 0, chainId: page.chainId, nonce, to: transaction.to, data: transaction.data, value: 0n,
    gasLimit: BigInt(transaction.gas), gasPrice: 0n,
  });
  return node.ask("eth_sendRawTransaction", [signed]);
}
