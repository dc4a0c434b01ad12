// Which job trained on which device, by the clock of this machine.
import { serverTime } from "../app/api.js";
import { duration, moment } from "../app/format.js";
import { words } from "../words/words.js";
import { axis, framed, tip } from "./axes.js";

/** Share of a time in which a device trained. @param {any[]} uses @param {string} device @param {number} from @param {number} until */
export function utilisation(uses, device, from, until) {
  const spans = uses.filter(u => u.device === device)
    .map(u => [Math.max(from, Date.parse(u.from)), Math.min(until, u.until == null ? until : Date.parse(u.until))])
    .filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0]);
  let busy = 0, reached = from;
  for (const [a, b] of spans) {
    busy += Math.max(0, b - Math.max(a, reached));
    reached = Math.max(reached, b);
  }
  return busy / (until - from);
}

export class DeviceUsePlot {
  /** @param {() => any[]} uses @param {() => string[]} devices of the pool @param {() => number} hours */
  constructor(uses, devices, hours) {
    this.uses = uses;
    this.devices = devices;
    this.hours = hours;
  }

  get title() { return words().devices.use; }

  none() { return words().devices.noUse; }

  height() { return Math.max(140, 70 + 34 * this.#all().length); }

  #all() { return [...new Set([...this.devices(), ...this.uses().map(u => u.device)])].sort(); }

  summary() { return this.#all().map(d => `${d}: ${this.uses().filter(u => u.device === d).length}`).join(", "); }

  /** @param {import("./palette.js").Tokens} t @param {number} width */
  option(t, width) {
    const uses = this.uses(), devices = this.#all(), now = serverTime();
    if (uses.length === 0) return null;
    const jobs = [...new Set(uses.map(u => u.job ?? ""))];
    return framed(t, {
      grid: { left: width < 620 ? 84 : 130, right: 20, top: 12, bottom: 40 },
      xAxis: { ...axis(t, ""), type: "time", min: now - this.hours() * 3_600_000, max: now },
      yAxis: { type: "category", data: [...devices].reverse(), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t.ink, fontSize: 12, width: width < 620 ? 74 : 118, overflow: "truncate" } },
      series: [{
        type: "custom", clip: true, encode: { x: [0, 1], y: 2 }, data: uses.map(u => ({ value: [Date.parse(u.from), u.until == null ? now : Date.parse(u.until), u.device], use: u })),
        renderItem: (/** @type {any} */ params, /** @type {any} */ api) => {
          const u = uses[params.dataIndex], a = api.coord([api.value(0), u.device]), b = api.coord([api.value(1), u.device]), height = Math.min(22, api.size([0, 1])[1] * 0.66), wide = Math.max(1.5, b[0] - a[0] - 0.5);
          return {
            type: "rect", shape: { x: a[0], y: a[1] - height / 2, width: wide, height, r: 2 },
            style: { fill: u.job ? t.series[jobs.indexOf(u.job) % t.series.length] : t.faint, opacity: 0.75 },
          };
        },
        tooltip: {
          formatter: (/** @type {any} */ item) => {
            const u = item.data.use, [from, until] = item.data.value;
            return tip(u.job ?? words().devices.other, u.candidate ? `${u.candidate} (${u.trial})` : "", `${moment(from)}, ${duration((until - from) / 1000)}`);
          },
        },
      }],
    });
  }

  table() {
    return { columns: ["device", "job", "trial", "candidate", "from", "until"], rows: this.uses().map(u => [u.device, u.job, u.trial, u.candidate, u.from, u.until]) };
  }
}
