// The head of a job's page: what it is, how it stands, and what can be asked of it.
import { Refusal, serverTime } from "../app/api.js";
import { confirm, tell } from "../app/dialog.js";
import { fill, h, say } from "../app/dom.js";
import { amount, duration, interval, metric, objective, percent } from "../app/format.js";
import { mayAct } from "../app/session.js";
import { clockNow, endedPhases, forecastOf, insurance, lastValue, probeSeconds, roles } from "../race/model.js";
import { words } from "../words/words.js";
import { campaignLink, phaseBadge } from "./jobs.js";

export class HeadView {
  /** @param {any} context */
  constructor(context) {
    this.context = context;
    this.shown = "";
    this.noted = "";
    this.figured = "";
    const race = context.race();
    this.about = h("p", { class: "about" });
    this.told = "";
    this.state = h("span", { class: "state-now", role: "status" });
    this.clock = h("span", { class: "clock soft" });
    this.actions = h("div", { class: "actions" });
    this.figures = h("div", { class: "figures" });
    this.notes = h("div", { class: "notes" });
    this.element = h("header", { class: "job-head" },
      h("p", { class: "crumb" }, h("a", { href: "/jobs", text: words().job.back }), " ", campaignLink(race.summary)),
      h("div", { class: "head" }, h("h1", { text: context.id }), this.state, this.clock, h("span", { class: "spacer" }), this.actions),
      this.about, this.notes, this.figures);
    this.update();
  }

  tick() {
    say(this.clock, `${words().job.elapsed} ${duration(clockNow(this.context.race(), serverTime()))}`);
  }

  update() {
    const race = this.context.race(), badge = `${race.phase} ${race.pausing} ${document.documentElement.lang}`;
    if (this.shown !== badge) {
      this.shown = badge;
      fill(this.state, phaseBadge(race.phase, race.pausing));
      this.#drawActions(race);
    }
    this.tick();
    this.#drawAbout(race);
    this.#drawNotes(race);
    this.#drawFigures(race);
  }

  /** @param {import("../race/model.js").Race} race */
  #drawActions(race) {
    const w = words().act, can = mayAct();
    const button = (/** @type {"pause" | "resume" | "cancel"} */ name, /** @type {boolean} */ isGrave) => h("button", {
      type: "button", class: isGrave ? "plain grave-text" : "plain", text: w[name], data: { act: name }, onclick: () => this.ask(name, isGrave),
    });
    const paused = race.phase === "Paused" || race.pausing, over = race.outcome != null || endedPhases.includes(race.phase);
    fill(this.actions, can && !over ? [paused ? button("resume", false) : button("pause", false), button("cancel", true)] : null);
  }

  /** @param {"pause" | "resume" | "cancel"} name @param {boolean} isGrave */
  async ask(name, isGrave) {
    const w = words().act;
    const reason = await confirm({ title: w.ask[name](this.context.id), about: w.about[name], yes: w[name], isGrave });
    if (reason === null) return;
    await request(() => this.context.act(`/${name}`, { reason }));
  }

  /** What it is for, and of whom it has to choose: both can change. @param {import("../race/model.js").Race} race */
  #drawAbout(race) {
    const { workload, owner, project } = race.spec, what = objective(race.objective);
    const more = ` · ${workload.name} · ${words().job.candidates(race.trials.length)} · ${owner || "–"} / ${project}`;
    if (this.told === what + more) return;
    this.told = what + more;
    fill(this.about, what, h("span", { class: "soft", text: more }));
  }

  /** @param {import("../race/model.js").Race} race */
  #drawNotes(race) {
    const w = words().job, rung = [...race.rungs].reverse().find(r => r.feasible !== undefined), notes = /** @type {[string, string][]} */ ([]);
    if (race.spec.labels?.simulated) notes.push([w.simulated, race.spec.labels.simulated]);
    if (race.notice) notes.push([w.notice, race.notice]);
    if (rung?.feasible === false && !race.outcome) notes.push([w.infeasible, rung.summary]);
    if (race.outcome) notes.push([w.answer, race.outcome.summary]);
    const key = JSON.stringify(notes);
    if (this.noted === key) return;
    this.noted = key;
    fill(this.notes, notes.map(([name, text]) => h("p", { class: "banner" }, h("b", { text: name }), " ", text)));
  }

  /** @param {import("../race/model.js").Race} race */
  #drawFigures(race) {
    const figures = [leader(race), finish(race), saved(race, this.context.analysis()), insured(race), device(race)].filter(f => f != null);
    const key = JSON.stringify(figures);
    if (this.figured === key) return;
    this.figured = key;
    fill(this.figures, figures.map(f => h("div", { class: "figure" },
      h("h2", { text: f.label }), h("p", { class: `big ${f.mark ?? ""}`, text: f.value }),
      f.share == null ? null : h("progress", { max: "1", value: String(f.share), "aria-label": f.label }), h("p", { text: f.note }))));
  }
}

/** Does what was asked for, and tells of it. @param {() => Promise<any>} act */
export async function request(act) {
  try {
    await act();
    tell(words().act.asked);
  } catch (fault) {
    tell(`${words().act.refused}: ${fault instanceof Refusal ? fault.message : words().error.away}`, true);
  }
}

/** @typedef {{label: string, value: string, note: string, mark?: string, share?: number}} Figure */

/** @param {import("../race/model.js").Race} race @returns {Figure} */
function leader(race) {
  const w = words().job, r = roles(race), trial = race.byId.get(r.winner ?? "");
  if (!trial) return { label: w.leader, value: w.nobody, note: race.trials.every(t => t.segments.length === 0) ? w.pending : "" };
  const forecast = forecastOf(race, trial.id), value = lastValue(race, trial);
  const label = race.outcome?.winner ? w.winner : r.isCommitted ? w.holder : w.leader;
  const chance = forecast && !race.outcome ? `${w.best} ${percent(forecast.probabilityOfBest)} · ` : "";
  return { label, value: trial.name, note: `${chance}${race.objective.metric} ${metric(race.outcome?.value ?? value)}` };
}

/** @param {import("../race/model.js").Race} race @returns {Figure | null} */
function finish(race) {
  const w = words().job, r = roles(race), isTarget = race.objective.kind === "FastestTo";
  if (race.outcome) {
    if (!isTarget) return { label: w.final(race.objective.metric), value: metric(race.outcome.value), note: "", mark: race.outcome.objectiveMet ? "good" : "bad" };
    const s = race.outcome.secondsToTarget;
    return { label: w.finished, value: s == null ? w.notReached : duration(s), note: `${race.objective.metric} ${metric(race.outcome.value)}`, mark: race.outcome.objectiveMet ? "good" : "bad" };
  }
  const forecast = r.winner ? forecastOf(race, r.winner) : null;
  if (!forecast) return { label: w.expected, value: w.unknown, note: "" };
  if (!isTarget) return { label: w.final(race.objective.metric), value: metric(forecast.finalValue.p50), note: w.interval(interval(forecast.finalValue, metric)) };
  const at = (/** @type {number} */ s) => forecast.at + s, q = forecast.secondsToTarget;
  const moved = { p05: at(q.p05), p50: at(q.p50), p95: at(q.p95) };
  return { label: w.expected, value: duration(moved.p50), note: `${w.interval(interval(moved, duration))} · ${w.target} ${percent(forecast.probabilityOfTarget)}` };
}

/** @param {import("../race/model.js").Race} race @param {any} analysis @returns {Figure} */
function saved(race, analysis) {
  const w = words().job, known = analysis?.baseline?.saved ? { q: analysis.baseline.saved, unit: analysis.baseline.unit, isMeasured: analysis.baseline.isMeasured }
    : race.summary.expected?.saved ? { q: race.summary.expected.saved, unit: race.summary.expected.unit, isMeasured: false } : null;
  if (!known || !Number.isFinite(known.q.p50)) return { label: w.saved, value: w.unknown, note: race.spec.baseline };
  const isGain = known.q.p50 >= 0;
  // What is lost is told as such, and so are its ends.
  if (!isGain) known.q = { p05: -known.q.p95, p50: -known.q.p50, p95: -known.q.p05 };
  return {
    label: isGain ? w.saved : w.cost, value: amount(known.q.p50, known.unit), mark: isGain ? "good" : "bad",
    note: known.isMeasured ? w.measured : `${w.forecast}, ${w.interval(interval(known.q, v => amount(v, known.unit)))}`,
  };
}

/** @param {import("../race/model.js").Race} race @returns {Figure | null} */
function insured(race) {
  const known = insurance(race), w = words().job;
  if (!known) return null;
  return { label: w.insurance, value: duration(known.left), note: w.insuranceOf(duration(known.premium)), share: known.premium > 0 ? known.left / known.premium : 0 };
}

/** @param {import("../race/model.js").Race} race @returns {Figure} */
function device(race) {
  const w = words().job, all = race.trials.reduce((n, t) => n + t.charged, 0), r = roles(race);
  return { label: w.device, value: duration(all), note: all > 0 && r.isCommitted ? w.probe(percent(probeSeconds(race) / all)) : w.devices(race.devices.length) };
}
