// What jobs of a campaign taught one another: which challenger became the baseline, and what jobs cost with and without what was learned.
import { fill, h } from "../app/dom.js";
import { duration, number, percent } from "../app/format.js";
import { promotions, stretches } from "../campaign/model.js";
import { words } from "../words/words.js";

export class LearningView {
  /** @param {any} context */
  constructor(context) {
    const w = words().campaign;
    this.context = context;
    this.promoted = h("ul", { class: "promotions" });
    this.body = h("tbody", {});
    const heads = /** @type {[string, string][]} */ ([[w.points, ""], [w.tried, "n"], [`${w.probeShare}, ${w.learned}`, "n"], [`${w.probeShare}, ${w.original}`, "n"], [`${words().campaigns.device}, ${w.learned}`, "n"],
      [`${words().campaigns.device}, ${w.original}`, "n"], [`${w.time}, ${w.learned}`, "n"], [`${w.time}, ${w.original}`, "n"]]);
    this.element = h("section", { "aria-labelledby": "learning-title" }, h("h2", { id: "learning-title", text: w.learningTitle }), h("p", { class: "about", text: w.learningAbout }), this.promoted,
      h("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": "learning-title" }, h("table", { class: "learning" }, h("thead", {}, h("tr", {}, heads.map(([text, kind]) => h("th", { scope: "col", class: kind, text })))), this.body)));
  }

  update() {
    const points = this.context.points(), rows = stretches(points), made = promotions(points), w = words().campaign;
    this.element.hidden = rows.length === 0;
    fill(this.promoted, made.length === 0 ? h("li", { class: "soft", text: w.noPromotion }) : made.map(m => h("li", {}, h("a", { href: `/jobs/${encodeURIComponent(m.point.job)}`, text: w.point(m.point.number) }), ` ${w.promoted(m.to, m.from)}`)));
    const cell = (/** @type {number | null} */ value, /** @type {(v: number) => string} */ format, /** @type {number} */ jobs) => h("td", { class: "n" }, value === null ? "–" : format(value), h("small", { text: value === null ? "" : words().jobs.count(jobs, false) }));
    fill(this.body, rows.map(({ from, to, learned, original }) => h("tr", {},
      h("th", { scope: "row", text: `${from} – ${to}` }), h("td", { class: "n" }, number(learned.candidates, 3), original.candidates === null ? null : h("small", { text: w.of(number(original.candidates, 3)) })),
      cell(learned.share, percent, learned.jobs), cell(original.share, percent, original.jobs), cell(learned.device, duration, learned.jobs), cell(original.device, duration, original.jobs),
      cell(learned.seconds, duration, learned.jobs), cell(original.seconds, duration, original.jobs))));
  }
}
