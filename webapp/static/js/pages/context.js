/** What every page's script shares: the page's data, texts in its language, and a way to make elements. */
import * as text from "../ppa/text.js";

export const page = JSON.parse(document.getElementById("page").textContent);
export const language = page.language;

/** The text of a key, its {names} filled. */
export function t(key, values = {}) {
  const found = page.texts[key];
  if (found === undefined) throw new Error(`No text ${key}`);
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

export const euros = (cents, currency = "EUR") => text.money(cents, language, currency);
export const kwh = (wh) => text.energy(wh, language);

/** An element: `h("p", {class: "hint"}, "text", other)`. Texts are never read as HTML. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

export const $ = (id) => document.getElementById(id);

/** An address or hash, shortened; the whole of it is in its title. */
export function short(identifier) {
  return h("code", { class: "id", title: identifier }, `${identifier.slice(0, 6)}…${identifier.slice(-4)}`);
}

/** A civil day in words. */
export function dateText(day, style = "long") {
  return new Intl.DateTimeFormat(language, { dateStyle: style, timeZone: "UTC" }).format(day * 86_400_000);
}

/** UTC seconds in the plant's time zone. */
export function momentText(seconds, timeZone) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone }).format(seconds * 1000);
}

/** Shows a message above the page's content, and goes there if that is out of sight; `kind`: info, success, warning or danger. */
export function notice(kind, message, ...more) {
  $("notices").replaceChildren(h("div", { class: `alert alert-${kind}`, role: kind === "danger" ? "alert" : null }, h("p", {}, message), ...more));
  $("notices").scrollIntoView({ block: "nearest" });
}

/** Gives the visitor a file of ours. */
export function save(body, name) {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(body, null, 1)}\n`], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

let interfaces;
/** The ABIs, the published build, the schemas of files and what refusals mean, fetched once. */
export function published() {
  interfaces ??= Promise.all(["abi", "build", "schemas", "refusals"].map((name) => fetch(`/interfaces/${name}.json`).then((a) => a.json())))
    .then(([abis, build, schemas, refusals]) => ({ abis, build, schemas, refusals }));
  return interfaces;
}
