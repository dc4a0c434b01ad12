// Several jobs over one another: the best that each could have delivered, by its own clock.
import { duration, metric } from "../app/format.js";
import { deliverable } from "../race/model.js";
import { words } from "../words/words.js";
import { axis, framed, tip, valueRange } from "./axes.js";
import { dashes } from "./palette.js";

/** @typedef {import("../race/model.js").Race} Race */

/** Best deliverable value so far over the job's clock, of all its candidates together. @param {Race} race @returns {[number, number][]} */
export function bestSoFar(race) {
  const points = /** @type {[number, number][]} */ ([]);
  for (const trial of race.trials) {
    trial.curve.step.forEach((_, i) => {
      const value = deliverable(race, trial.curve, i), at = trial.curve.clock[i];
      if (Number.isFinite(value) && Number.isFinite(at)) points.push([at, value]);
    });
  }
  points.sort((a, b) => a[0] - b[0]);
  const best = /** @type {[number, number][]} */ ([]);
  for (const [at, value] of points) {
    const last = best.at(-1);
    if (!last || (race.maximize ? value > last[1] : value < last[1])) best.push([at, value]);
  }
  if (best.length > 0 && race.elapsed > best[best.length - 1][0]) best.push([race.elapsed, best[best.length - 1][1]]);
  return best;
}

export class Compare {
  /** @param {() => {id: string, race: Race}[]} jobs of one metric */
  constructor(jobs) {
    this.jobs = jobs;
  }

  get title() { return words().compare.title; }

  none() { return words().race.none; }

  height() { return 420; }

  summary() {
    return this.jobs().map(j => `${j.id} ${metric(bestSoFar(j.race).at(-1)?.[1])}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const jobs = this.jobs(), lines = jobs.map(j => bestSoFar(j.race)), narrow = width < 620;
    if (lines.every(l => l.length === 0)) return null;
    const { maximize, objective } = jobs[0].race, look = (/** @type {number} */ i) => ({ colour: t.series[i % t.series.length], dash: dashes[Math.floor(i / t.series.length) % dashes.length] });
    const targets = [...new Set(jobs.map(j => j.race.objective.target).filter(v => v != null))];
    return framed(t, {
      grid: { left: 60, right: narrow ? 16 : 170, top: 16, bottom: 46 },
      xAxis: axis(t, words().race.clockAxis, { min: 0 }),
      yAxis: axis(t, objective.metric, { nameGap: 44, ...valueRange(lines.flat().map(p => p[1]), maximize, targets[0]), axisLabel: { color: t.soft, fontSize: 11.5, showMinLabel: false, showMaxLabel: false } }),
      series: jobs.map((j, i) => ({
        type: "line", name: j.id, step: "end", showSymbol: lines[i].length < 60, symbol: "circle", symbolSize: 5, data: lines[i],
        lineStyle: { width: 2.2, color: look(i).colour, type: look(i).dash.length ? look(i).dash : "solid" }, itemStyle: { color: look(i).colour },
        endLabel: { show: !narrow, formatter: j.id, color: look(i).colour, fontWeight: 600, fontSize: 12, width: 150, overflow: "truncate" }, labelLayout: { moveOverlap: "shiftY" },
        tooltip: { formatter: (/** @type {any} */ p) => tip(j.id, `${objective.metric} ${metric(p.data[1])}`, duration(p.data[0])) },
        markLine: i > 0 ? undefined : { silent: true, symbol: "none", animation: false, data: targets.map(v => ({ yAxis: v, lineStyle: { color: t.target, type: "dashed" }, label: { formatter: words().race.targetLine(String(v)), position: "insideStartTop", color: t.target, fontSize: 11.5 } })) },
      })),
    });
  }

  table() {
    return { columns: ["job", "clock seconds", "best value"], rows: this.jobs().flatMap(j => bestSoFar(j.race).map(p => [j.id, p[0], p[1]])) };
  }
}
