// What else can be seen of a job, each plot with its choice of how.
import { choice, h } from "../app/dom.js";
import { CalibrationPlot } from "../plots/calibration.js";
import { Chances } from "../plots/chances.js";
import { Lanes } from "../plots/lanes.js";
import { Parallel, ofCandidates } from "../plots/parallel.js";
import { Plane } from "../plots/plane.js";
import { Plot } from "../plots/plot.js";
import { StepTimes } from "../plots/steptime.js";
import { words } from "../words/words.js";

export class PlotsView {
  /** @param {any} context */
  constructor(context) {
    const { race, strategies, picked, analysis, view, keep } = context, w = words();
    this.context = context;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.soon = undefined;
    const chances = { of: view.chance === "target" ? "target" : "best" }, plane = { of: ["perEpoch", "forecast"].includes(view.plane) ? view.plane : "measured" };
    const calibration = { of: view.calibration === "times" ? "times" : "values" };
    this.chances = new Plot(new Chances(race, /** @type {any} */ (chances), picked, strategies));
    this.plane = new Plot(new Plane(race, analysis, plane, picked, strategies));
    this.parallel = new Plot(new Parallel(ofCandidates(race, picked, strategies)));
    this.stepTimes = new Plot(new StepTimes(race));
    this.lanes = new Plot(new Lanes(race, picked, strategies));
    this.calibration = new Plot(new CalibrationPlot(race, analysis, /** @type {any} */ (calibration), strategies));
    const change = (/** @type {any} */ state, /** @type {Plot} */ plot, /** @type {string} */ name, /** @type {string} */ usual) => (/** @type {string} */ v) => {
      state.of = v;
      keep({ [name]: v === usual ? "" : v });
      plot.update();
    };
    this.element = h("div", { class: "plots" },
      section("chances", w.chances.title, w.chances.about, this.chances, race().objective.target == null ? null
        : choice({ label: w.chances.title, value: chances.of, options: [["best", w.chances.best], ["target", w.chances.target]], change: change(chances, this.chances, "chance", "best") })),
      section("plane", w.plane.title, w.plane.about, this.plane, choice({
        label: w.plane.title, value: plane.of, options: [["measured", w.plane.measured], ["perEpoch", w.plane.perEpoch], ["forecast", w.plane.forecast]],
        change: change(plane, this.plane, "plane", "measured"),
      })),
      section("lanes", w.lanes.title, w.lanes.about, this.lanes, null, true),
      section("parallel", w.parallel.title, w.parallel.about, this.parallel, null),
      section("step-time", w.stepTime.title, w.stepTime.about, this.stepTimes, null),
      section("calibration", w.calibration.title, w.calibration.about, this.calibration, choice({
        label: w.calibration.title, value: calibration.of, options: [["values", w.calibration.values], ["times", w.calibration.times]],
        change: change(calibration, this.calibration, "calibration", "values"),
      }), true));
    context.wantAnalysis();
  }

  /** @param {{points?: boolean, decided?: boolean, lanes?: boolean, analysis?: boolean, picks?: boolean}} what */
  update(what) {
    if (what.decided || what.picks) this.chances.update();
    if (what.analysis || what.picks) { this.plane.update(); this.calibration.update(); }
    if (what.picks) { this.parallel.update(); this.stepTimes.update(); }
    if (what.lanes || what.decided || what.picks) this.lanes.update();
    // What tells of the past as a whole need not follow every point.
    if (what.points) this.soon ??= setTimeout(() => {
      this.soon = undefined;
      for (const plot of [this.parallel, this.stepTimes, this.lanes]) plot.update();
    }, 3000);
  }

  dispose() {
    clearTimeout(this.soon);
    for (const plot of [this.chances, this.plane, this.parallel, this.stepTimes, this.lanes, this.calibration]) plot.dispose();
  }
}

/** @param {string} id @param {string} title @param {string} about @param {Plot} plot @param {HTMLElement | null} controls @param {boolean} [isWide] */
export function section(id, title, about, plot, controls, isWide) {
  return h("section", { class: isWide ? "whole" : "", "aria-labelledby": `${id}-title` },
    h("div", { class: "head" }, h("h2", { id: `${id}-title`, text: title }), controls), h("p", { class: "about", text: about }), plot.element);
}
