// The points of a campaign: found by a word or a value, ordered by whatever they show, each with its job.
import { choice, fill, h, keepFocus, say } from "../app/dom.js";
import { amount, duration, metric, percent } from "../app/format.js";
import { hasEnded, numberOf, parameters, probeShare, shortKey } from "../campaign/model.js";
import { colours } from "../plots/campaign.js";
import { runningPhases } from "../race/model.js";
import { words } from "../words/words.js";
import { phaseBadge } from "./jobs.js";

/** Rows that are drawn at once; more on demand. */
const pageSize = 100;

/** Characters of a value that is not broken into lines. */
const longestUnbroken = 16;

/** @typedef {import("../campaign/model.js").Point} Point */
/** @typedef {{by: string, text: string, title?: string, kind: string, of: (p: Point) => string | number | null, draw: (p: Point) => any}} Column */

/** Whether a point is of a kind that can be chosen. @type {Record<string, (p: Point) => boolean>} */
const kinds = {
  all: () => true, running: p => runningPhases.includes(p.phase), ended: hasEnded, learned: p => p.learning === "learned", original: p => p.learning === "original",
};

export class PointsView {
  /** @param {any} context */
  constructor(context) {
    const w = words().campaign, { view, keep } = context;
    this.context = context;
    this.most = pageSize;
    this.kind = view.kind in kinds ? view.kind : "all";
    this.sort = { by: view.by ?? "number", isDown: view.order === "down" };
    this.count = h("span", { class: "count soft", role: "status" });
    this.find = h("input", {
      type: "search", class: "long", placeholder: w.find, "aria-label": w.find, ".value": view.find ?? "", maxlength: "200",
      oninput: () => { keep({ find: this.find.value.trim() }); this.most = pageSize; this.update(); },
    });
    this.heads = h("tr", {});
    this.body = h("tbody", {});
    this.more = h("button", { type: "button", class: "plain", hidden: true, text: words().jobs.more, onclick: () => { this.most += pageSize; this.update(); } });
    this.none = h("p", { class: "empty", hidden: true, text: words().jobs.noMatch });
    const learns = context.points().some((/** @type {Point} */ p) => p.learning !== "");
    const options = /** @type {[string, string][]} */ ([["all", words().jobs.all], ["running", words().jobs.running], ["ended", words().jobs.ended], ...(learns ? [["learned", w.learned], ["original", w.original]] : [])]);
    this.element = h("section", { "aria-labelledby": "points-title" },
      h("div", { class: "head" }, h("h2", { id: "points-title", text: w.points }), this.count),
      h("div", { class: "tools" }, this.find, choice({
        label: words().jobs.state, value: this.kind, options, change: v => { this.kind = v; keep({ kind: v === "all" ? "" : v }); this.most = pageSize; this.update(); },
      })),
      h("div", { class: "wide" }, h("table", { class: "points" }, h("thead", {}, this.heads), this.body)), this.none, this.more);
  }

  /** @returns {Column[]} */
  #columns() {
    const w = words().campaign, points = this.context.points(), all = parameters(points), keys = all.map(p => p.key), by = colours(points);
    const isTimed = points.some((/** @type {Point} */ p) => p.objective.kind === "FastestTo"), learns = points.some((/** @type {Point} */ p) => p.learning !== "");
    return [
      ...all.map(p => /** @type {Column} */ ({
        by: `space.${p.key}`, text: shortKey(p.key, keys), title: p.key, kind: p.numbers ? "n" : p.choices.every(c => c.length <= longestUnbroken) ? "short" : "", of: point => p.numbers ? numberOf(point.values[p.key]) : point.values[p.key] ?? null, draw: point => point.values[p.key] ?? "–",
      })),
      { by: "state", text: words().jobs.state, kind: "", of: p => p.phase, draw: p => [phaseBadge(p.phase, false), learns && p.learning === "original" ? h("small", { text: w.original }) : null] },
      {
        by: "chosen", text: w.chosen, kind: "", of: p => p.algorithm, draw: p => p.algorithm === null ? "–"
          : [h("span", { class: `dot c${by.get(p.algorithm) ?? 7}`, "aria-hidden": "true", text: "●" }), h("span", { class: "name", text: p.algorithm }), p.winner && p.winner !== p.algorithm ? h("small", { text: p.winner }) : null],
      },
      { by: "value", text: points[0]?.objective.metric ?? w.value, kind: "n", of: p => p.value, draw: p => metric(p.value) },
      ...(isTimed ? [/** @type {Column} */ ({ by: "reached", text: w.reached, kind: "n", of: p => p.reached, draw: p => duration(p.reached) })] : []),
      { by: "probe", text: w.probeShare, kind: "n", of: probeShare, draw: p => [percent(probeShare(p)), h("small", { text: hasEnded(p) ? duration(p.probe) : "" })] },
      { by: "candidates", text: w.tried, kind: "n", of: p => p.candidates, draw: p => String(p.candidates) },
      { by: "device", text: words().campaigns.device, kind: "n", of: p => p.device, draw: p => duration(p.device) },
      { by: "saved", text: words().jobs.saved, kind: "n", of: p => p.saved, draw: p => p.saved === null ? "–" : h("span", { class: p.saved >= 0 ? "good" : "bad", text: (p.saved >= 0 ? "+" : "") + amount(p.saved, p.unit) }) },
    ];
  }

  /** @param {Column[]} columns */
  #drawHeads(columns) {
    const head = (/** @type {string} */ by, /** @type {string} */ text, /** @type {string} */ kind, /** @type {string | undefined} */ title) => {
      const isBy = this.sort.by === by;
      return h("th", { scope: "col", class: kind, title, data: { key: by }, "aria-sort": isBy ? (this.sort.isDown ? "descending" : "ascending") : null }, h("button", {
        type: "button", class: "sort", text, data: { by },
        onclick: () => {
          this.sort = { by, isDown: isBy ? !this.sort.isDown : false };
          this.context.keep({ by: by === "number" ? "" : by, order: this.sort.isDown ? "down" : "" });
          this.update();
        },
      }));
    };
    fill(this.heads, head("number", words().campaign.pointAxis, "", undefined), columns.map(c => head(c.by, c.text, c.kind, c.title)));
  }

  /** Those that are asked for, in order. @param {Column[]} columns @returns {Point[]} */
  #found(columns) {
    const wanted = this.find.value.trim().toLowerCase().split(/\s+/).filter(Boolean), of = columns.find(c => c.by === this.sort.by)?.of ?? ((/** @type {Point} */ p) => p.number);
    const text = (/** @type {Point} */ p) => `${p.number} ${p.job} ${p.phase} ${p.algorithm ?? ""} ${p.winner ?? ""} ${p.learning} ${Object.entries(p.values).map(([k, v]) => `${k}=${v}`).join(" ")}`.toLowerCase();
    const found = this.context.points().filter((/** @type {Point} */ p) => kinds[this.kind](p) && (wanted.length === 0 || fits(text(p), wanted)));
    const sign = this.sort.isDown ? -1 : 1;
    return found.sort((/** @type {Point} */ a, /** @type {Point} */ b) => {
      const x = of(a), y = of(b);
      // What is not known comes last either way.
      if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || a.number - b.number;
      return sign * (typeof x === "string" ? x.localeCompare(String(y), "en", { numeric: true }) : x - Number(y)) || a.number - b.number;
    });
  }

  update() {
    const columns = this.#columns(), found = this.#found(columns), shown = found.slice(0, this.most), w = words().campaign;
    keepFocus(this.heads, () => this.#drawHeads(columns));
    say(this.count, words().candidates.count(shown.length, this.context.points().length));
    this.none.hidden = found.length > 0;
    this.more.hidden = found.length <= this.most;
    keepFocus(this.body, () => fill(this.body, shown.map(p => h("tr", { data: { key: p.job } },
      h("th", { scope: "row" }, h("a", { href: `/jobs/${encodeURIComponent(p.job)}`, text: w.point(p.number) }), h("small", { text: p.job })),
      columns.map(c => h("td", { class: c.kind, data: { label: c.text } }, c.draw(p)))))));
  }
}

/** @param {string} text @param {string[]} wanted */
function fits(text, wanted) {
  return wanted.every(w => text.includes(w));
}
