/** Link statement: what disputes, payments, notices and announcements left, word by word. */
import { AnnouncementWord, ClaimsWord, NoticeWord, PaymentWord } from "../ppa/storage-words.js";
import { fail, pass } from "./check.js";
import { replayed } from "./replay.js";

/** Claims, payments, the lender's notice, what is announced and what was used: storage is what the events make. */
export async function rareWords(s) {
  let count = 0;
  for (const { word, found, values, key } of await expectedWords(s)) {
    if (await s.storedWord(...key) !== word) return fail(found, values);
    if (word) count += 1;
  }
  return pass("rights.ok", { count });
}

/** The words that must stand, their slots, and what is said where they do not. */
async function expectedWords(s) {
  const { replay, rare } = await replayed(s);
  const root = await s.root();
  const numbers = await s.handedOverTo() ? [] : Object.keys(await s.stored()).map(Number);
  const claims = numbers.map((number) => ({
    key: ["claims", root, number], word: replay.claims[number] ? ClaimsWord.pack(replay.claims[number]) : 0n,
    found: "rights.claims", values: { number },
  }));
  const payments = [...replay.payments.values()].map(({ transfer: { cents, day, reference }, word }) => ({
    key: ["payment", s.id, cents, day, reference], word: PaymentWord.pack(word), found: "rights.payment", values: { cents },
  }));
  const notice = { key: ["notice", s.id], word: NoticeWord.pack(replay.notice), found: "rights.notice" };
  const announced = { key: ["announcement", s.id], word: AnnouncementWord.pack(replay.announcement), found: "rights.announcement" };
  const used = rare.used.map((digest) => ({ key: ["used", digest], word: 1n, found: "rights.used", values: { digest } }));
  return [...claims, ...payments, notice, announced, ...used];
}
