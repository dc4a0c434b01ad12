// How often each algorithm won a job of a campaign.
import { percent } from "../app/format.js";
import { wins } from "../campaign/model.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";
import { colours } from "./campaign.js";

export class Wins {
  /** @param {import("./campaign.js").Campaign} campaign */
  constructor(campaign) {
    this.campaign = campaign;
  }

  get title() { return words().campaign.winsTitle; }

  none() { return words().campaign.noWinner; }

  height() { return Math.max(130, 62 + 30 * wins(this.campaign.points()).length); }

  summary() {
    return wins(this.campaign.points()).map(w => `${w.algorithm} ${w.points.length}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const points = this.campaign.points(), rows = wins(points).reverse(), by = colours(points), w = words().campaign, left = width < 620 ? 110 : 160;
    if (rows.length === 0) return null;
    return framed(t, {
      grid: { left, right: 90, top: 8, bottom: 44 },
      xAxis: axis(t, w.jobsWon, { nameGap: 26, min: 0, minInterval: 1 }),
      yAxis: { type: "category", data: rows.map(r => r.algorithm), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t.ink, fontSize: 12, width: left - 14, overflow: "truncate" } },
      series: [{
        type: "bar", barWidth: 15, data: rows.map(r => ({ value: r.points.length, row: r, itemStyle: { color: t.series[by.get(r.algorithm) ?? 7], borderRadius: 2 } })),
        label: { show: true, position: "right", color: t.soft, fontSize: 12, formatter: (/** @type {any} */ item) => `${item.data.value} (${percent(item.data.row.share)})` },
        tooltip: { formatter: (/** @type {any} */ item) => tip(item.data.row.algorithm, w.wonOf(item.data.value, rows.reduce((n, r) => n + r.points.length, 0)), ...new Set(item.data.row.points.map((/** @type {any} */ p) => p.winner))) },
      }],
    });
  }

  table() {
    return { columns: ["algorithm", "jobs won", "share"], rows: wins(this.campaign.points()).map(w => [w.algorithm, w.points.length, w.share]) };
  }
}
