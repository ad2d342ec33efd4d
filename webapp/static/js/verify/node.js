/** A node that answers JSON-RPC: behind a URL (ours or the visitor's) or behind the visitor's wallet. */

export class NodeError extends Error {
  /** `data`: revert bytes (hex) if the node gave any. */
  constructor(message, data = null) {
    super(message);
    this.data = data;
  }
}

export class Unreachable extends NodeError {}

/** A view refused, or a contract that should be there is not. */
export class Reverted extends NodeError {}
export class NoCode extends NodeError {}

/** An answer that cannot be what the chain says. */
export class BadAnswer extends Error {}

const REVERT_WORDS = /revert|always failing|vm exception|invalid opcode/i;
const QUANTITY = /^0x[0-9a-f]{1,64}$/i;

/** A quantity that a node answered, as BigInt. Throws BadAnswer. */
export function quantity(value) {
  if (!QUANTITY.test(value)) throw new BadAnswer(`The node answered ${JSON.stringify(value)} where a number belongs.`);
  return BigInt(value);
}

const AT_ONCE = 2; // as many as the platform takes of one client (webapp/turns.py)
const TRIES = 20;
const SOON_S = 5;

let serial = 0;
const lines = Array.from({ length: AT_ONCE }, () => Promise.resolve());
let turn = 0;

/** Does `work` after what stands in one of the lines before it: so many requests are under way at once, not more. */
function inLine(work) {
  const place = turn++ % AT_ONCE;
  const done = lines[place].then(work);
  lines[place] = done.catch(() => {});
  return done;
}

/** The answer to a request; one that is to come again in some seconds does. */
async function fetched(url, request) {
  for (let left = TRIES; ; left--) {
    const answer = await fetch(url, request);
    const wait = Number(answer.headers.get("Retry-After") ?? Infinity);
    if (answer.status !== 429 || wait > SOON_S || left === 0) return answer;
    await new Promise((later) => setTimeout(later, 1000 * wait));
  }
}

/** A node at a URL; batches are sent as JSON-RPC batches, at most 100 questions each. */
export function httpNode(url) {
  async function post(body) {
    let answer;
    try {
      answer = await inLine(() => fetched(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
    } catch (problem) {
      throw new Unreachable(`${url}: ${problem.message}`);
    }
    const found = await answer.json().catch(() => null);
    if (found === null) throw new Unreachable(`${url}: HTTP ${answer.status}`);
    return found;
  }
  const question = (method, params) => ({ jsonrpc: "2.0", id: ++serial, method, params });
  return {
    url,
    ask: async (method, params = []) => result(method, await post(question(method, params))),
    async askMany(questions) {
      const answers = [];
      for (let i = 0; i < questions.length; i += 100) {
        const page = questions.slice(i, i + 100).map(([method, params]) => question(method, params));
        const found = await post(page);
        if (!Array.isArray(found)) throw new NodeError(found.error?.message ?? "The node does not take batches.");
        const byId = new Map(found.map((a) => [a.id, a]));
        answers.push(...page.map((q) => result(q.method, byId.get(q.id) ?? {})));
      }
      return answers;
    },
  };
}

/** The visitor's own node, through their wallet (EIP-1193). */
export function walletNode(provider, name) {
  const ask = async (method, params = []) => {
    try {
      return await provider.request({ method, params });
    } catch (problem) {
      throw refused(method, problem);
    }
  };
  return { url: name, ask, askMany: (questions) => Promise.all(questions.map(([method, params]) => ask(method, params))) };
}

function result(method, answer) {
  if (answer.error) throw refused(method, answer.error);
  if (!("result" in answer)) throw new Unreachable("The answer is not one of a node.");
  return answer.result;
}

function refused(method, { message = "The node refused.", data }) {
  const bytes = revertData(data);
  const reverted = bytes !== null || (["eth_call", "eth_estimateGas"].includes(method) && REVERT_WORDS.test(message));
  return new (reverted ? Reverted : NodeError)(message, bytes);
}

/** Revert bytes, wherever a node puts them: a string, or Ganache's object. */
function revertData(data) {
  if (data && typeof data === "object") return Object.values(data).map(revertData).find(Boolean) ?? null;
  return typeof data === "string" && data.startsWith("0x") && data.length % 64 === 10 ? data : null;
}
