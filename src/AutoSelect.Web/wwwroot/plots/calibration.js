// Forecasts against what came: intervals as bars, the truth as dots.
import { duration, metric, number } from "../app/format.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";

export class CalibrationPlot {
  /** @param {() => import("../race/model.js").Race} race @param {() => any} analysis @param {{of: "values" | "times"}} view @param {Map<string, number>} strategies */
  constructor(race, analysis, view, strategies) {
    this.race = race;
    this.analysis = analysis;
    this.view = view;
    this.strategies = strategies;
  }

  get title() { return words().calibration.title; }

  none() { return words().calibration.none; }

  height() { return 320; }

  /** @returns {any[]} */
  #pairs() { return this.analysis()?.[this.view.of] ?? []; }

  summary() {
    const pairs = this.#pairs(), w = words().calibration;
    return `${w.within(pairs.filter(p => p.within50).length, pairs.length, "50 %")}, ${w.within(pairs.filter(p => p.within90).length, pairs.length, "90 %")}`;
  }

  /** @param {import("./palette.js").Tokens} t */
  option(t) {
    const race = this.race(), pairs = this.#pairs(), isTime = this.view.of === "times";
    if (pairs.length === 0) return null;
    const five = (/** @type {any} */ q) => [q.p05, q.p25, q.p50, q.p75, q.p95];
    // Infinite ends are drawn at the edge of the plot.
    const finite = pairs.flatMap(p => [...five(p.predicted), p.truth]).filter(Number.isFinite);
    const low = Math.min(...finite), high = Math.max(...finite), room = (high - low || 1) * 0.08;
    const place = (/** @type {number} */ v) => Number.isFinite(v) ? v : v > 0 ? high + room : low - room;
    const colour = (/** @type {any} */ p) => t.series[this.strategies.get(race.byId.get(p.trial)?.candidate.strategy) ?? 0];
    const wide = Math.max(2, Math.min(14, 640 / pairs.length)), unit = isTime ? duration : metric;
    const bars = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ opacity) => ({
      type: "custom", silent: true, z: 1, clip: true, data: pairs.map((_, i) => [i, place(pairs[i].predicted.p50)]), encode: { x: 0, y: 1 },
      renderItem: (/** @type {any} */ params, /** @type {any} */ api) => {
        const p = pairs[params.dataIndex], q = five(p.predicted), a = api.coord([params.dataIndex, place(q[from])]), b = api.coord([params.dataIndex, place(q[to])]);
        return { type: "rect", shape: { x: a[0] - wide / 2, y: b[1], width: wide, height: Math.max(1, a[1] - b[1]), r: 1.5 }, style: { fill: colour(p), opacity } };
      },
    });
    return framed(t, {
      grid: { left: 60, right: 20, top: 16, bottom: 40 },
      xAxis: {
        ...axis(t, ""), type: "category", data: pairs.map((_, i) => i), splitLine: { show: false },
        axisLabel: { color: t.soft, fontSize: 11, hideOverlap: true, formatter: (/** @type {string} */ _, /** @type {number} */ i) => i === 0 || pairs[i].rung !== pairs[i - 1].rung ? words().decisions.rung(pairs[i].rung) : "" },
      },
      yAxis: axis(t, isTime ? words().plane.seconds : race.objective.metric, { nameGap: 44, min: low - room, max: high + room, axisLabel: { color: t.soft, fontSize: 11.5, formatter: (/** @type {number} */ v) => number(v), showMinLabel: false, showMaxLabel: false } }),
      series: [bars(0, 4, 0.3), bars(1, 3, 0.5), {
        type: "scatter", symbolSize: 7, z: 5, data: pairs.map((p, i) => ({ value: [i, place(p.truth)], pair: p, itemStyle: { color: p.within90 ? t.ink : t.bad } })),
        tooltip: {
          formatter: (/** @type {any} */ item) => {
            const p = item.data.pair;
            return tip(`${race.byId.get(p.trial)?.name}, ${words().decisions.rung(p.rung)}`, `${unit(p.predicted.p50)} (${unit(p.predicted.p05)} – ${unit(p.predicted.p95)}) → ${unit(p.truth)}`, `${words().race.point} ${p.atStep} → ${p.truthStep}`);
          },
        },
      }],
    });
  }

  table() {
    return {
      columns: ["trial", "decision", "at step", "truth at step", "p05", "p25", "p50", "p75", "p95", "truth", "within 50 %", "within 90 %"],
      rows: this.#pairs().map(p => [p.trial, p.rung, p.atStep, p.truthStep, p.predicted.p05, p.predicted.p25, p.predicted.p50, p.predicted.p75, p.predicted.p95, p.truth, p.within50, p.within90]),
    };
  }
}
