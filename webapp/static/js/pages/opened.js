/** Files that a visitor chooses or drops: JSON of ours, of the version that we read. They do not leave the browser. */
import { $, t } from "./context.js";

export class Unreadable extends Error {}

/** Calls `take` with each choice of files. */
export function onFiles(take) {
  const given = (files) => files.length && take([...files]);
  const chosen = () => {
    given($("files").files);
    $("files").value = ""; // a file that was mended under the same name is a new choice
  };
  $("files").addEventListener("change", chosen);
  chosen(); // before this script ran
  for (const name of ["dragover", "drop"]) {
    $("drop").addEventListener(name, (event) => {
      event.preventDefault();
      if (name === "drop") given(event.dataTransfer.files);
    });
  }
}

/** A file's body, of one of the formats wanted. Throws Unreadable with a sentence; `unknown` is its key for another file. */
export async function opened(file, formats, unknown = "verify.unknown_file") {
  let body;
  try {
    body = JSON.parse(await file.text());
  } catch {
    throw new Unreadable(t("verify.not_json", { name: file.name }));
  }
  if (!formats.includes(body?.format?.name)) throw new Unreadable(t(unknown, { name: file.name }));
  if (body.format.version !== 1) throw new Unreadable(t("verify.unknown_version", { name: file.name, version: body.format.version }));
  return body;
}
