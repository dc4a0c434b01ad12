// One campaign: what its points came to, which algorithm won where, and how the probe shrinks as jobs teach one another.
import { choice, fill, h, say } from "../app/dom.js";
import { objective } from "../app/format.js";
import { readPoints, take } from "../campaign/jobs.js";
import { fromSummary, hasEnded, inOrder, usualGoal } from "../campaign/model.js";
import { want } from "../live/feed.js";
import { runningPhases } from "../race/model.js";
import { words } from "../words/words.js";
import { drawFigures } from "./campaign-figures.js";
import { LearningView } from "./campaign-learning.js";
import { CampaignPlots } from "./campaign-plots.js";
import { PointsView } from "./campaign-points.js";
import { Refusal } from "../app/api.js";

/** Milliseconds between two drawings while jobs change. */
const pace = 500;

export class CampaignPage {
  /** @param {string} name @param {Record<string, string>} view @param {(view: Record<string, string>) => void} keepView */
  constructor(name, view, keepView) {
    this.name = name;
    this.title = name;
    this.view = view;
    this.keepView = keepView;
    this.left = false;
    /** @type {Map<string, import("../campaign/model.js").Point>} */
    this.known = new Map();
    /** @type {import("../campaign/model.js").Point[]} */
    this.points = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.soon = undefined;
    this.goal = /** @type {import("../campaign/model.js").Goal} */ ("value");
    this.isAll = true;
  }

  /** @param {HTMLElement} place */
  async show(place) {
    fill(place, h("p", { class: "loading soft", role: "status", text: "…" }));
    want({ list: true });
    await this.load();
    if (this.left) return;
    if (this.points.length === 0) throw new Refusal(404, "");
    this.goal = this.view.goal === "time" || this.view.goal === "value" ? this.view.goal : usualGoal(this.points);
    this.draw(place);
  }

  leave() {
    this.left = true;
    clearTimeout(this.soon);
    this.plots?.dispose();
  }

  async load() {
    const query = new URLSearchParams({ label: `campaign=${this.name}` });
    for (const name of ["project", "owner"]) if (this.view[name]) query.set(name, this.view[name]);
    const { points, isAll } = await readPoints(query);
    this.isAll = isAll;
    this.#take(points);
  }

  /** @param {import("../campaign/model.js").Point[]} points */
  #take(points) {
    take(this.known, points.filter(p => p.campaign === this.name && (!this.view.project || p.project === this.view.project) && (!this.view.owner || p.owner === this.view.owner)));
    this.points = inOrder(this.known.values());
  }

  /** @param {HTMLElement} place */
  draw(place) {
    const w = words().campaign, first = this.points[0], campaign = { points: () => this.points, goal: () => this.goal };
    const context = {
      ...campaign, view: this.view,
      keep: (/** @type {Record<string, string>} */ more) => {
        Object.assign(this.view, more);
        for (const [name, value] of Object.entries(this.view)) if (value === "") delete this.view[name];
        this.keepView({ ...this.view });
      },
    };
    const list = new URLSearchParams({ campaign: this.name, ...(this.view.project ? { project: this.view.project } : {}), ...(this.view.owner ? { owner: this.view.owner } : {}) });
    this.state = h("span", { class: "state-now soft", role: "status" });
    this.figures = h("div", { class: "figures" });
    this.plots = new CampaignPlots(context);
    this.learning = new LearningView(context);
    this.table = new PointsView(context);
    const goals = this.points.some(p => p.objective.kind === "FastestTo") ? choice({
      label: w.goal, value: this.goal, options: [["time", w.byTime], ["value", w.byValue]],
      change: v => {
        this.goal = v === "time" ? "time" : "value";
        context.keep({ goal: v === usualGoal(this.points) ? "" : v });
        this.changed();
      },
    }) : null;
    fill(place,
      h("header", { class: "job-head" },
        h("p", { class: "crumb" }, h("a", { href: "/campaigns", text: w.back })),
        h("div", { class: "head" }, h("h1", { text: this.name }), this.state, h("span", { class: "spacer" }), goals, h("a", { class: "plain link", href: `/jobs?${list}`, text: w.list })),
        h("p", { class: "about" }, objective(first.objective), h("span", { class: "soft", text: ` · ${first.workload} · ${first.owner || "–"} / ${first.project}` })),
        this.isAll ? null : h("p", { class: "banner", text: w.older }), this.figures),
      this.plots.element, this.learning.element, this.table.element);
    this.changed();
  }

  changed() {
    if (!this.state || !this.figures) return;
    const w = words().campaigns;
    say(this.state, w.standing(this.points.filter(p => runningPhases.includes(p.phase)).length, this.points.filter(hasEnded).length));
    drawFigures(this.figures, this.points, this.goal);
    this.plots?.update();
    this.learning?.update();
    this.table?.update();
  }

  /** @param {any[]} news */
  news(news) {
    const points = news.flatMap(n => n.listed ? [fromSummary(n.listed)] : []).filter(p => p !== null && p.campaign === this.name);
    if (points.length === 0) return;
    this.#take(/** @type {import("../campaign/model.js").Point[]} */ (points));
    this.soon ??= setTimeout(() => { this.soon = undefined; if (!this.left) this.changed(); }, pace);
  }

  caughtUp() {
    this.load().then(() => this.changed(), () => {});
  }
}
