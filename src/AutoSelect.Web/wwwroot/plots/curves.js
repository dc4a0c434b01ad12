// The race: learning curves of all candidates, those in colour with their forecasts, against the clock, device time or steps.
import { h } from "../app/dom.js";
import { duration, metric, number } from "../app/format.js";
import { deliverable, forecastOf } from "../race/model.js";
import { words } from "../words/words.js";
import { axis, band, framed, logRange, valueRange } from "./axes.js";
import { crowdPaths, drawCrowd, mapping, nearest } from "./crowd.js";
import { strokes, tokens } from "./palette.js";

/** @typedef {import("../race/model.js").Race} Race */
/** @typedef {import("../race/model.js").Trial} Trial */
/**
 * How the race is looked at.
 * @typedef {object} View
 * @property {"clock" | "device" | "step"} x
 * @property {"deliverable" | "raw" | "averaged"} y
 * @property {boolean} logX
 * @property {boolean} logY
 * @property {boolean} crowd whether candidates that are not in colour are shown
 * @property {number | null} rung decision whose forecasts are shown; null for the latest
 * @property {string[]} picked ids in colour, in order
 */

const margin = { left: 60, top: 16, bottom: 46 };

export class Curves {
  /** @param {() => Race} race @param {View} view @param {Map<string, number>} strategies index of each strategy's colour */
  constructor(race, view, strategies) {
    Object.assign(this, { race, view, strategies });
    this.race = race;
    this.view = view;
    this.strategies = strategies;
    this.zoom = [{ start: 0, end: 100 }, { start: 0, end: 100 }];
    /** @type {Map<string, {n: number, key: string, line: import("./crowd.js").Line}>} */
    this.kept = new Map();
    this.canvas = h("canvas", { class: "crowd", "aria-hidden": "true" });
    this.mark = h("div", { class: "marker", hidden: true });
    this.tip = h("div", { class: "tip floating", hidden: true });
    this.said = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.cursor = { trial: 0, point: -1 };
    /** @type {{min: number, max: number} | null} */
    this.range = null;
    this.ranged = { key: "", at: 0 };
    this.crowdDrawn = "";
    this.layers = [this.canvas, this.mark, this.tip, this.said];
    /** @type {any} */
    this.plot = null;
  }

  get title() { return words().race.title; }

  none() { return words().race.none; }

  height() { return innerWidth < 600 ? 340 : 460; }

  summary() {
    const race = this.race();
    return this.chosen().map(t => `${t.name} ${race.objective.metric} ${metric(this.#value(t, t.curve.step.length - 1))}`).join(", ");
  }

  /** Trials in colour. @returns {Trial[]} */
  chosen() {
    return this.view.picked.map(id => this.race().byId.get(id)).filter(t => t != null);
  }

  /** @param {Trial} trial @param {number} i */
  #value(trial, i) {
    return this.view.y === "raw" ? trial.curve.value[i] : this.view.y === "averaged" ? trial.curve.averaged?.[i] ?? NaN : deliverable(this.race(), trial.curve, i);
  }

  /** Where the points of a trial lie; kept until it has more. @param {Trial} trial @returns {import("./crowd.js").Line} */
  line(trial) {
    const { curve } = trial, key = `${this.view.x} ${this.view.y}`, kept = this.kept.get(trial.id);
    if (kept && kept.n === curve.step.length && kept.key === key) return kept.line;
    const x = this.view.x === "step" ? curve.step : this.view.x === "device" ? curve.device : curve.clock;
    const line = { x, y: curve.step.map((_, i) => this.#value(trial, i)), colour: this.strategies.get(trial.candidate.strategy) ?? 0 };
    this.kept.set(trial.id, { n: curve.step.length, key, line });
    return line;
  }

  /** Candidates that are not in colour. */
  crowd() {
    const picked = new Set(this.view.picked);
    return this.view.crowd ? this.race().trials.filter(t => !picked.has(t.id) && t.curve.step.length > 0) : [];
  }

  /** Forecast of a trial as rows of [x, five quantiles], from its last point on. @param {Trial} trial */
  forecast(trial) {
    const race = this.race(), found = forecastOf(race, trial.id, this.view.rung ?? Infinity), { curve } = trial;
    if (!found || !(found.bands?.length > 0) || this.view.y === "raw" || this.view.y === "averaged") return [];
    let last = -1;
    while (last + 1 < curve.step.length && curve.step[last + 1] <= found.atStep) last++;
    const device = last < 0 ? 0 : curve.device[last], clock = Math.max(found.at, last < 0 ? found.at : curve.clock[last] || found.at);
    const at = (/** @type {number} */ step) => this.view.x === "step" ? step
      : (this.view.x === "device" ? device : clock) + (step - found.atStep) * found.secondsPerStep;
    const rows = found.bands.filter((/** @type {any} */ b) => b.step > found.atStep)
      .map((/** @type {any} */ b) => [at(b.step), b.value.p05, b.value.p25, b.value.p50, b.value.p75, b.value.p95]);
    if (last >= 0) {
      const v = deliverable(race, curve, last);
      if (Number.isFinite(v)) rows.unshift([at(found.atStep), v, v, v, v, v]);
    }
    return rows.length > 1 ? rows : [];
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const race = this.race(), w = words().race, chosen = this.chosen(), crowd = this.crowd();
    if (race.trials.every(trial => trial.curve.step.length === 0)) return null;
    const looks = strokes(chosen, this.strategies), narrow = width < 620;
    this.right = narrow ? 14 : 168;
    const forecasts = chosen.map(trial => this.forecast(trial));
    const shown = [...crowd, ...chosen].map(trial => this.line(trial));
    const { x, y } = this.#ranges(shown, forecasts, race);
    const series = chosen.flatMap((trial, i) => this.#series(t, trial, looks.get(trial.id) ?? { colour: 0, dash: [] }, forecasts[i], race, narrow));
    series.push(this.#lines(t, race, w));
    const names = { clock: w.clockAxis, device: w.deviceAxis, step: w.stepAxis };
    return framed(t, {
      grid: { ...margin, right: this.right },
      xAxis: axis(t, names[this.view.x], { type: this.view.logX ? "log" : "value", ...x }),
      yAxis: axis(t, race.objective.metric, {
        nameGap: 44, type: this.view.logY ? "log" : "value", ...y,
        axisLabel: { color: t.soft, fontSize: 11.5, formatter: (/** @type {number} */ v) => number(v), showMinLabel: false, showMaxLabel: false },
      }),
      dataZoom: [
        { type: "inside", xAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, ...this.zoom[0] },
        { type: "inside", yAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, ...this.zoom[1] },
      ],
      tooltip: { show: false },
      series,
    });
  }

  /** @param {import("./crowd.js").Line[]} lines @param {number[][][]} forecasts @param {Race} race */
  #ranges(lines, forecasts, race) {
    let end = 0, begin = Infinity;
    // Along a curve x only grows.
    for (const { x } of lines) {
      const last = x[x.length - 1], first = x.find(v => v > 0);
      if (last > end) end = last;
      if (first !== undefined && first < begin) begin = first;
    }
    const deadline = this.view.x === "clock" ? race.objective.deadlineSeconds ?? 0 : 0;
    // Forecasts lead far beyond what matters: no farther than the deadline, or twice what has been seen.
    const far = Math.max(2 * end, deadline);
    for (const rows of forecasts) for (const row of rows) if (row[0] > end && row[0] <= far) end = row[0];
    if (deadline > 0 && deadline < 1.6 * end) end = Math.max(end, deadline);
    // In steps of a few percent, so that not every point moves all that was drawn before.
    const part = 10 ** Math.floor(Math.log10(end || 1)) / 10;
    const wide = { min: this.view.logX ? Math.max(begin, end * 1e-4) : 0, max: Math.ceil((end || 1) / part) * part };
    // Where the values are is looked at again when a second has passed: it takes as long as drawing them.
    const key = `${this.#viewKey()} ${this.view.picked} ${this.view.rung}`, now = performance.now();
    if (this.range && this.ranged.key === key && now - this.ranged.at < 1000) return { x: wide, y: this.range };
    this.ranged = { key, at: now };
    // Of thousands of points some thousand say as well where the values are.
    const every = Math.ceil(lines.reduce((n, l) => n + l.y.length, 0) / 40_000) || 1, values = /** @type {number[]} */ ([]);
    let n = 0, best = NaN;
    for (const { y } of lines) for (const v of y) {
      if (this.view.logY && !(v > 0)) continue;
      if (n++ % every === 0) values.push(v);
      if (!(race.maximize ? v <= best : v >= best) && Number.isFinite(v)) best = v;
    }
    if (every > 1) values.push(best);
    for (const rows of forecasts) for (const row of rows) if (row[0] <= end) values.push(row[2], row[4]);
    const { target } = race.objective, linear = valueRange(values, race.maximize, target);
    const range = linear && this.view.logY ? logRange(linear, values, target) : linear;
    this.range = range;
    return { x: wide, y: range ?? {} };
  }

  /** @param {number | undefined} value */
  #isShown(value) {
    return value !== undefined && (!this.range || (value >= this.range.min && value <= this.range.max));
  }

  /** @param {import("./palette.js").Tokens} t @param {Trial} trial @param {{colour: number, dash: number[]}} look @param {number[][]} forecast @param {Race} race @param {boolean} narrow */
  #series(t, trial, look, forecast, race, narrow) {
    const colour = t.series[look.colour], line = this.line(trial), isBaseline = trial.name === race.spec.baseline;
    const drawn = /** @type {any[]} */ ([{
      type: "line", name: trial.name, z: 5, silent: true, showSymbol: line.x.length === 1, symbol: "circle", symbolSize: 6, connectNulls: false,
      lineStyle: { width: isBaseline ? 2 : 2.4, color: colour, type: look.dash.length ? look.dash : "solid", cap: "round", join: "round" },
      itemStyle: { color: colour }, data: line.x.map((x, i) => [x, Number.isFinite(line.y[i]) ? line.y[i] : null]),
      endLabel: {
        // Where a curve ends below the picture, its name would lie in the axis.
        show: !narrow && this.#isShown(line.y.at(-1)), formatter: trial.name.length > 24 ? trial.name.slice(0, 23) + "…" : trial.name, color: colour, fontWeight: 600, fontSize: 12, distance: 5,
        backgroundColor: t.card, padding: [1, 4], borderRadius: 3,
      }, labelLayout: { moveOverlap: "shiftY" },
    }]);
    if (forecast.length > 0) {
      drawn.push(band(forecast.map(r => [r[0], r[1], r[5]]), colour, 0.09), band(forecast.map(r => [r[0], r[2], r[4]]), colour, 0.15));
      drawn.push({
        type: "line", silent: true, z: 3, showSymbol: false, data: forecast.map(r => [r[0], r[3]]),
        lineStyle: { type: [3, 4], width: 1.3, color: colour, opacity: 0.9 },
      });
    }
    return drawn;
  }

  /** Target, deadline, decisions. @param {import("./palette.js").Tokens} t @param {Race} race @param {any} w */
  #lines(t, race, w) {
    const data = /** @type {any[]} */ ([]), { target, deadlineSeconds } = race.objective;
    if (target != null) data.push({
      yAxis: target, lineStyle: { color: t.target, type: "dashed", width: 1.3 },
      label: { formatter: w.targetLine(number(target)), position: "insideStartTop", color: t.target, fontSize: 11.5 },
    });
    if (this.view.x === "clock") {
      if (deadlineSeconds != null) data.push({ xAxis: deadlineSeconds, lineStyle: { color: t.target, width: 1.3, type: "dashed" }, label: { formatter: w.deadline, color: t.target, position: "insideEndTop", fontSize: 11.5 } });
      for (const c of race.commits) data.push({ xAxis: c.at, lineStyle: { color: t.good, width: 1.4, type: "solid" }, label: { show: false } });
      const rung = race.rungs.find(r => r.rung === this.view.rung);
      if (rung) data.push({ xAxis: rung.decidedAt, lineStyle: { color: t.accent, width: 1.6, type: "solid" }, label: { formatter: String(rung.rung), color: t.accent, position: "insideEndTop" } });
    }
    return { type: "line", z: 1, silent: true, data: [], markLine: { silent: true, symbol: "none", animation: false, data } };
  }

  /** @param {import("./plot.js").Plot} plot */
  drawn(plot) {
    if (this.plot !== plot) this.#attach(plot);
    if (this.chart !== plot.chart) {
      this.chart = plot.chart;
      plot.chart.on("datazoom", () => {
        this.zoom = plot.chart.getOption().dataZoom.map((/** @type {any} */ z) => ({ start: z.start, end: z.end }));
        this.#drawCrowd();
      });
    }
    this.#drawCrowd();
  }

  /** The rectangle of the plot and what its axes show. @returns {import("./crowd.js").Frame} */
  frame() {
    const { clientWidth, clientHeight } = this.plot.place;
    const width = Math.max(1, clientWidth - margin.left - (this.right ?? 0)), height = Math.max(1, clientHeight - margin.top - margin.bottom);
    const low = this.plot.chart.convertFromPixel({ gridIndex: 0 }, [margin.left, margin.top + height]);
    const high = this.plot.chart.convertFromPixel({ gridIndex: 0 }, [margin.left + width, margin.top]);
    return { left: margin.left, top: margin.top, width, height, x: [low[0], high[0]], y: [low[1], high[1]], logX: this.view.logX, logY: this.view.logY };
  }

  #look() {
    const t = tokens(), many = this.crowd().length;
    return { series: t.series, opacity: many > 400 ? t.crowd * 0.55 : t.crowd, width: many > 400 ? 0.8 : 1.1 };
  }

  #viewKey() {
    return `${this.view.x} ${this.view.y} ${this.view.logX} ${this.view.logY} ${this.view.crowd}`;
  }

  #drawCrowd() {
    const crowd = this.crowd(), frame = this.frame(), look = this.#look(), box = this.canvas.getBoundingClientRect();
    // Thousands of curves are left as they are while nothing of them is new.
    const key = JSON.stringify([this.#viewKey(), frame, look, box.width, box.height, crowd.length, crowd.reduce((n, t) => n + t.curve.step.length, 0), this.view.picked]);
    if (key === this.crowdDrawn) return;
    this.crowdDrawn = key;
    drawCrowd(this.canvas, crowd.map(trial => this.line(trial)), frame, look);
  }

  under() {
    return crowdPaths(this.crowd().map(trial => this.line(trial)), this.frame(), this.#look());
  }

  /** @param {import("./plot.js").Plot} plot */
  #attach(plot) {
    this.plot = plot;
    const { place } = plot;
    place.setAttribute("role", "application");
    place.tabIndex = 0;
    place.addEventListener("pointermove", event => {
      const box = place.getBoundingClientRect();
      this.#point(this.#nearest(event.clientX - box.left, event.clientY - box.top), false);
    });
    place.addEventListener("pointerleave", () => this.#point(null, false));
    place.addEventListener("blur", () => this.#point(null, false));
    place.addEventListener("click", event => {
      const box = place.getBoundingClientRect(), found = this.#nearest(event.clientX - box.left, event.clientY - box.top);
      if (found && !this.view.picked.includes(found.trial.id)) this.pick?.(found.trial.id);
    });
    place.addEventListener("dblclick", () => this.resetZoom());
    place.addEventListener("keydown", event => this.#key(event));
  }

  /** Told when a curve of the crowd is clicked. @type {((id: string) => void) | undefined} */
  pick;

  resetZoom() {
    this.zoom = [{ start: 0, end: 100 }, { start: 0, end: 100 }];
    this.plot?.update();
  }

  /** @param {number} px @param {number} py */
  #nearest(px, py) {
    // Those in colour first: they lie above.
    for (const [trials, within] of /** @type {[Trial[], number][]} */ ([[this.chosen(), 16], [this.crowd(), 9]])) {
      const found = nearest(trials.map(t => this.line(t)), this.frame(), px, py, within);
      if (found) return { trial: trials[found.line], point: found.point };
    }
    return null;
  }

  /** Shows a point. @param {{trial: Trial, point: number} | null} found @param {boolean} isSaid */
  #point(found, isSaid) {
    this.mark.hidden = this.tip.hidden = !found;
    if (!found) return;
    const { trial, point } = found, race = this.race(), { curve } = trial, w = words().race, line = this.line(trial), place = mapping(this.frame());
    const x = place.x(line.x[point]), y = place.y(line.y[point]);
    Object.assign(this.mark.style, { left: `${x}px`, top: `${y}px`, borderColor: tokens().series[line.colour] });
    const averaged = curve.averaged?.[point];
    const lines = [
      `${race.objective.metric} ${metric(line.y[point])}`,
      `${w.point} ${curve.step[point]} · ${duration(curve.device[point])}${Number.isFinite(curve.clock[point]) ? ` · ${w.clock} ${duration(curve.clock[point])}` : ""}`,
      averaged == null ? "" : `${w.raw1} ${metric(curve.value[point])} · ${w.averaged1} ${metric(averaged)}`,
    ].filter(Boolean);
    this.tip.replaceChildren(h("b", { text: trial.name }), ...lines.map(l => h("div", { text: l })));
    const { clientWidth } = this.plot.place, isRight = x > clientWidth * 0.6;
    Object.assign(this.tip.style, { left: isRight ? "" : `${x + 14}px`, right: isRight ? `${clientWidth - x + 14}px` : "", top: `${Math.max(4, y - 20)}px` });
    if (isSaid) this.said.textContent = [trial.name, ...lines].join(", ");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const chosen = this.chosen().filter(t => t.curve.step.length > 0);
    if (event.key === "Escape") { this.#point(null, false); return; }
    if (event.key === "0") { this.resetZoom(); return; }
    if (event.key === "+" || event.key === "-") { this.zoomBy(event.key === "+" ? 0.7 : 1.4); event.preventDefault(); return; }
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key], across = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (chosen.length === 0 || (!along && !across)) return;
    event.preventDefault();
    const c = this.cursor;
    if (across) c.trial = (c.trial + across + chosen.length) % chosen.length;
    const trial = chosen[Math.min(c.trial, chosen.length - 1)], n = trial.curve.step.length;
    c.point = c.point < 0 ? n - 1 : Math.max(0, Math.min(n - 1, c.point + (along ?? 0)));
    this.#point({ trial, point: c.point }, true);
  }

  /** @param {number} factor below 1 to look closer */
  zoomBy(factor) {
    this.zoom = this.zoom.map(({ start, end }) => {
      const middle = (start + end) / 2, half = Math.min(50, (end - start) / 2 * factor);
      const from = Math.max(0, Math.min(100 - 2 * half, middle - half));
      return { start: from, end: from + 2 * half };
    });
    this.plot?.update();
  }

  table() {
    const rows = /** @type {any[][]} */ ([]);
    for (const trial of [...this.chosen(), ...this.crowd()]) {
      const { curve } = trial;
      curve.step.forEach((step, i) => rows.push([trial.id, trial.name, step, curve.device[i], curve.clock[i], curve.value[i], curve.averaged?.[i] ?? null]));
    }
    return { columns: ["trial", "candidate", "step", "device seconds", "clock seconds", "value", "averaged value"], rows };
  }

  json() {
    const race = this.race();
    return [...this.chosen(), ...this.crowd()].map(t => ({ trial: t.id, candidate: t.candidate, curve: t.curve, forecast: forecastOf(race, t.id) }));
  }
}
