// Several jobs over one another.
import { ask, ofJob, serverTime } from "../app/api.js";
import { fill, h } from "../app/dom.js";
import { duration, metric, objective } from "../app/format.js";
import { Compare, bestSoFar } from "../plots/compare.js";
import { Plot } from "../plots/plot.js";
import { Profiles } from "../plots/profiles.js";
import { fromAnswers, roles } from "../race/model.js";
import { words } from "../words/words.js";
import { phaseBadge } from "./jobs.js";

/** Jobs that are compared at most, each with its curves. */
export const mostCompared = 12;

export class ComparePage {
  /** @param {Record<string, string>} view */
  constructor(view) {
    this.ids = [...new Set((view.jobs ?? "").split(",").filter(Boolean))].slice(0, mostCompared);
    /** @type {{id: string, race: import("../race/model.js").Race}[]} */
    this.jobs = [];
    this.left = false;
  }

  get title() { return words().compare.title; }

  /** @param {HTMLElement} place */
  async show(place) {
    const w = words().compare;
    this.jobs = await Promise.all(this.ids.map(async id => ({ id, race: await read(id) })));
    if (this.left) return;
    // Values of another metric would be drawn over these without meaning anything.
    const name = this.jobs[0]?.race.objective.metric, same = this.jobs.filter(j => j.race.objective.metric === name), others = this.jobs.filter(j => !same.includes(j));
    this.plot = new Plot(new Compare(() => same), { eager: true });
    // Jobs of different metrics can be set beside one another by how fast each reached its own target.
    const profiles = new Profiles(() => this.jobs);
    this.profiles = new Plot(profiles);
    fill(place, h("p", { class: "crumb" }, h("a", { href: "/jobs", text: words().job.back })), h("div", { class: "head" }, h("h1", { text: w.title })), h("p", { class: "about", text: w.about }),
      this.jobs.length < 2 ? h("p", { class: "empty", text: w.none }) : null, this.jobs.length === 0 ? null : this.plot.element,
      others.length > 0 ? h("p", { class: "banner", text: w.others(others.map(j => j.id).join(", ")) }) : null,
      this.jobs.length < 2 ? null : h("section", {}, h("h2", { text: profiles.title }), h("p", { class: "about", text: profiles.about() }), this.profiles.element),
      this.jobs.length === 0 ? null : h("section", {}, h("div", { class: "wide" }, h("table", { class: "jobs" },
        h("thead", {}, h("tr", {}, [words().jobs.job, words().jobs.state, words().jobs.objective, words().job.winner].map(t => h("th", { scope: "col", text: t })), [w.best, w.reached, words().jobs.device].map(t => h("th", { scope: "col", class: "n", text: t })))),
        h("tbody", {}, this.jobs.map(row))))));
    this.plot.update();
  }

  leave() {
    this.left = true;
    this.plot?.dispose();
    this.profiles?.dispose();
  }
}

/** @param {string} id */
async function read(id) {
  const description = await ask(ofJob(id));
  const points = Math.max(16, Math.min(400, Math.floor(60_000 / Math.max(1, description.summary.candidates))));
  const [candidates, curves] = await Promise.all([ask(ofJob(id, "/candidates")), ask(ofJob(id, `/curves?points=${points}&columns=true`))]);
  return fromAnswers({ description, candidates, curves, forecasts: [], decisions: [], chances: { rungs: [], at: [], trials: [] } }, serverTime());
}

/** @param {{id: string, race: import("../race/model.js").Race}} job */
function row({ id, race }) {
  const best = bestSoFar(race), w = words(), target = race.objective.target, r = roles(race);
  const hit = target == null ? null : best.find(p => race.maximize ? p[1] >= target : p[1] <= target);
  const cell = (/** @type {string} */ label, /** @type {any} */ given, /** @type {any} */ child) => h("td", { data: { label }, ...given }, child);
  return h("tr", {}, h("th", { scope: "row" }, h("a", { href: `/jobs/${encodeURIComponent(id)}`, text: id }), h("small", { text: race.spec.workload.name })),
    cell(w.jobs.state, {}, phaseBadge(race.phase, false)), cell(w.jobs.objective, {}, objective(race.objective)), cell(w.job.winner, {}, race.byId.get(r.winner ?? "")?.name ?? "–"),
    cell(w.compare.best, { class: "n" }, metric(best.at(-1)?.[1])), cell(w.compare.reached, { class: "n" }, race.outcome?.secondsToTarget != null ? duration(race.outcome.secondsToTarget) : hit ? duration(hit[0]) : "–"),
    cell(w.jobs.device, { class: "n" }, duration(race.trials.reduce((n, t) => n + t.charged, 0))));
}
