// Hyperparameters of all candidates as parallel coordinates.
import { key, metric, number } from "../app/format.js";
import { lastValue } from "../race/model.js";
import { words } from "../words/words.js";
import { framed, tip } from "./axes.js";

export class Parallel {
  /** @param {() => import("../race/model.js").Race} race @param {() => string[]} picked @param {Map<string, number>} strategies */
  constructor(race, picked, strategies) {
    this.race = race;
    this.picked = picked;
    this.strategies = strategies;
  }

  get title() { return words().parallel.title; }

  none() { return words().parallel.none; }

  height() { return 320; }

  /** Axes on which candidates differ. */
  axes() {
    const race = this.race(), names = new Set(race.trials.flatMap(t => Object.keys(t.candidate.hyperparameters ?? {})));
    const all = [
      { name: words().parallel.batch, of: (/** @type {any} */ t) => t.candidate.batchSize, log: true },
      ...[...names].sort().map(n => ({ name: key(n), of: (/** @type {any} */ t) => t.candidate.hyperparameters?.[n] ?? null, log: true })),
    ];
    return [
      ...all.filter(a => new Set(race.trials.map(a.of).filter(v => v != null)).size > 1).map(a => {
        const values = race.trials.map(a.of).filter(v => v != null), low = Math.min(...values);
        return { ...a, log: low > 0 && Math.max(...values) / low > 20 };
      }),
      { name: race.objective.metric, of: (/** @type {any} */ t) => lastValue(race, t), log: false },
    ];
  }

  summary() {
    return this.axes().map(a => a.name).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t */
  option(t) {
    const race = this.race(), axes = this.axes(), picked = new Set(this.picked());
    const trials = race.trials.filter(trial => lastValue(race, trial) != null);
    if (axes.length < 2 || trials.length === 0) return null;
    return framed(t, {
      parallel: { left: 50, right: 60, top: 40, bottom: 24 },
      parallelAxis: axes.map((a, dim) => ({
        dim, name: a.name, type: a.log ? "log" : "value", scale: true, nameTextStyle: { color: t.soft, fontSize: 12 }, nameGap: 14,
        axisLine: { lineStyle: { color: t.faint } }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: { color: t.soft, fontSize: 11, formatter: (/** @type {number} */ v) => number(v, 3), hideOverlap: true },
        areaSelectStyle: { color: t.accent, opacity: 0.2, borderColor: t.accent },
      })),
      series: [{
        type: "parallel", smooth: 0, inactiveOpacity: 0.04, activeOpacity: 0.9, emphasis: { disabled: trials.length > 300 },
        data: trials.map(trial => ({
          value: axes.map(a => a.of(trial) ?? NaN), trial,
          lineStyle: { color: t.series[this.strategies.get(trial.candidate.strategy) ?? 0], width: picked.has(trial.id) ? 2.4 : 1, opacity: picked.has(trial.id) ? 1 : 0.35 },
        })),
        tooltip: { formatter: (/** @type {any} */ item) => tip(item.data.trial.name, ...axes.map((a, i) => `${a.name} ${i === axes.length - 1 ? metric(item.data.value[i]) : number(item.data.value[i])}`)) },
      }],
    });
  }

  table() {
    const axes = this.axes();
    return { columns: ["trial", "candidate", "strategy", ...axes.map(a => a.name)], rows: this.race().trials.map(t => [t.id, t.name, t.candidate.strategy, ...axes.map(a => a.of(t))]) };
  }
}
