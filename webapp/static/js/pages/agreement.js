/** One agreement: its terms in words, the chart, closing the next month, taking a proposal back. */
import { $, h, language, notice, page, t } from "./context.js";
import { termsList } from "./terms-view.js";
import { showWords } from "./words-view.js";
import { fromFile } from "../ppa/terms.js";
import { registryCall } from "../wallet/calls.js";
import { Stopped, indexed, onChange, send, session } from "../wallet/session.js";

const terms = fromFile(page.terms);
showWords(terms, page.names);
$("exact").replaceChildren(termsList(terms));

function draw(canvas) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  new globalThis.Chart(canvas, {
    type: "bar",
    data: {
      labels: page.chart.labels,
      datasets: [
        { label: t("word.consumption"), data: page.chart.consumption, backgroundColor: "#0b6e4f", maxBarThickness: 72 },
        { label: t("word.exported"), data: page.chart.exported, backgroundColor: "#f2b134", maxBarThickness: 72 },
      ],
    },
    options: {
      maintainAspectRatio: false,
      animation: false,
      plugins: { legend: { position: "bottom" }, tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${number.format(item.raw)} kWh` } } },
      scales: { x: { stacked: true, grid: { display: false } }, y: { stacked: true, title: { display: true, text: "kWh" }, ticks: { precision: 0, callback: (value) => number.format(value) } } },
    },
  });
}
if ($("chart")) addEventListener("load", () => draw($("chart")));

async function act(name, ready) {
  if (!session.account) {
    document.dispatchEvent(new Event("choose-wallet"));
    return;
  }
  try {
    await send(await registryCall(name, terms), (step) => { $("progress").replaceChildren(h("p", { class: "hint" }, step)); });
    await indexed(page.id, ready);
    location.reload();
  } catch (problem) {
    if (!(problem instanceof Stopped)) throw problem;
    $("progress").replaceChildren();
    notice("danger", problem.message);
  }
}

$("close")?.addEventListener("click", () => act("close", (now) => now.periods > page.chart.labels.length));
$("withdraw")?.addEventListener("click", () => act("withdraw", (now) => now.status === "withdrawn"));
onChange(({ account }) => {
  if ($("withdraw")) $("withdraw").hidden = account !== terms.producer;
});
