// What modules of reports share: the data of the page, the places of its plots, and its colours.
import { parseJson } from "../app/api.js";
import { Plot, redrawAll } from "../plots/plot.js";

export const $ = (/** @type {string} */ id) => document.getElementById(id);

/** What the page has been given to draw. */
export const data = parseJson($("data")?.textContent ?? "{}");

/** Puts a plot where the page has a place for it; null where it has none. @param {string} id @param {import("../plots/plot.js").Drawing} drawing */
export function place(id, drawing) {
  const element = $(id);
  if (!element) return null;
  const plot = new Plot(drawing, { renderer: "svg", eager: true });
  element.append(plot.element);
  return plot;
}

// Colours: as the system has them, as they are chosen, and light on paper.
const dark = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement;
$("theme")?.addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
  redrawAll();
});
dark.addEventListener("change", redrawAll);
/** @type {string | undefined} */
let before;
addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; redrawAll(); });
addEventListener("afterprint", () => { if (before) root.dataset.theme = before; else delete root.dataset.theme; redrawAll(); });
