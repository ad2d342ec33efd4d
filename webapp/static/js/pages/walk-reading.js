/** The readings of a day, and the way of one of them to the record's root, hashed here. */
import { h, kwh, language, momentText, t } from "./context.js";
import { DAY_FLAGS, READING_FLAGS, leafOf, readingsRoot, summaryDigest } from "../ppa/readings.js";
import { climb, proof, root } from "../ppa/tree.js";
import { decimal } from "../ppa/text.js";

/** What the page shows of a posted day and the chain's record of it. */
export function proofSteps(body, record, timeZone) {
  const hashes = body.leaves.map(leafOf);
  const last = body.leaves.findLastIndex((leaf) => !("kind" in leaf));
  const path = h("div", { id: "path", "aria-live": "polite" });
  const choose = (index) => path.replaceChildren(h("p", { class: "strong" }, leafText(body.leaves[index], timeZone)), ...pathOf(body, hashes, index, record));
  const rows = body.leaves.map((leaf, i) => h("tr", { class: i === last ? "strong" : null },
    h("td", {}, momentText(leaf.time, timeZone)),
    "kind" in leaf ? h("td", { colspan: 2 }, leaf.kind) : [h("td", { class: "number" }, kwh(leaf.generation_wh)), h("td", { class: "number" }, kwh(leaf.exported_wh))],
    h("td", {}, flagText(leaf.flags ?? 0)),
    h("td", {}, h("button", { class: "btn btn-sm", type: "button", "data-leaf": i, onclick: () => choose(i), "aria-label": t("walk.prove_label", { time: momentText(leaf.time, timeZone) }) }, t("walk.prove")))));
  choose(last);
  return [
    h("p", {}, t("walk.readings_count", { count: body.leaves.length })),
    h("p", { class: "hint" }, t("walk.quality", { generation: hours(body.summary.coverage_generation), exported: hours(body.summary.coverage_export), flags: flagText(body.summary.flags) || "—" })),
    h("h4", {}, t("walk.path")), path,
    h("details", {}, h("summary", {}, t("walk.all_readings")),
      h("div", { class: "table-responsive short-table", tabindex: 0, role: "region", "aria-label": t("walk.all_readings") }, h("table", { class: "table table-sm" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("walk.time")), h("th", { scope: "col", class: "number" }, t("word.generation")), h("th", { scope: "col", class: "number" }, t("word.exported")), h("th", { scope: "col" }, t("walk.flags")), h("th", { scope: "col" }, t("walk.path_short")))),
        h("tbody", {}, rows)))),
  ];
}

function leafText(leaf, timeZone) {
  const time = momentText(leaf.time, timeZone);
  return "kind" in leaf ? `${time}: ${leaf.kind}` : t("walk.reading_of", { time, generation: kwh(leaf.generation_wh), exported: kwh(leaf.exported_wh) });
}

function pathOf(body, hashes, index, record) {
  const leaf = body.leaves[index];
  const steps = proof(hashes, index);
  const treeRoot = climb(hashes[index], steps);
  const made = readingsRoot(summaryDigest(body.summary), treeRoot);
  const ok = treeRoot === root(hashes) && made === record.readingsRoot;
  const last = index === body.leaves.findLastIndex((item) => !("kind" in item));
  const sameRegisters = last && BigInt(leaf.generation_wh) === record.generation && BigInt(leaf.exported_wh) === record.exported;
  return [
    h("ol", { class: "path" },
      h("li", {}, t("walk.leaf"), " ", h("code", { class: "wrap" }, hashes[index])),
      steps.map((sibling) => h("li", {}, t("walk.sibling"), " ", h("code", { class: "wrap" }, sibling))),
      h("li", {}, t("walk.tree_root"), " ", h("code", { class: "wrap" }, treeRoot)),
      h("li", {}, t("walk.with_summary"), " ", h("code", { class: "wrap" }, made))),
    h("p", { class: ok ? "good" : "bad", "data-proved": String(ok) }, t(ok ? "walk.path_ok" : "walk.path_bad")),
    last ? h("p", { class: sameRegisters ? "good" : "bad" }, t(sameRegisters ? "walk.last_ok" : "walk.last_bad")) : "",
  ];
}

function flagText(flags) {
  return [...Object.entries(READING_FLAGS), ...Object.entries(DAY_FLAGS)].filter(([bit]) => (flags & Number(bit)) !== 0).map(([, name]) => t(`flags.${name}`)).join(", ");
}

/** Seconds covered as hours with one decimal. */
function hours(seconds) {
  return decimal(Math.round(seconds / 360), 1, language, 1);
}
