/** The print view's only button. */
import { $ } from "./context.js";

$("print").addEventListener("click", () => print());
