// What the points of a campaign came to over its device time, and the best by then.
import { duration, number } from "../app/format.js";
import { course } from "../campaign/model.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";
import { colours, format, nameOf, title, values } from "./campaign.js";

export class BestValue {
  /** @param {import("./campaign.js").Campaign} campaign */
  constructor(campaign) {
    this.campaign = campaign;
  }

  get title() { return words().campaign.bestTitle; }

  none() { return words().campaign.noResult; }

  height() { return 340; }

  #course() {
    return course(this.campaign.points(), this.campaign.goal());
  }

  summary() {
    const { reached, spent } = this.#course(), goal = this.campaign.goal();
    return reached.length === 0 ? this.none() : `${nameOf(this.campaign.points(), goal)} ${format(goal)(reached[reached.length - 1].best)}, ${duration(spent)}`;
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const points = this.campaign.points(), goal = this.campaign.goal(), { reached, spent } = this.#course(), w = words().campaign;
    if (reached.length === 0) return null;
    const by = colours(points), write = format(goal), many = reached.length > 400;
    return framed(t, {
      grid: { left: width < 620 ? 56 : 70, right: 24, top: 18, bottom: 46 },
      xAxis: axis(t, w.deviceAxis, { min: 0, axisLabel: { color: t.soft, fontSize: 11.5, hideOverlap: true, showMaxLabel: false, formatter: (/** @type {number} */ v) => number(v, 3) } }),
      yAxis: axis(t, goal === "time" ? w.secondsAxis : nameOf(points, goal), { nameGap: width < 620 ? 42 : 52, scale: true, axisLabel: { color: t.soft, fontSize: 11.5, showMinLabel: false, showMaxLabel: false, formatter: (/** @type {number} */ v) => number(v, 4) } }),
      series: [{
        type: "line", name: w.bestSoFar, step: "end", showSymbol: false, silent: true, z: 3, lineStyle: { width: 2.2, color: t.ink },
        data: [...reached.map(r => [r.at, r.best]), [spent, reached[reached.length - 1].best]],
      }, {
        type: "scatter", symbolSize: many ? 5 : 9, z: 4,
        data: reached.map(r => ({ value: [r.at, r.value], row: r, itemStyle: { color: t.series[by.get(r.point.algorithm ?? "") ?? 7], opacity: many ? 0.6 : 0.85 } })),
        tooltip: {
          formatter: (/** @type {any} */ item) => {
            const { point, value } = item.data.row;
            return tip(title(point), `${nameOf(points, goal)} ${write(value)}`, point.winner ?? "", values(point, points), duration(point.device));
          },
        },
      }],
    });
  }

  table() {
    const goal = this.campaign.goal();
    return {
      columns: ["point", "job", "device seconds of all by then", goal === "time" ? "seconds to the target" : "value", "best by then", "algorithm"],
      rows: this.#course().reached.map(r => [r.point.number, r.point.job, r.at, r.value, r.best, r.point.algorithm]),
    };
  }
}
