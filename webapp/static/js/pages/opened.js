/** Files that a visitor chooses or drops. They do not leave the browser. */
import { $, t } from "./context.js";
import { BadFile } from "../ppa/jsonfile.js";

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

/** A file's text. Throws BadFile if it is none. */
export async function textOf(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    throw new BadFile("not_json");
  }
}
