// Parallel coordinates: an axis for each thing in which lines differ, of candidates or of whatever else has such things.
import { key, metric, number } from "../app/format.js";
import { lastValue } from "../race/model.js";
import { words } from "../words/words.js";
import { framed, tip } from "./axes.js";

/** Lines above which none is brought forward under the pointer: each is drawn again for it. */
const mostLively = 300;

/**
 * @typedef {object} Axis
 * @property {string} name
 * @property {boolean} [log]
 * @property {string[]} [choices] an axis of these in place of numbers
 * @property {boolean} [isTurned] with the least above
 * @property {(value: any) => string} format
 */
/** @typedef {{name: string, values: (number | string | null)[], colour: number, isStrong: boolean, group?: string}} Line */
/**
 * @typedef {object} Source
 * @property {() => string} title
 * @property {() => string} none
 * @property {() => Axis[]} axes
 * @property {() => Line[]} lines those of one group have one colour, which the legend tells
 * @property {() => import("./plot.js").Table} table
 */

export class Parallel {
  /** @param {Source} source */
  constructor(source) {
    this.source = source;
  }

  get title() { return this.source.title(); }

  none() { return this.source.none(); }

  height() { return this.source.lines().some(l => l.group) ? 360 : 320; }

  summary() {
    return this.source.axes().map(a => a.name).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const axes = this.source.axes(), lines = this.source.lines(), groups = [...new Set(lines.map(l => l.group ?? ""))];
    if (axes.length < 2 || lines.length === 0) return null;
    const series = (/** @type {string} */ group) => {
      const mine = lines.filter(l => (l.group ?? "") === group), colour = (/** @type {Line} */ l) => t.series[l.colour];
      return {
        type: "parallel", name: group, smooth: 0, inactiveOpacity: 0.04, activeOpacity: 0.9, emphasis: { disabled: lines.length > mostLively },
        lineStyle: { color: colour(mine[0]) }, itemStyle: { color: colour(mine[0]) },
        data: mine.map(line => ({
          value: line.values.map(v => v ?? NaN), line,
          lineStyle: { color: colour(line), width: line.isStrong ? 2.4 : 1, opacity: line.isStrong ? 1 : 0.35 },
        })),
        tooltip: { formatter: (/** @type {any} */ item) => tip(item.data.line.name, ...axes.map((a, i) => `${a.name} ${a.format(item.data.line.values[i])}`)) },
      };
    };
    const names = groups.filter(g => g !== ""), top = legendHeight(names, width - 16);
    return framed(t, {
      legend: names.length > 0 ? { top: 0, left: 8, right: 8, icon: "roundRect", itemWidth: 14, itemHeight: 4, data: names, textStyle: { color: t.soft, fontSize: 12 }, selectedMode: false } : undefined,
      parallel: { left: 50, right: width < 620 ? 50 : 60, top: 40 + top, bottom: 24 },
      parallelAxis: axes.map((a, dim) => ({
        dim, name: a.name, type: a.choices ? "category" : a.log ? "log" : "value", ...(a.choices ? { data: a.choices } : { scale: true }), inverse: a.isTurned ?? false,
        nameLocation: a.isTurned ? "start" : "end", z: 3, nameTextStyle: { color: t.soft, fontSize: 12 }, nameGap: 14, nameTruncate: { maxWidth: Math.max(50, (width - 110) / axes.length), ellipsis: "…" },
        axisLine: { lineStyle: { color: t.faint } }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: { color: t.soft, fontSize: 11, textBorderColor: t.card, textBorderWidth: 3, formatter: (/** @type {any} */ v) => a.choices ? String(v) : a.format(v), hideOverlap: true },
        areaSelectStyle: { color: t.accent, opacity: 0.2, borderColor: t.accent },
      })),
      series: groups.map(series),
    });
  }

  table() {
    return this.source.table();
  }
}

/** Height of a legend, about, which breaks where a line is full. @param {string[]} names @param {number} width */
function legendHeight(names, width) {
  let lines = 0, left = 0;
  for (const name of names) {
    const need = 30 + 7 * name.length;
    if (need > left) { lines++; left = width; }
    left -= need;
  }
  return 23 * lines;
}

/**
 * Hyperparameters of all candidates of a job, and the value that each has come to.
 * @param {() => import("../race/model.js").Race} race @param {() => string[]} picked @param {Map<string, number>} strategies
 * @returns {Source}
 */
export function ofCandidates(race, picked, strategies) {
  const trials = () => race().trials.filter(t => lastValue(race(), t) != null);
  const dimensions = () => {
    const now = race(), names = new Set(now.trials.flatMap(t => Object.keys(t.candidate.hyperparameters ?? {})));
    const all = [
      { name: words().parallel.batch, of: (/** @type {any} */ t) => t.candidate.batchSize },
      ...[...names].sort().map(n => ({ name: key(n), of: (/** @type {any} */ t) => t.candidate.hyperparameters?.[n] ?? null })),
    ];
    return [
      ...all.filter(a => new Set(now.trials.map(a.of).filter(v => v != null)).size > 1).map(a => {
        const values = now.trials.map(a.of).filter(v => v != null), low = Math.min(...values);
        return { ...a, log: low > 0 && Math.max(...values) / low > 20, format: (/** @type {number} */ v) => number(v, 3) };
      }),
      { name: now.objective.metric, of: (/** @type {any} */ t) => lastValue(now, t), log: false, format: metric },
    ];
  };
  return {
    title: () => words().parallel.title, none: () => words().parallel.none, axes: dimensions,
    lines: () => {
      const axes = dimensions(), strong = new Set(picked());
      return trials().map(t => ({
        name: t.name, values: axes.map(a => a.of(t)), colour: strategies.get(t.candidate.strategy) ?? 0, isStrong: strong.has(t.id),
      }));
    },
    table: () => {
      const axes = dimensions();
      return { columns: ["trial", "candidate", "strategy", ...axes.map(a => a.name)], rows: race().trials.map(t => [t.id, t.name, t.candidate.strategy, ...axes.map(a => a.of(t))]) };
    },
  };
}
