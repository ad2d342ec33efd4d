/** What an index said of a month when something was closed: what was published later was missing then. */
import { NoIndexValue } from "../ppa/clauses/index.js";
import { toBeHex } from "../ppa/ethers.js";
import { WrongCode, immutablesOf } from "./code.js";
import { NoCode, Reverted } from "./node.js";
import { isBefore } from "./subject.js";

/**
 * Indexes as they were before a log. `value(address, month)` throws NoIndexValue; `undated`: whether one was asked for whose
 * values nothing dates.
 */
export function asOf(s, place) {
  const indexes = {
    undated: false,
    async value(address, month) {
      const found = await s.once(`index ${address} ${month}`, () => published(s, address, month));
      indexes.undated ||= !found.isDated;
      if (found.value === null || (found.log !== null && isBefore(place, found.log))) throw new NoIndexValue(`The index ${address} has no value of ${month}.`);
      return found.value;
    },
  };
  return indexes;
}

/**
 * What the node tells of an index's month now: its value, null if there is none, and the log that told it. `isDated` false:
 * the index is none of our build, so that its value may be another tomorrow; or the node gives a value without its log.
 */
async function published(s, address, month) {
  const isOurs = await isPublisher(s, address);
  const value = await valueOf(s, address, month);
  const log = isOurs ? await logOf(s, address, month) : null;
  return { value, log, isDated: isOurs && (value === null) === (log === null) };
}

async function isPublisher(s, address) {
  try {
    immutablesOf(s.build, "IndexPublisher", await s.reader.code(address));
    return true;
  } catch (problem) {
    if (problem instanceof WrongCode) return false;
    throw problem;
  }
}

/** The value of an index in the month that starts on a civil day, as it is now; null if there is none. */
async function valueOf(s, address, month) {
  try {
    return (await s.reader.view("IIndex", address, "valueOf", [month]))[0];
  } catch (problem) {
    if (problem instanceof Reverted || problem instanceof NoCode) return null;
    throw problem;
  }
}

async function logOf(s, address, month) {
  const topics = [s.reader.topic("IndexPublisher", "Published"), toBeHex(month, 32)];
  const [event] = await s.reader.events("IndexPublisher", address, topics, 0, await s.head());
  return event ?? null;
}
