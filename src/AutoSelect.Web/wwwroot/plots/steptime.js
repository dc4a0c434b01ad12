// Where the device time of each candidate went.
import { duration, number } from "../app/format.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";

/** Candidates that are shown, those with most device time first. */
const most = 24;

export class StepTimes {
  /** @param {() => import("../race/model.js").Race} race */
  constructor(race) {
    this.race = race;
  }

  get title() { return words().stepTime.title; }

  none() { return words().stepTime.none; }

  height() { return Math.max(140, 70 + 26 * this.#rows().length); }

  #rows() {
    return this.race().trials.map(trial => {
      const sum = (/** @type {string} */ part) => trial.segments.reduce((n, s) => n + s.devices.length * s[part], 0);
      return { trial, training: sum("deviceSeconds"), evaluation: sum("evaluationSeconds"), overhead: sum("overheadSeconds") };
    }).filter(r => r.training + r.evaluation + r.overhead > 0).sort((a, b) => b.trial.charged - a.trial.charged).slice(0, most);
  }

  summary() {
    return this.#rows().slice(0, 5).map(r => `${r.trial.name} ${duration(r.trial.charged)}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const rows = this.#rows().reverse(), w = words().stepTime;
    if (rows.length === 0) return null;
    const part = (/** @type {"training" | "evaluation" | "overhead"} */ name, /** @type {string} */ colour) => ({
      type: "bar", stack: "seconds", name: w[name], barWidth: 13, itemStyle: { color: colour }, data: rows.map(r => ({ value: r[name], row: r })),
      tooltip: {
        formatter: (/** @type {any} */ item) => {
          const r = item.data.row, s = r.trial.stepTime;
          return tip(r.trial.name, `${w.training} ${duration(r.training)}`, `${w.evaluation} ${duration(r.evaluation)}`, `${w.overhead} ${duration(r.overhead)}`,
            s ? `${w.perStep} ${number(s.lowerQuartileSeconds * 1e3, 3)} – ${number(s.meanSeconds * 1e3, 3)} ms` : "");
        },
      },
    });
    return framed(t, {
      legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: t.soft, fontSize: 12 }, selectedMode: false },
      grid: { left: width < 620 ? 110 : 190, right: 24, top: 28, bottom: 40 },
      xAxis: axis(t, words().plane.seconds, { nameGap: 24, min: 0 }),
      yAxis: { type: "category", data: rows.map(r => r.trial.name), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t.ink, fontSize: 12, width: width < 620 ? 98 : 176, overflow: "truncate" } },
      series: [part("training", t.series[0]), part("evaluation", t.series[5]), part("overhead", t.faint)],
    });
  }

  table() {
    return {
      columns: ["trial", "candidate", "training", "evaluation", "overhead", "step lower quartile", "step mean"],
      rows: this.#rows().map(r => [r.trial.id, r.trial.name, r.training, r.evaluation, r.overhead, r.trial.stepTime?.lowerQuartileSeconds, r.trial.stepTime?.meanSeconds]),
    };
  }
}
