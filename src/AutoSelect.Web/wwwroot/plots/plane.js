// Speed against accuracy, with the Pareto front and the intervals of forecasts.
import { duration, metric, number } from "../app/format.js";
import { words } from "../words/words.js";
import { axis, framed, tip, valueRange } from "./axes.js";

export class Plane {
  /** @param {() => import("../race/model.js").Race} race @param {() => any} analysis @param {{of: "measured" | "perEpoch" | "forecast"}} view @param {() => string[]} picked @param {Map<string, number>} strategies */
  constructor(race, analysis, view, picked, strategies) {
    Object.assign(this, { race, analysis, view, picked, strategies });
    this.race = race;
    this.analysis = analysis;
    this.view = view;
    this.picked = picked;
    this.strategies = strategies;
  }

  get title() { return words().plane.title; }

  none() { return words().plane.none; }

  height() { return 320; }

  /** @returns {any[]} */
  #points() { return this.analysis()?.[this.view.of] ?? []; }

  summary() {
    return this.#points().filter(p => p.onFront).map(p => `${this.race().byId.get(p.trial)?.name} ${duration(p.seconds)} ${metric(p.value)}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t */
  option(t) {
    const race = this.race(), points = this.#points(), picked = new Set(this.picked());
    if (points.length === 0) return null;
    const front = points.filter(p => p.onFront).sort((a, b) => a.seconds - b.seconds);
    const colour = (/** @type {any} */ p) => t.series[this.strategies.get(race.byId.get(p.trial)?.candidate.strategy) ?? 0];
    const top = Math.max(...points.map(p => p.seconds));
    const format = (/** @type {number} */ v) => number(v);
    return framed(t, {
      grid: { left: 60, right: 40, top: 18, bottom: 46 },
      xAxis: axis(t, words().plane.seconds, { min: 0 }),
      yAxis: axis(t, race.objective.metric, { nameGap: 44, ...valueRange(points.flatMap(p => [p.value, p.low ?? p.value, p.high ?? p.value]), race.maximize), axisLabel: { color: t.soft, fontSize: 11.5, formatter: format, showMinLabel: false, showMaxLabel: false } }),
      series: [
        { type: "line", silent: true, showSymbol: false, data: front.map(p => [p.seconds, p.value]), lineStyle: { color: t.soft, width: 1.2, type: "dashed" }, z: 1 },
        ...points.filter(p => p.low != null).map(p => ({ type: "line", silent: true, showSymbol: false, data: [[p.seconds, p.low], [p.seconds, p.high]], lineStyle: { color: colour(p), width: 1.4, opacity: 0.55 }, z: 1 })),
        {
          type: "scatter", z: 4, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
          data: points.map(p => ({
            value: [p.seconds, p.value], point: p, symbolSize: picked.has(p.trial) ? 12 : p.onFront ? 10 : 7,
            itemStyle: { color: colour(p), opacity: picked.has(p.trial) || p.onFront ? 1 : 0.55, borderColor: p.onFront ? t.ink : "transparent", borderWidth: p.onFront ? 1.4 : 0 },
            label: {
              show: picked.has(p.trial) || (p.onFront && points.length < 200), formatter: race.byId.get(p.trial)?.name ?? p.trial, color: picked.has(p.trial) ? colour(p) : t.soft,
              position: p.seconds > 0.7 * top ? "left" : "right", fontSize: 11.5, backgroundColor: t.card, padding: [1, 3],
            },
          })),
          tooltip: {
            formatter: (/** @type {any} */ item) => {
              const p = item.data.point;
              return tip(race.byId.get(p.trial)?.name ?? p.trial, `${race.objective.metric} ${metric(p.value)}${p.low == null ? "" : ` (${metric(p.low)} – ${metric(p.high)})`}`, duration(p.seconds), p.onFront ? words().plane.front : "");
            },
          },
        },
      ],
    });
  }

  table() {
    return {
      columns: ["trial", "candidate", "seconds", "value", "low", "high", "on the front"],
      rows: this.#points().map(p => [p.trial, this.race().byId.get(p.trial)?.name, p.seconds, p.value, p.low, p.high, p.onFront]),
    };
  }
}
