/** The wallet that the visitor chose, and transactions through it. Keys never leave it. */
import { httpNode, NodeError } from "../verify/node.js";
import { page, t } from "../pages/context.js";
import { getAddress } from "../ppa/ethers.js";
import { refusal } from "./calls.js";

const CHOICE = "solpact-wallet";
const REJECTED = 4001;
const UNKNOWN_CHAIN = 4902;
const MINED_AFTER_MS = 300;
const node = httpNode(page.rpc);
const listeners = new Set();

/** `wallet`: {info, provider} or null; `account`: checksum address or null; `chainId`: of the wallet. */
export const session = { wallet: null, account: null, chainId: null };

export class Stopped extends Error {}

export class WrongNetwork extends Stopped {}

export const onChange = (listener) => {
  listeners.add(listener);
  listener(session);
};
const tell = () => listeners.forEach((listener) => listener(session));

/** Connects a wallet; `ask` opens its own dialog, otherwise only what it already allows. */
export async function connect(wallet, ask = true) {
  let accounts;
  try {
    accounts = await wallet.provider.request({ method: ask ? "eth_requestAccounts" : "eth_accounts" });
  } catch (problem) {
    throw new Stopped(problem.code === REJECTED ? t("wallet.not_allowed") : t("wallet.failed", { problem: problem.message }));
  }
  if (!accounts?.length) return;
  Object.assign(session, { wallet, account: getAddress(accounts[0]) });
  session.chainId = Number(await wallet.provider.request({ method: "eth_chainId" }));
  localStorage.setItem(CHOICE, wallet.info.rdns);
  wallet.provider.on?.("accountsChanged", (now) => wallet === session.wallet && changed(now));
  wallet.provider.on?.("chainChanged", (now) => {
    if (wallet !== session.wallet) return;
    session.chainId = Number(now);
    tell();
  });
  tell();
}

export function disconnect() {
  localStorage.removeItem(CHOICE);
  changed([]);
}

function changed(accounts) {
  session.account = accounts.length ? getAddress(accounts[0]) : null;
  if (!session.account) session.wallet = null;
  tell();
}

/** Connects again, without asking, the wallet of the last visit. */
export function resume(wallets) {
  const wanted = localStorage.getItem(CHOICE);
  const wallet = wallets.find((w) => w.info.rdns === wanted);
  if (wallet && !session.wallet) connect(wallet, false).catch(() => {});
}

/** Asks the wallet to change to this page's network, adding it if it does not know it. */
export async function changeNetwork() {
  const chainId = "0x" + page.chainId.toString(16);
  const { provider } = session.wallet;
  try {
    await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
  } catch (problem) {
    if (problem.code !== UNKNOWN_CHAIN) throw new Stopped(t("wallet.failed", { problem: problem.message }));
    await provider.request({ method: "wallet_addEthereumChain", params: [{
      chainId, chainName: `Solpact ${page.network}`, rpcUrls: [new URL(page.rpc, location.href).href],
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    }] });
  }
  session.chainId = Number(await provider.request({ method: "eth_chainId" }));
  tell();
}

/** Has the wallet sign a message that it shows field by field (EIP-712); what it gives. Throws Stopped with a sentence. */
export async function signTyped(message) {
  await onOurNetwork();
  return asked("eth_signTypedData_v4", [session.account, JSON.stringify(message)]);
}

/**
 * Sends a call and waits for its block; `step(text)` hears each state. Throws Stopped with a sentence: nothing that
 * the visitor typed is lost. Our networks' gas is free: always a legacy transaction at price 0.
 */
export async function send(call, step) {
  await onOurNetwork();
  step(t("tx.checking"));
  const gas = await estimate(call);
  step(t("tx.waiting"));
  const hash = await asked("eth_sendTransaction", [{
    from: session.account, to: call.to, data: call.data, gas: "0x" + gas.toString(16), gasPrice: "0x0", type: "0x0",
  }]);
  step(t("tx.sent", { hash: hash.slice(0, 10) }));
  const receipt = await mined(hash);
  if (Number(receipt.status) !== 1) throw new Stopped(t("tx.reverted", { hash: hash.slice(0, 10) }));
  step(t("tx.mined", { block: Number(receipt.blockNumber) }));
  return receipt;
}

async function onOurNetwork() {
  if (!session.account) throw new Stopped(t("wallet.connect_first"));
  session.chainId = Number(await session.wallet.provider.request({ method: "eth_chainId" }));
  if (session.chainId !== page.chainId) {
    tell();
    throw new WrongNetwork(t("wallet.wrong_network", { theirs: session.chainId, ours: page.chainId }));
  }
}

/** What the wallet answers where its owner is asked. */
async function asked(method, params) {
  try {
    return await session.wallet.provider.request({ method, params });
  } catch (problem) {
    throw new Stopped(problem.code === REJECTED ? t("wallet.rejected") : t("wallet.failed", { problem: problem.message }));
  }
}

async function estimate(call) {
  const question = { from: session.account, to: call.to, data: call.data };
  try {
    return (BigInt(await node.ask("eth_estimateGas", [question])) * 6n) / 5n;
  } catch (problem) {
    if (!(problem instanceof NodeError)) throw problem;
    throw new Stopped(problem.data ? await refusal(problem.data) : t("wallet.failed", { problem: problem.message }));
  }
}

async function mined(hash) {
  for (;;) {
    const receipt = await node.ask("eth_getTransactionReceipt", [hash]);
    if (receipt) return receipt;
    await new Promise((later) => setTimeout(later, MINED_AFTER_MS));
  }
}

/** Waits until the platform's index has what a block told: `ready(agreement)`; gives up after half a minute. */
export async function indexed(id, ready) {
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`/api/v1/agreements/${id}`);
    if (answer.ok && ready(await answer.json())) return true;
    await new Promise((later) => setTimeout(later, MINED_AFTER_MS));
  }
  return false;
}
