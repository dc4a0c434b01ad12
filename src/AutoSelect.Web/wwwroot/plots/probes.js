// What finding out cost, job by job in the order of a campaign: so one sees it shrink.
import { duration, number, percent } from "../app/format.js";
import { hasEnded, mean, probeShare, promotions } from "../campaign/model.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";
import { title } from "./campaign.js";

/** Jobs of the running mean. */
const stretch = 5;

/** @typedef {"share" | "seconds" | "candidates"} Measure */

export class Probes {
  /** @param {import("./campaign.js").Campaign} campaign @param {{of: Measure}} view */
  constructor(campaign, view) {
    this.campaign = campaign;
    this.view = view;
  }

  get title() { return words().campaign.probesTitle; }

  none() { return words().campaign.noResult; }

  height() { return 320; }

  /** @param {import("../campaign/model.js").Point} point */
  #of(point) {
    return this.view.of === "share" ? probeShare(point) : this.view.of === "seconds" ? point.probe : point.candidates;
  }

  /** @param {number | null} value */
  #write(value) {
    return this.view.of === "share" ? percent(value) : this.view.of === "seconds" ? duration(value) : number(value, 3);
  }

  #shown() {
    return this.campaign.points().filter(p => hasEnded(p) && p.phase !== "Failed" && this.#of(p) !== null);
  }

  summary() {
    const jobs = this.#shown().filter(p => p.learning !== "original"), n = Math.min(stretch, jobs.length);
    return jobs.length === 0 ? this.none() : words().campaign.fromTo(this.#write(mean(jobs.slice(0, n), p => this.#of(p))), this.#write(mean(jobs.slice(-n), p => this.#of(p))));
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const points = this.#shown(), w = words().campaign, all = this.campaign.points(), made = promotions(all);
    if (points.length === 0) return null;
    const learns = points.some(p => p.learning !== ""), many = points.length > 400, jobs = points.filter(p => p.learning !== "original"), originals = points.filter(p => p.learning === "original");
    const name = (/** @type {import("../campaign/model.js").Point} */ p) => p.learning === "original" ? w.original : learns ? w.learned : w.job;
    const dots = (/** @type {any[]} */ of, /** @type {string} */ label, /** @type {object} */ look) => ({
      type: "scatter", name: label, symbolSize: many ? 5 : 8, z: 4, data: of.map(p => ({ value: [p.number, this.#of(p)], point: p })), ...look,
      tooltip: {
        formatter: (/** @type {any} */ item) => {
          const p = item.data.point;
          return tip(title(p), name(p), `${w.probeShare} ${percent(probeShare(p))}, ${duration(p.probe)}`, `${w.tried} ${p.candidates}`, p.winner ? `${w.chosen} ${p.winner}` : "", p.baseline ? `${w.baseline} ${p.baseline}` : "");
        },
      },
    });
    const label = (/** @type {number} */ v) => this.view.of === "share" ? percent(v) : number(v, 3);
    return framed(t, {
      legend: { top: 0, left: 8, itemWidth: 12, itemHeight: 9, textStyle: { color: t.soft, fontSize: 12 }, selectedMode: false },
      grid: { left: 60, right: 20, top: made.length > 0 ? 52 : 34, bottom: 44 },
      xAxis: axis(t, w.pointAxis, { nameGap: 26, min: 0, max: Math.max(2, all[all.length - 1].number + 1), minInterval: 1 }),
      yAxis: axis(t, this.view.of === "seconds" ? w.probeSeconds : this.view.of === "candidates" ? w.tried : "", { nameGap: 44, min: 0, ...(this.view.of === "share" ? { max: 1, interval: 0.25 } : {}), axisLabel: { color: t.soft, fontSize: 11.5, formatter: label } }),
      series: [
        dots(jobs, learns ? w.learned : w.job, { symbol: "circle", itemStyle: { color: t.series[0], opacity: many ? 0.5 : 0.85 } }),
        ...(originals.length > 0 ? [dots(originals, w.original, { symbol: "diamond", symbolSize: many ? 8 : 11, itemStyle: { color: t.card, borderColor: t.series[1], borderWidth: 2 } })] : []),
        {
          type: "line", name: w.runningMean(stretch), symbol: "none", silent: true, z: 3, lineStyle: { color: t.series[0], width: 2 }, itemStyle: { color: t.series[0] },
          data: jobs.map((p, i) => [p.number, mean(jobs.slice(Math.max(0, i - stretch + 1), i + 1), q => this.#of(q))]),
          markLine: {
            silent: true, symbol: "none", animation: false,
            data: made.map(m => ({ xAxis: m.point.number, lineStyle: { color: t.good, type: "dashed" }, label: { formatter: w.becomes(m.to), color: t.good, fontSize: 11, width: width / 3, overflow: "truncate", position: "end" } })),
          },
        },
      ],
    });
  }

  table() {
    return {
      columns: ["point", "job", "ran", "candidates", "probe device seconds", "share of device time", "baseline", "chosen"],
      rows: this.#shown().map(p => [p.number, p.job, p.learning || "job", p.candidates, p.probe, probeShare(p), p.baseline, p.winner]),
    };
  }
}
