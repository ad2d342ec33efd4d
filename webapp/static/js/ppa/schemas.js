/** JSON of ours, as ppa reads it: each name once, whole numbers, and what the schema of its format says. */
import { BadFile } from "./jsonfile.js";
import { Validator } from "../../vendor/json-schema/validator.js";

const VERSION = 1;
const LARGEST = 2n ** 53n;
const LONGEST_NUMBER = 20;
const PLACE_LENGTH = 80; // of a field's name in a sentence: the file may have any
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;
const HALF_CHARACTER = /\p{Surrogate}/u;
const OF_PARTS = ["properties", "items", "additionalProperties", "$ref"]; // the error of the part follows theirs
const REASONS = { required: "missing_field", false: "unknown_field" };

/** A file's body, as the schema of its format says; `schemas` by format. Throws BadFile. */
export function parse(text, schemas) {
  let body;
  try {
    body = JSON.parse(text);
    checkTokens(text);
  } catch (problem) {
    throw problem instanceof BadFile ? problem : new BadFile("not_json");
  }
  const { name, version } = body?.format ?? {};
  if (typeof name !== "string" || !Object.hasOwn(schemas, name)) throw new BadFile("unknown_format");
  if (version !== VERSION) throw new BadFile("unknown_version", { version: Number.isInteger(version) ? version : "?" });
  const [problem] = new Validator(schemas[name], "2020-12").validate(body).errors.filter(({ keyword }) => !OF_PARTS.includes(keyword));
  if (problem) throw new BadFile(REASONS[problem.keyword] ?? "bad_field", { place: shown(placeOf(problem)) });
  return body;
}

/** What JSON.parse lets pass and ppa does not: a name that stands twice, fractions, numbers that lose digits. */
function checkTokens(text) {
  const open = []; // the names of each object that is open, null for a list
  let last;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") checkName(JSON.parse(last), open.at(-1));
    else if (/^[-\d]/.test(token) && !isExact(token)) throw new BadFile("bad_number", { number: shown(token) });
    last = token;
  }
}

function checkName(name, names) {
  if (names.has(name)) throw new BadFile("name_twice", { place: shown(name) });
  if (HALF_CHARACTER.test(name)) throw new BadFile("not_json");
  names.add(name);
}

function isExact(token) {
  if (token.length > LONGEST_NUMBER || !/^-?\d+$/.test(token)) return false;
  const number = BigInt(token);
  return -LARGEST <= number && number <= LARGEST;
}

/** The field itself, also one that is missing or that no schema has. */
function placeOf({ keyword, instanceLocation, error }) {
  const parts = instanceLocation.split("/").slice(1).map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  if (keyword === "required") parts.push(/"(.*)"/.exec(error)[1]);
  return parts.join("/");
}

const shown = (place) => place.replace(/[^ -~]/gu, "?").slice(0, PLACE_LENGTH);
