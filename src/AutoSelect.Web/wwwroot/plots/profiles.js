// Performance profiles of strategies over several jobs.
import { number, percent } from "../app/format.js";
import { corners, longest, profiles, timesToTarget } from "../race/profiles.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";
import { assign, dashes } from "./palette.js";

/** Lines go on to the right end of the plot, and no further than this ratio. */
const widest = 16;

export class Profiles {
  /** @param {() => {id: string, race: import("../race/model.js").Race}[]} jobs */
  constructor(jobs) {
    this.jobs = jobs;
  }

  get title() { return words().profiles.title; }

  none() { return words().profiles.none; }

  height() { return 380; }

  /** Jobs that count, and those that cannot: without a target, or with one that nobody reached. */
  #counted() {
    const all = this.jobs().map(j => ({ id: j.id, times: timesToTarget(j.race) }));
    return { times: all.flatMap(j => j.times ? [j.times] : []), left: all.filter(j => !j.times).map(j => j.id) };
  }

  /** What is to be said beside it. */
  about() {
    const w = words().profiles, { times, left } = this.#counted();
    return [w.about(times.length), left.length > 0 ? w.left(left.join(", ")) : ""].filter(Boolean).join(" ");
  }

  summary() {
    return profiles(this.#counted().times).map(p => `${p.strategy} ${number(p.score, 2)}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const { times } = this.#counted(), made = profiles(times), w = words().profiles, narrow = width < 620;
    if (times.length < 2 || made.length < 2) return null;
    const finite = made.flatMap(p => p.ratios).filter(Number.isFinite), end = Math.max(longest, Math.min(widest, Math.max(...finite) * 1.05));
    const colours = assign(made.map(p => p.strategy));
    return framed(t, {
      grid: { left: 60, right: narrow ? 16 : 170, top: 16, bottom: 46 },
      xAxis: axis(t, w.ratio, { type: "log", logBase: 2, min: 1, max: end, axisLabel: { color: t.soft, fontSize: 11.5, formatter: (/** @type {number} */ v) => number(v, 2) } }),
      yAxis: axis(t, w.share, { nameGap: 44, min: 0, max: 1, axisLabel: { color: t.soft, fontSize: 11.5, formatter: (/** @type {number} */ v) => percent(v) } }),
      series: made.map((p, i) => {
        const colour = t.series[colours.get(p.strategy) ?? 0], line = corners(p).filter(c => c[0] <= end);
        return {
          type: "line", name: p.strategy, step: "end", symbol: "circle", symbolSize: 5, data: [...line, [end, line[line.length - 1][1]]],
          lineStyle: { width: 2.2, color: colour, type: i < 8 ? "solid" : dashes[1] }, itemStyle: { color: colour },
          endLabel: { show: !narrow, formatter: p.strategy, color: colour, fontWeight: 600, fontSize: 12, width: 150, overflow: "truncate" }, labelLayout: { moveOverlap: "shiftY" },
          tooltip: { formatter: (/** @type {any} */ at) => tip(p.strategy, w.within(percent(at.data[1]), number(at.data[0], 3)), w.score(number(p.score, 3))) },
        };
      }),
    });
  }

  table() {
    return {
      columns: ["strategy", `score to ${longest}`, "jobs", "target reached", "ratios to the fastest"],
      rows: profiles(this.#counted().times).map(p => [p.strategy, p.score, p.ratios.length, p.solved, p.ratios.filter(Number.isFinite).map(r => number(r, 4)).join(" ")]),
    };
  }
}
