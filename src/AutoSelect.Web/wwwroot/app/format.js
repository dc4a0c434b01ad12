// Figures as people read them, alike in pages and plots. Pure.
import { words } from "../words/words.js";

/** Seconds as "2.1 ms", "42.0 s", "3 min 12 s", "2 h 05 min"; infinite is never. @param {number | null | undefined} seconds */
export function duration(seconds) {
  const unit = words().units;
  if (seconds == null || Number.isNaN(seconds)) return "–";
  if (!Number.isFinite(seconds)) return seconds > 0 ? unit.never : "−∞";
  const size = Math.abs(seconds), sign = seconds < 0 ? "−" : "";
  if (size > 0 && size < 0.00995) return `${sign}${trimmed(size * 1e3, 2)}${unit.ms}`;
  if (size < 0.995) return `${sign}${trimmed(size, 2)}${unit.s}`;
  if (size < 59.95) return `${sign}${size.toFixed(1)}${unit.s}`;
  const whole = Math.round(size);
  return sign + (whole < 3600 ? pair(Math.floor(whole / 60), unit.min, whole % 60, unit.s)
    : pair(Math.floor(whole / 3600), unit.h, Math.floor(whole % 3600 / 60), unit.min));
}

/** @param {number} large @param {string} unit @param {number} small @param {string} smallUnit */
function pair(large, unit, small, smallUnit) {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${words().units.gap}${String(small).padStart(2, "0")}${smallUnit}`;
}

/** @param {number} value @param {number} digits */
function trimmed(value, digits) {
  return String(Number(value.toFixed(digits)));
}

/** A measured value of a metric, four digits that stand below each other. @param {number | null | undefined} value */
export function metric(value) {
  if (value == null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2).replace("e+", "e");
  return value.toFixed(size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
}

/** A number as short as it goes. @param {number | null | undefined} value @param {number} [digits] */
export function number(value, digits = 4) {
  if (value == null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  return value !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(Math.max(0, digits - 2)).replace("e+", "e")
    : String(Number(value.toPrecision(digits)));
}

/** A share; what is more than nothing and less than all is never rounded to these. @param {number | null | undefined} share */
export function percent(share) {
  if (share == null || Number.isNaN(share)) return "–";
  return share > 0 && share < 0.01 ? "<1 %" : share > 0.995 && share < 1 ? ">99 %" : `${Math.round(100 * share)} %`;
}

/** @param {number} bytes */
export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) { bytes /= 1024; unit++; }
  return `${unit === 0 || bytes >= 99.5 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** An amount of an objective's unit. @param {number | null | undefined} amount @param {string} unit */
export function amount(amount, unit) {
  return unit === "s" ? duration(amount) : number(amount, 3);
}

/** Lower and upper end of the 90 % interval. @param {any} quantiles @param {(x: number) => string} format */
export function interval(quantiles, format) {
  if (!quantiles) return "";
  const end = (/** @type {number} */ x) => Number.isFinite(x) ? format(x) : x < 0 ? "−∞" : "∞";
  return `${end(quantiles.p05)} – ${end(quantiles.p95)}`;
}

/** What a job is to achieve. @param {any} objective */
export function objective(objective) {
  const w = words().objective;
  const by = objective.deadlineSeconds != null ? w.within(duration(objective.deadlineSeconds)) : "";
  const sign = objective.direction === "Maximize" ? "≥" : "≤";
  return objective.kind === "FastestTo" ? w.fastest(`${objective.metric} ${sign} ${number(objective.target)}`) + by
    : objective.kind === "BestBy" ? w.best(objective.metric) + by
    : w.tradeoff(objective.metric, duration(objective.secondsPerUnit / 100)) + by;
}

/** A moment as a date and a time of this machine. @param {string | number | Date} time */
export function moment(time) {
  const at = new Date(time), two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The name of a number as words: "expectedRegret" as "expected regret". @param {string} name */
export function key(name) {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, c => " " + c.toLowerCase());
}
