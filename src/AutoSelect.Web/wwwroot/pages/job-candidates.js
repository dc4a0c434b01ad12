// The candidates of a job: which are in colour, how each stands, and what can be asked of it.
import { confirm } from "../app/dialog.js";
import { fill, h, say } from "../app/dom.js";
import { duration, metric, number, percent } from "../app/format.js";
import { mayAct } from "../app/session.js";
import { lastChance, lastStep, lastValue, roles } from "../race/model.js";
import { words } from "../words/words.js";
import { request } from "./job-head.js";

/** Rows that are on the page at most: more are found by their names. */
const most = 100;

export class CandidatesView {
  /** @param {any} context */
  constructor(context) {
    this.context = context;
    const w = words().candidates, race = context.race();
    this.sort = { by: "rank", isDown: false };
    this.words = "";
    /** @type {Map<string, HTMLTableRowElement>} */
    this.rows = new Map();
    this.count = h("span", { class: "count soft", role: "status" });
    this.body = h("tbody", {});
    this.find = h("input", { type: "search", class: "long", placeholder: w.find, "aria-label": w.find, oninput: () => { this.words = this.find.value.trim().toLowerCase(); this.update(null); } });
    this.heads = h("tr", {});
    this.element = h("section", { "aria-labelledby": "candidates-title" },
      h("div", { class: "head" }, h("h2", { id: "candidates-title", text: w.title }), this.count, h("span", { class: "spacer" }), race.trials.length > 12 ? this.find : null),
      h("div", { class: "wide" }, h("table", { class: "candidates" }, h("thead", {}, this.heads), this.body)));
    this.update(null);
  }

  /** @returns {[string, string, string, (t: any) => any][]} */
  #columns() {
    const w = words().candidates, race = this.context.race();
    return [
      ["name", w.name, "", t => t.name], ["state", w.state, "", t => t.state], ["value", `${w.value}`, "n", t => lastValue(race, t)],
      ["best", w.best, "n", t => lastChance(race.chances.best, t.id)],
      ...(race.objective.target == null ? [] : /** @type {[string, string, string, (t: any) => any][]} */ ([["target", w.target, "n", t => lastChance(race.chances.target, t.id)]])),
      ["progress", w.progress, "n", t => lastStep(t) / t.horizon], ["step", w.step, "n", t => t.stepTime?.lowerQuartileSeconds ?? null], ["charged", w.charged, "n", t => t.charged],
    ];
  }

  #drawHeads() {
    const w = words().candidates;
    fill(this.heads, h("th", { scope: "col" }, h("span", { class: "unseen", text: w.shown })), this.#columns().map(([by, text, kind]) => {
      const isBy = this.sort.by === by;
      return h("th", { scope: "col", class: kind, "aria-sort": isBy ? (this.sort.isDown ? "descending" : "ascending") : null }, h("button", {
        type: "button", class: "sort", text,
        onclick: () => { this.sort = { by, isDown: isBy ? !this.sort.isDown : kind === "n" }; this.update(null); },
      }));
    }), mayAct() ? h("th", { scope: "col" }, h("span", { class: "unseen", text: words().act.more })) : null);
  }

  /** Those that fit the words, in order. */
  #sorted() {
    const race = this.context.race(), r = roles(race), picked = this.context.picked();
    const found = race.trials.filter((/** @type {any} */ t) => !this.words || `${t.name} ${t.id} ${t.candidate.strategy} ${t.state}`.toLowerCase().includes(this.words));
    const key = this.#columns().find(c => c[0] === this.sort.by)?.[3];
    const rank = (/** @type {any} */ t) => t.id === r.winner ? 0 : picked.includes(t.id) ? 1 : ["Stopped", "Failed"].includes(t.state) ? 4 : t.curve.step.length > 0 ? 2 : 3;
    const sign = this.sort.isDown ? -1 : 1;
    return [...found].sort((a, b) => {
      if (!key) return rank(a) - rank(b) || (lastChance(race.chances.best, b.id) ?? -1) - (lastChance(race.chances.best, a.id) ?? -1) || a.index - b.index;
      const x = key(a), y = key(b);
      if (x == null || y == null || Number.isNaN(x) || Number.isNaN(y)) return (x == null || Number.isNaN(x) ? 1 : 0) - (y == null || Number.isNaN(y) ? 1 : 0) || a.index - b.index;
      return sign * (typeof x === "string" ? x.localeCompare(y) : x - y) || a.index - b.index;
    });
  }

  /** @param {Set<string> | null} only trials that have changed; null where the order may have */
  update(only) {
    const race = this.context.race(), w = words().candidates;
    if (only) {
      for (const id of only) { const row = this.rows.get(id), trial = race.byId.get(id); if (row && trial) this.#drawRow(row, trial); }
      return;
    }
    this.#drawHeads();
    const sorted = this.#sorted(), shown = sorted.slice(0, most);
    say(this.count, w.count(shown.length, race.trials.length));
    const focus = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.focus : undefined;
    this.rows = new Map(shown.map(trial => {
      const row = this.rows.get(trial.id) ?? h("tr", {});
      this.#drawRow(row, trial);
      return [trial.id, row];
    }));
    fill(this.body, [...this.rows.values()]);
    if (focus) /** @type {HTMLElement | null} */ (this.body.querySelector(`[data-focus="${CSS.escape(focus)}"]`))?.focus();
  }

  /** @param {HTMLTableRowElement} row @param {import("../race/model.js").Trial} trial */
  #drawRow(row, trial) {
    const race = this.context.race(), w = words().candidates, isPicked = this.context.picked().includes(trial.id), value = lastValue(race, trial);
    const best = lastChance(race.chances.best, trial.id), target = lastChance(race.chances.target, trial.id), progress = lastStep(trial) / trial.horizon;
    // Rows come by the hundred and several times a second: what would look the same is left as it is.
    const key = JSON.stringify([document.documentElement.lang, isPicked, trial.state, trial.reason, value, best, target, progress, trial.charged, trial.stepTime?.lowerQuartileSeconds, roleNames(race, trial), race.phase]);
    if (row.dataset.shown === key) return;
    const had = row.contains(document.activeElement) && document.activeElement instanceof HTMLElement ? document.activeElement.dataset.focus : undefined;
    row.dataset.shown = key;
    const colour = this.context.strategies.get(trial.candidate.strategy) ?? 0;
    const cell = (/** @type {string} */ label, /** @type {string} */ text, /** @type {any[]} */ ...more) => h("td", { class: "n", data: { label } }, text, ...more);
    fill(row,
      h("td", { class: "pick" }, h("input", {
        type: "checkbox", class: `swatch c${colour}`, ".checked": isPicked, "aria-label": `${w.shown}: ${trial.name}`, data: { focus: `pick ${trial.id}` },
        onchange: (/** @type {any} */ e) => this.context.pick(trial.id, e.target.checked),
      })),
      h("th", { scope: "row" }, h("span", { class: "name", text: trial.name }), roleNames(race, trial).map(r => h("span", { class: "role", text: words().role[r] })),
        h("small", { text: `${trial.candidate.strategy}, ${words().parallel.batch} ${trial.candidate.batchSize}${hyperparameters(trial)}` })),
      h("td", { data: { label: w.state } }, h("span", { class: `badge trial ${trial.state}`, text: words().trial[/** @type {"Paused"} */ (trial.state)] ?? trial.state }), trial.reason ? h("small", { class: "reason", text: trial.reason }) : null),
      cell(w.value, metric(value)), cell(w.best, percent(best)), race.objective.target == null ? null : cell(w.target, percent(target)),
      cell(w.progress, percent(progress)), cell(w.step, trial.stepTime ? `${number(trial.stepTime.lowerQuartileSeconds * 1e3, 3)} ms` : "–"), cell(w.charged, duration(trial.charged)),
      mayAct() ? h("td", { class: "row-acts" }, this.#acts(race, trial)) : null);
    if (had) /** @type {HTMLElement | null} */ (row.querySelector(`[data-focus="${CSS.escape(had)}"]`))?.focus();
  }

  /** @param {import("../race/model.js").Race} race @param {import("../race/model.js").Trial} trial */
  #acts(race, trial) {
    const w = words().act;
    if (!["Probing", "Committed", "Paused"].includes(race.phase) || ["Stopped", "Failed", "Completed"].includes(trial.state)) return null;
    const button = (/** @type {"stop" | "commit"} */ name) => h("button", {
      type: "button", class: "plain small", text: w[name], "aria-label": w.ask[name](trial.name), data: { focus: `${name} ${trial.id}` },
      onclick: async () => {
        const reason = await confirm({ title: w.ask[name](trial.name), about: w.about[name], yes: w[name], isGrave: name === "stop" });
        if (reason !== null) await request(() => this.context.act(`/trials/${encodeURIComponent(trial.id)}/${name}`, { reason }));
      },
    });
    return [button("stop"), roles(race).isCommitted && roles(race).winner === trial.id ? null : button("commit")];
  }
}

/** @param {import("../race/model.js").Trial} trial */
function hyperparameters(trial) {
  return Object.entries(trial.candidate.hyperparameters ?? {}).slice(0, 4).map(([k, v]) => `, ${k} ${number(/** @type {number} */ (v), 3)}`).join("");
}

/** @param {import("../race/model.js").Race} race @param {import("../race/model.js").Trial} trial @returns {("winner" | "leader" | "runnerUp" | "baseline" | "former")[]} */
function roleNames(race, trial) {
  const r = roles(race), names = /** @type {("winner" | "leader" | "runnerUp" | "baseline" | "former")[]} */ ([]);
  if (trial.id === r.winner) names.push(r.isCommitted ? "winner" : "leader");
  if (trial.id === r.runnerUp) names.push("runnerUp");
  if (trial.id === r.baseline) names.push("baseline");
  if (r.former.includes(trial.id)) names.push("former");
  return names;
}
