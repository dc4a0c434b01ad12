// The plots of a campaign.
import { choice, fill, h } from "../app/dom.js";
import { number } from "../app/format.js";
import { parameters, shortKey, where, wins } from "../campaign/model.js";
import { BestValue } from "../plots/bestvalue.js";
import { colours } from "../plots/campaign.js";
import { Parallel } from "../plots/parallel.js";
import { Plot } from "../plots/plot.js";
import { ofPoints } from "../plots/pointspace.js";
import { Probes } from "../plots/probes.js";
import { Wins } from "../plots/wins.js";
import { words } from "../words/words.js";
import { section } from "./job-plots.js";

export class CampaignPlots {
  /** @param {any} context */
  constructor(context) {
    const w = words().campaign, { view, keep } = context, measure = { of: /** @type {any} */ (["seconds", "candidates"].includes(view.probe) ? view.probe : "share") };
    this.context = context;
    const best = new Plot(new BestValue(context), { eager: true }), space = new Plot(new Parallel(ofPoints(context))), won = new Plot(new Wins(context));
    const probes = new Plot(new Probes(context, measure));
    this.plots = [best, space, won, probes];
    this.where = h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": w.whereTitle });
    const wonPlace = section("wins", w.winsTitle, w.winsAbout, won, null, true);
    wonPlace.append(this.where);
    this.element = h("div", { class: "plots campaign-plots" },
      section("best", w.bestTitle, w.bestAbout, best, null, true),
      section("space", w.spaceTitle, w.spaceAbout, space, null, true),
      wonPlace,
      section("probes", w.probesTitle, w.probesAbout, probes, choice({
        label: w.probesTitle, value: measure.of, options: [["share", w.share], ["seconds", w.seconds], ["candidates", w.candidates]],
        change: v => { measure.of = v; keep({ probe: v === "share" ? "" : v }); probes.update(); },
      }), true));
  }

  update() {
    for (const plot of this.plots) plot.update();
    this.#drawWhere();
  }

  /** Where each algorithm won, parameter by parameter. */
  #drawWhere() {
    const points = this.context.points(), rows = wins(points), all = parameters(points), keys = all.map(p => p.key), by = colours(points), w = words().campaign;
    this.where.hidden = rows.length === 0 || all.length === 0;
    if (this.where.hidden) return;
    fill(this.where, h("table", { class: "where" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col", text: w.algorithm }), h("th", { scope: "col", class: "n", text: w.jobsWon }), keys.map(k => h("th", { scope: "col", title: k, text: w.whereWon(shortKey(k, keys)) })))),
      h("tbody", {}, rows.map(r => h("tr", {},
        h("th", { scope: "row" }, h("span", { class: `dot c${by.get(r.algorithm) ?? 7}`, "aria-hidden": "true", text: "●" }), h("span", { class: "name", text: r.algorithm })),
        h("td", { class: "n", text: String(r.points.length) }), all.map(p => h("td", { text: where(r.points, p, v => number(v, 3)) })))))));
  }

  dispose() {
    for (const plot of this.plots) plot.dispose();
  }
}
