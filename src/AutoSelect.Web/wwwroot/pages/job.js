// One job: its race as it goes on, why it goes so, and what can be asked of it.
import { Refusal, ask, ofJob, serverTime } from "../app/api.js";
import { fill, h } from "../app/dom.js";
import { want } from "../live/feed.js";
import { patience } from "../live/protocol.js";
import { assign } from "../plots/palette.js";
import { apply, nothing } from "../race/fold.js";
import { fromAnswers, lastChance, roles } from "../race/model.js";
import { CandidatesView } from "./job-candidates.js";
import { DecisionsView } from "./job-decisions.js";
import { HeadView } from "./job-head.js";
import { PlotsView } from "./job-plots.js";
import { RaceView } from "./job-race.js";

/** Points of all curves that are read at first: what came before is thinned by the server, what comes is whole. */
const budget = 120_000;

/** Candidates that are in colour without anybody's doing. */
const usual = 5;

export class JobPage {
  /**
   * @param {string} id @param {Record<string, string>} view @param {(view: Record<string, string>) => void} keepView
   * @param {(fault: unknown) => void} failed told where the job cannot be shown any more
   */
  constructor(id, view, keepView, failed) {
    this.id = id;
    this.failed = failed;
    this.view = view;
    this.keepView = keepView;
    this.title = id;
    this.left = false;
    this.race = /** @type {import("../race/model.js").Race} */ (/** @type {unknown} */ (null));
    this.strategies = /** @type {Map<string, number>} */ (new Map());
    /** @type {string[]} */
    this.picked = [];
    /** @type {any} */
    this.analysis = null;
    /** @type {any[] | null} events that came while the job was read */
    this.early = [];
  }

  /** @param {HTMLElement} place */
  async show(place) {
    fill(place, h("p", { class: "loading soft", role: "status", text: "…" }));
    await this.load();
    if (this.left) return;
    this.draw(place);
    want({ jobs: { [this.id]: this.race.version } });
    this.clock = setInterval(() => { if (!document.hidden && this.race.running) this.head?.tick(); }, 1000);
  }

  leave() {
    this.left = true;
    clearInterval(this.clock);
    clearTimeout(this.soon);
    this.raceView?.dispose();
    this.plots?.dispose();
  }

  async load() {
    // First: what the others say is at least as new, and events from its number on are applied to all.
    const description = await ask(ofJob(this.id));
    const points = Math.max(16, Math.min(400, Math.floor(budget / Math.max(1, description.summary.candidates))));
    const [candidates, curves, forecasts, decisions, chances] = await Promise.all([
      ask(ofJob(this.id, "/candidates")), ask(ofJob(this.id, `/curves?points=${points}&method=lttb&columns=true`)),
      ask(ofJob(this.id, "/forecasts?each=true")), ask(ofJob(this.id, "/decisions")), ask(ofJob(this.id, "/chances")),
    ]);
    this.race = fromAnswers({ description, candidates, curves, forecasts, decisions, chances }, serverTime());
    // The views have this map: it stays the same one.
    this.strategies.clear();
    for (const [strategy, colour] of assign(this.race.trials.map(t => t.candidate.strategy))) this.strategies.set(strategy, colour);
    const since = nothing();
    for (const event of this.early ?? []) apply(this.race, event, serverTime(), since);
    // Another job while it was read.
    if (since.anew) { this.early = []; await this.load(); return; }
    this.early = null;
    if (this.picked.length === 0) this.picked = this.view.pick ? this.view.pick.split(",").filter(id => this.race.byId.has(id)) : this.#usual();
  }

  /** Winner or leader, runner-up, baseline, and who is likely. */
  #usual() {
    const race = this.race, r = roles(race), last = [...race.forecasts].reverse().find(f => f.forecasts.length > 0)?.forecasts ?? [];
    const likely = [...last].sort((a, b) => b.probabilityOfBest - a.probabilityOfBest).map(f => f.trial);
    const chance = (/** @type {import("../race/model.js").Trial} */ t) => lastChance(race.chances.best, t.id) ?? -1;
    const trained = race.trials.filter(t => t.curve.step.length > 1 && t.state !== "Failed").sort((a, b) => chance(b) - chance(a)).map(t => t.id);
    return [...new Set([r.winner, r.runnerUp, r.baseline, ...likely, ...trained].filter(id => id != null && race.byId.has(id)))].slice(0, usual);
  }

  /** @param {HTMLElement} place */
  draw(place) {
    const context = {
      id: this.id, race: () => this.race, strategies: this.strategies, view: this.view, picked: () => this.picked,
      keep: (/** @type {Record<string, string>} */ more) => {
        this.view = { ...this.view, ...more };
        for (const [name, value] of Object.entries(this.view)) if (value === "") delete this.view[name];
        this.keepView(this.view);
      },
      pick: (/** @type {string} */ id, /** @type {boolean} */ isOn) => this.pick(id, isOn),
      showRung: (/** @type {number | null} */ rung) => { this.raceView?.showRung(rung); this.raceView?.element.scrollIntoView({ block: "start", behavior: "smooth" }); },
      act: (/** @type {string} */ path, /** @type {any} */ body) => ask(ofJob(this.id, path), { method: "POST", body }),
      analysis: () => this.analysis, wantAnalysis: () => this.loadAnalysis(),
    };
    this.head = new HeadView(context);
    this.raceView = new RaceView(context);
    this.candidates = new CandidatesView(context);
    this.decisions = new DecisionsView(context);
    this.plots = new PlotsView(context);
    fill(place, this.head.element, this.raceView.element, this.candidates.element, this.decisions.element, this.plots.element);
    this.raceView.shown();
  }

  /** @param {string} id @param {boolean} isOn */
  pick(id, isOn) {
    this.picked = isOn ? [...this.picked.filter(p => p !== id), id] : this.picked.filter(p => p !== id);
    // Nobody is a choice too, and not the usual ones.
    this.view = { ...this.view, pick: this.picked.join(",") || "none" };
    this.keepView(this.view);
    this.raceView?.update();
    this.candidates?.update(null);
    this.plots?.update({ picks: true });
  }

  async loadAnalysis() {
    if (this.analysing) return;
    this.analysing = true;
    try {
      this.analysis = await ask(ofJob(this.id, "/analysis"));
      this.plots?.update({ analysis: true });
      this.head?.update();
    } catch {
      // It is asked for again with the next decision.
    } finally {
      this.analysing = false;
    }
  }

  /** @param {any[]} news */
  news(news) {
    const mine = news.filter(n => n.job === this.id), events = mine.filter(n => n.event).map(n => n.event);
    // Nothing more will be told of it: where it has not ended here, it was removed, or its end was missed.
    if (events.length === 0 && mine.some(n => n.isOver) && this.race && !this.race.outcome && !this.early) { this.reload(); return; }
    if (events.length === 0) return;
    if (this.early) { this.early.push(...events); return; }
    const changes = nothing(), now = serverTime();
    // One that is missing would leave a gap in all that follows: the job is read anew.
    if (events[0].number > this.race.version + 1) { this.reload(); return; }
    for (const event of events) apply(this.race, event, now, changes);
    if (changes.anew) { this.reload(); return; }
    this.changed(changes);
  }

  /** @param {import("../race/fold.js").Changes} changes */
  changed(changes) {
    if (!this.view.pick && (changes.decided || this.picked.length < usual)) this.picked = this.#usual();
    this.head?.update();
    this.candidates?.update(changes.decided || changes.state ? null : changes.trials);
    this.raceView?.update({ isNews: true });
    if (changes.decided) this.decisions?.update();
    this.plots?.update({ points: changes.trials.size > 0, decided: changes.decided, lanes: changes.lanes });
    if ((changes.decided || changes.state) && this.analysis) {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.loadAnalysis(), 2500);
    }
  }

  async reload() {
    for (let attempt = 0; ; attempt++) {
      // What has come before is in what is read now.
      this.early = [];
      try {
        await this.load();
        break;
      } catch (fault) {
        if (this.left) return;
        if (fault instanceof Refusal && [401, 403, 404].includes(fault.status)) { this.failed(fault); return; }
        await new Promise(done => setTimeout(done, patience(attempt)));
      }
      if (this.left) return;
    }
    if (this.left) return;
    want({ jobs: { [this.id]: this.race.version } });
    const all = nothing();
    for (const t of this.race.trials) all.trials.add(t.id);
    this.changed({ ...all, decided: true, state: true, lanes: true });
  }
}
