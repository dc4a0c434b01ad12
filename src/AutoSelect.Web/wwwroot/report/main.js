// Draws the plots of a report, which is one file, with the modules of the dashboard; all words and tables are there without it.
import { choice, fill, h } from "../app/dom.js";
import { duration } from "../app/format.js";
import { CalibrationPlot } from "../plots/calibration.js";
import { Curves } from "../plots/curves.js";
import { Lanes } from "../plots/lanes.js";
import { assign } from "../plots/palette.js";
import { Plane } from "../plots/plane.js";
import { fromAnswers, roles } from "../race/model.js";
import { words } from "../words/words.js";
import { $, data as answers, place as placeOf } from "./frame.js";

const race = fromAnswers(answers, Date.parse(answers.description.summary.updatedAt));
race.running = false;
const strategies = assign(race.trials.map(t => t.candidate.strategy));
const known = roles(race), w = words();

/** @type {import("../plots/curves.js").View} */
const view = {
  x: "device", y: "deliverable", logX: false, logY: false, crowd: true, rung: Number(/** @type {HTMLInputElement | null} */ ($("rung"))?.value ?? 0),
  picked: [...new Set([known.winner, known.runnerUp, known.baseline, ...known.former])].filter(id => id != null),
};
const picked = () => view.picked;
const curves = new Curves(() => race, view, strategies);
curves.pick = toggle;
const plane = { of: /** @type {"measured" | "perEpoch" | "forecast"} */ ("measured") };
const calibration = { of: answers.analysis.values.length > 0 ? /** @type {const} */ ("values") : /** @type {const} */ ("times") };
/** @type {Record<string, import("../plots/plot.js").Plot>} */
const plots = {};

/** @param {string} id @param {import("../plots/plot.js").Drawing} drawing */
function place(id, drawing) {
  const plot = placeOf(id, drawing);
  if (plot) plots[id] = plot;
}

/** @param {string} id */
function toggle(id) {
  view.picked = view.picked.includes(id) ? view.picked.filter(p => p !== id) : [...view.picked, id];
  drawAll();
}

function drawAll() {
  const chips = $("chips");
  if (chips) {
    fill(chips, race.trials.map(t => {
      const isOn = view.picked.includes(t.id);
      return h("button", { type: "button", class: isOn ? `c${strategies.get(t.candidate.strategy)}` : null, "aria-pressed": String(isOn), text: t.name, onclick: () => toggle(t.id) });
    }));
  }
  for (const plot of Object.values(plots)) plot.update();
}

/** @param {string} id @param {Omit<Parameters<typeof choice>[0], "change">} given @param {(value: any) => void} change */
function choose(id, given, change) {
  $(id)?.append(choice({ ...given, change: v => { change(v); drawAll(); } }));
}

choose("curve-x", { label: w.race.x, value: view.x, options: [["clock", w.race.clock], ["device", w.race.deviceTime], ["step", w.race.steps]] }, v => { view.x = v; curves.resetZoom(); });
choose("curve-y", { label: w.race.y, value: view.y, options: [["deliverable", w.race.deliverable], ["raw", w.race.raw], ["averaged", w.race.averaged]] }, v => { view.y = v; });
choose("plane-of", { label: w.plane.title, value: plane.of, options: [["measured", w.plane.measured], ["perEpoch", w.plane.perEpoch], ["forecast", w.plane.forecast]] }, v => { plane.of = v; });
choose("calibration-of", { label: w.calibration.title, value: calibration.of, options: [["values", race.objective.metric], ["times", w.calibration.times]] }, v => { Object.assign(calibration, { of: v }); });

place("curves", curves);
place("plane", new Plane(() => race, () => answers.analysis, plane, picked, strategies));
place("timeline", new Lanes(() => race, picked, strategies));
place("calibration", new CalibrationPlot(() => race, () => answers.analysis, calibration, strategies));

const rung = /** @type {HTMLInputElement | null} */ ($("rung"));
function showRung() {
  if (!rung) return;
  view.rung = Number(rung.value);
  const made = answers.forecasts[view.rung], now = $("rung-now");
  if (now) now.textContent = made ? `${made.rung}${made.forecasts.length > 0 ? "" : ", none made"}, at ${duration(made.at)}` : "none";
  plots.curves?.update();
}
rung?.addEventListener("input", showRung);

// Tables and decisions.
let kind = "";
const filter = /** @type {HTMLInputElement | null} */ ($("filter"));
function filterDecisions() {
  const text = filter?.value.trim().toLowerCase() ?? "";
  let found = 0;
  for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.rung"))) {
    let here = 0;
    for (const row of part.querySelectorAll("tr")) {
      row.hidden = !((!kind || row.dataset.kind === kind) && (row.textContent ?? "").toLowerCase().includes(text));
      if (!row.hidden) here++;
    }
    found += here;
    part.hidden = here === 0 && (kind !== "" || text !== "");
    if (kind || text) part.open = true;
  }
  const said = $("found");
  if (said) said.textContent = kind || text ? w.decisions.found(found) : "";
}
filter?.addEventListener("input", filterDecisions);
$("kinds")?.append(choice({
  label: w.decisions.title, value: "", change: v => { kind = v; filterDecisions(); },
  options: [["", w.decisions.all], ["Continue", w.decision.Continue], ["Pause", w.decision.Pause], ["Stop", w.decision.Stop], ["Commit", w.decision.Commit]],
}));

/** @param {HTMLTableCellElement} heading */
function sortBy(heading) {
  const table = /** @type {HTMLTableElement} */ (heading.closest("table")), column = heading.cellIndex, isDown = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  const key = (/** @type {HTMLTableRowElement} */ row) => {
    const cell = row.cells[column], given = cell.dataset.key;
    return given === undefined ? cell.textContent ?? "" : given === "" ? NaN : Number(given.replace("∞", "Infinity"));
  };
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const x = key(a), y = key(b);
    if (typeof x === "string" || typeof y === "string") return (isDown ? -1 : 1) * String(x).localeCompare(String(y));
    return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : isDown ? y - x : x - y; // unknown ones last either way
  });
  table.tBodies[0].append(...rows);
}
for (const heading of /** @type {NodeListOf<HTMLTableCellElement>} */ (document.querySelectorAll(".sortable th"))) heading.addEventListener("click", () => sortBy(heading));

drawAll();
showRung();
