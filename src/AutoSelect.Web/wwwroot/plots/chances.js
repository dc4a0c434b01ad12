// P(best) or P(target) of the candidates in colour, decision by decision.
import { percent, duration } from "../app/format.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";
import { strokes } from "./palette.js";

export class Chances {
  /** @param {() => import("../race/model.js").Race} race @param {{of: "best" | "target"}} view @param {() => string[]} picked @param {Map<string, number>} strategies */
  constructor(race, view, picked, strategies) {
    this.race = race;
    this.view = view;
    this.picked = picked;
    this.strategies = strategies;
  }

  get title() { return words().chances.title; }

  none() { return words().chances.none; }

  height() { return 320; }

  #shown() {
    const race = this.race();
    return this.picked().map(id => race.byId.get(id)).filter(t => t != null && race.chances[this.view.of].has(t.id));
  }

  summary() {
    const rows = this.race().chances[this.view.of];
    return this.#shown().map(t => `${t?.name} ${percent([...(rows.get(t?.id ?? "") ?? [])].reverse().find(v => v != null))}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t */
  option(t) {
    const race = this.race(), { at } = race.chances, rows = race.chances[this.view.of], shown = this.#shown();
    if (at.length === 0 || shown.length === 0) return null;
    const looks = strokes(/** @type {any} */ (shown), this.strategies);
    return framed(t, {
      grid: { left: 60, right: 20, top: 14, bottom: 44 },
      xAxis: axis(t, words().race.clockAxis, { min: 0, nameGap: 28 }),
      yAxis: axis(t, "", { min: 0, max: 1, interval: 0.25, axisLabel: { color: t.soft, fontSize: 11.5, formatter: (/** @type {number} */ v) => percent(v) } }),
      series: shown.map(trial => {
        const look = looks.get(trial?.id ?? "") ?? { colour: 0, dash: [] }, row = rows.get(trial?.id ?? "") ?? [];
        return {
          type: "line", step: "end", name: trial?.name, showSymbol: true, symbol: "circle", symbolSize: 6, connectNulls: true,
          lineStyle: { width: 2, color: t.series[look.colour], type: look.dash.length ? look.dash : "solid" }, itemStyle: { color: t.series[look.colour] },
          data: row.map((v, i) => [at[i], v, race.chances.rungs[i]]).filter(p => p[1] != null),
          tooltip: { formatter: (/** @type {any} */ p) => tip(trial?.name ?? "", percent(p.data[1]), words().race.rung(p.data[2], duration(p.data[0]))) },
        };
      }),
    });
  }

  table() {
    const race = this.race(), { best, target, at, rungs } = race.chances;
    return {
      columns: ["decision", "clock seconds", "trial", "candidate", "P(best)", "P(target)"],
      rows: rungs.flatMap((rung, i) => race.trials.filter(t => best.has(t.id) && best.get(t.id)?.[i] != null)
        .map(t => [rung, at[i], t.id, t.name, best.get(t.id)?.[i], target.get(t.id)?.[i]])),
    };
  }
}
