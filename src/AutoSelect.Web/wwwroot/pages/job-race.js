// The race of a job with the controls that say how it is looked at.
import { choice, fill, h } from "../app/dom.js";
import { duration } from "../app/format.js";
import { Curves } from "../plots/curves.js";
import { Plot } from "../plots/plot.js";
import { words } from "../words/words.js";
import { ask, ofJob } from "../app/api.js";

export class RaceView {
  /** @param {any} context */
  constructor(context) {
    this.context = context;
    const v = context.view, w = words().race;
    /** @type {import("../plots/curves.js").View} */
    this.view = {
      x: ["device", "step"].includes(v.x) ? v.x : "clock", y: ["raw", "averaged"].includes(v.y) ? v.y : "deliverable",
      logX: v.log?.includes("x") ?? false, logY: v.log?.includes("y") ?? false, crowd: v.others !== "off",
      rung: v.rung ? Number(v.rung) : null, picked: context.picked(),
    };
    this.curves = new Curves(context.race, this.view, context.strategies);
    this.curves.pick = id => context.pick(id, true);
    this.plot = new Plot(this.curves, { eager: true });
    this.rungs = h("select", { "aria-label": w.forecastAt, onchange: () => this.showRung(this.rungs.value === "" ? null : Number(this.rungs.value)) });
    this.controls = h("div", { class: "tools" });
    this.element = h("section", { class: "race", "aria-labelledby": "race-title" },
      h("div", { class: "head" }, h("h2", { id: "race-title", text: w.title })), this.controls, this.plot.element, h("p", { class: "about", text: `${w.about} ${w.keys}` }));
    this.#drawControls();
  }

  /** It is on the page. */
  shown() {
    if (this.view.rung === null) this.plot.update();
    else this.showRung(this.view.rung);
  }

  #drawControls() {
    const w = words().race, v = this.view;
    const set = (/** @type {Record<string, any>} */ more, /** @type {Record<string, string>} */ kept) => {
      Object.assign(this.view, more);
      this.curves.zoom = [{ start: 0, end: 100 }, { start: 0, end: 100 }];
      this.context.keep(kept);
      this.plot.update();
    };
    const toggle = (/** @type {string} */ text, /** @type {boolean} */ isOn, /** @type {(isOn: boolean) => void} */ act) => h("label", { class: "toggle" },
      h("input", { type: "checkbox", ".checked": isOn, onchange: (/** @type {any} */ e) => act(e.target.checked) }), text);
    const logs = () => ({ log: (this.view.logX ? "x" : "") + (this.view.logY ? "y" : "") });
    fill(this.controls,
      choice({ label: w.x, value: v.x, options: [["clock", w.clock], ["device", w.deviceTime], ["step", w.steps]], change: x => set({ x }, { x: x === "clock" ? "" : x }) }),
      choice({ label: w.y, value: v.y, options: [["deliverable", w.deliverable], ["raw", w.raw], ["averaged", w.averaged]], change: y => set({ y }, { y: y === "deliverable" ? "" : y }) }),
      toggle(w.logX, v.logX, logX => set({ logX }, (this.view.logX = logX, logs()))),
      toggle(w.logY, v.logY, logY => set({ logY }, (this.view.logY = logY, logs()))),
      toggle(w.crowd, v.crowd, crowd => set({ crowd }, { others: crowd ? "" : "off" })),
      h("label", { class: "toggle" }, w.forecastAt, this.rungs),
      h("span", { class: "spacer" }),
      h("span", { class: "choice", role: "group", "aria-label": w.reset },
        h("button", { type: "button", text: "+", "aria-label": w.zoomIn, onclick: () => this.curves.zoomBy(0.7) }),
        h("button", { type: "button", text: "−", "aria-label": w.zoomOut, onclick: () => this.curves.zoomBy(1.4) }),
        h("button", { type: "button", text: w.reset, onclick: () => this.curves.resetZoom() })));
    this.#drawRungs();
  }

  #drawRungs() {
    const race = this.context.race(), w = words().race;
    if (this.rungsShown === race.rungs.length) return;
    this.rungsShown = race.rungs.length;
    fill(this.rungs, h("option", { value: "", text: w.latest }), [...race.rungs].reverse().slice(0, 200).map(r =>
      h("option", { value: String(r.rung), text: w.rung(r.rung, duration(r.decidedAt)) })));
    this.rungs.value = this.view.rung === null ? "" : String(this.view.rung);
  }

  /** Shows the forecasts of a decision, and where it was taken. @param {number | null} rung null for the latest */
  async showRung(rung) {
    const race = this.context.race();
    this.view.rung = rung;
    this.rungs.value = rung === null ? "" : String(rung);
    this.context.keep({ rung: rung === null ? "" : String(rung) });
    if (rung !== null && !race.forecasts.some((/** @type {any} */ f) => f.rung === rung && f.isWhole)) {
      const [known] = await ask(ofJob(this.context.id, `/forecasts?rung=${rung}`)).catch(() => []);
      if (known) {
        race.forecasts = [...race.forecasts.filter((/** @type {any} */ f) => f.rung !== rung), { ...known, isWhole: true }]
          .sort((/** @type {any} */ a, /** @type {any} */ b) => a.rung - b.rung);
      }
    }
    this.plot.update();
  }

  /** @param {{isNews?: boolean}} [why] */
  update({ isNews } = {}) {
    this.view.picked = this.context.picked();
    this.#drawRungs();
    if (isNews) this.plot.follow();
    else this.plot.update();
  }

  dispose() {
    this.plot.dispose();
  }
}
