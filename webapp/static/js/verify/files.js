/** Files that are verified: what each gives to a subject, and the check that says why one is refused. */
import { unsure } from "./check.js";
import * as invoice from "../ppa/invoice.js";
import { BadFile, address } from "../ppa/jsonfile.js";
import { parse } from "../ppa/schemas.js";
import { fromFile as termsFromFile } from "../ppa/terms.js";
import { read as readTerms } from "../ppa/termsfile.js";

const GIVEN = {
  "solpact-terms": (f) => ({ ...readTerms(f), ledger: null }),
  "solpact-evidence": (f) => {
    const at = Object.fromEntries(Object.entries(f.contracts).map(([name, where]) => [name, address(where, name)]));
    return {
      chainId: Number(f.chain_id), genesis: f.genesis, registry: at.PPARegistry, ledger: at.MeterLedger, id: f.agreement,
      terms: termsFromFile(f.terms), words: f.words, language: f.language, evidence: f,
    };
  },
  "solpact-invoice": (f) => ({ invoice: invoice.fromFile(f) }),
};

/** A file's {format, agreement, given}: what it gives to a subject. `schemas` by format. Throws BadFile. */
export function read(text, schemas) {
  const body = parse(text, schemas);
  const given = GIVEN[body.format.name](body);
  return { format: body.format.name, agreement: given.id ?? given.invoice.agreement, given };
}

/** The check of a file that is refused. Nothing of it was compared. Throws what is not of the file. */
export function refusal(problem) {
  if (!(problem instanceof BadFile)) throw problem;
  return { link: "file", name: "file", ...unsure(`file.${problem.code}`, problem.values) };
}
