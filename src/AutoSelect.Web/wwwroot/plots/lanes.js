// Who trained on which device, over the job's clock: the baseline's lane first.
import { serverTime } from "../app/api.js";
import { duration, key } from "../app/format.js";
import { clockNow } from "../race/model.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";

const usual = new Set(["BudgetReached", "TargetReached", "None", "Interrupted"]);

export class Lanes {
  /** @param {() => import("../race/model.js").Race} race @param {() => string[]} picked @param {Map<string, number>} strategies */
  constructor(race, picked, strategies) {
    this.race = race;
    this.picked = picked;
    this.strategies = strategies;
  }

  get title() { return words().lanes.title; }

  none() { return words().lanes.none; }

  height() { return Math.max(150, 88 + 40 * this.#devices().length); }

  /** Devices in the order of how much the baseline trained on them. @returns {string[]} */
  #devices() {
    const race = this.race(), base = new Map(), all = new Set();
    for (const trial of race.trials) for (const s of trial.segments) for (const d of s.devices) {
      all.add(d);
      if (trial.name === race.spec.baseline) base.set(d, (base.get(d) ?? 0) + s.deviceSeconds);
    }
    return [...all].sort((a, b) => (base.get(b) ?? 0) - (base.get(a) ?? 0) || (a < b ? -1 : 1));
  }

  #segments() {
    const race = this.race(), now = clockNow(race, serverTime());
    return race.trials.flatMap(trial => trial.segments.flatMap(s => s.devices.map((/** @type {string} */ device) =>
      ({ trial, s, device, from: s.startedAt, to: s.endedAt ?? Math.max(now, s.startedAt) }))));
  }

  summary() {
    return this.#devices().map(d => `${d}: ${this.#segments().filter(s => s.device === d).length}`).join(", ");
  }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const race = this.race(), devices = this.#devices(), segments = this.#segments();
    if (segments.length === 0) return null;
    const picked = new Set(this.picked()), end = Math.max(race.elapsed, ...segments.map(s => s.to));
    const colour = (/** @type {any} */ trial) => t.series[this.strategies.get(trial.candidate.strategy) ?? 0];
    const lines = [
      ...race.rungs.map(r => ({ xAxis: r.decidedAt, lineStyle: { type: "dotted", color: t.faint }, label: { show: false } })),
      ...race.commits.map(c => ({ xAxis: c.at, lineStyle: { type: "solid", width: 1.6, color: t.good }, label: { formatter: words().decision.Commit, color: t.good, fontSize: 11 } })),
    ];
    return framed(t, {
      grid: { left: width < 620 ? 76 : 120, right: 20, top: 26, bottom: 44 },
      xAxis: axis(t, words().lanes.axis, { min: 0, max: end || 1, nameGap: 26, axisLabel: { color: t.soft, fontSize: 11.5, hideOverlap: true, showMaxLabel: false } }),
      yAxis: { type: "category", data: [...devices].reverse(), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t.ink, fontSize: 12, width: width < 620 ? 66 : 108, overflow: "truncate" } },
      series: [{
        type: "custom", clip: true, encode: { x: [0, 1], y: 2 },
        data: segments.map(s => ({ value: [s.from, s.to, s.device], segment: s })),
        renderItem: (/** @type {any} */ params, /** @type {any} */ api) => {
          const { trial, s, device, from, to } = segments[params.dataIndex];
          const a = api.coord([from, device]), b = api.coord([to, device]), height = Math.min(26, api.size([0, 1])[1] * 0.7), wide = Math.max(1.5, b[0] - a[0] - 1);
          const isStrong = picked.has(trial.id);
          return {
            type: "rect", shape: { x: a[0], y: a[1] - height / 2, width: wide, height, r: 3 },
            style: { fill: colour(trial), opacity: isStrong ? 0.92 : 0.5, stroke: usual.has(s.end) ? undefined : t.bad, lineWidth: 2 },
            textContent: wide > 34 ? { style: { text: wide > 96 ? trial.name : trial.id, fill: isStrong ? t.card : t.ink, fontFamily: t.font, fontSize: 11, overflow: "truncate", width: wide - 8 } } : undefined,
            textConfig: { position: "inside" },
          };
        },
        markLine: { silent: true, symbol: "none", animation: false, data: lines },
        tooltip: {
          formatter: (/** @type {any} */ item) => {
            const { trial, s } = item.data.segment, w = words().stepTime;
            return tip(`${trial.name} (${trial.id})`, `${words().race.point} ${s.fromStep} – ${s.toStep}`, `${duration(s.startedAt)} – ${s.endedAt == null ? "…" : duration(s.endedAt)}`,
              `${w.training} ${duration(s.deviceSeconds)}, ${w.evaluation} ${duration(s.evaluationSeconds)}, ${w.overhead} ${duration(s.overheadSeconds)}`,
              s.isExport ? words().lanes.export : usual.has(s.end) ? "" : key(s.end));
          },
        },
      }],
    });
  }

  table() {
    return {
      columns: ["device", "trial", "candidate", "from", "to", "from step", "to step", "training", "evaluation", "overhead", "end"],
      rows: this.#segments().map(({ trial, s, device, from, to }) =>
        [device, trial.id, trial.name, from, to, s.fromStep, s.toStep, s.deviceSeconds, s.evaluationSeconds, s.overheadSeconds, s.end]),
    };
  }
}
