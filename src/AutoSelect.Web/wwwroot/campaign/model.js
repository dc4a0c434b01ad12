// A campaign as its jobs tell it: what labels and summaries of a list of jobs say of its points. Pure.
import { endedPhases, runningPhases } from "../race/model.js";

/**
 * One point of a campaign and its job.
 * @typedef {object} Point
 * @property {string} job
 * @property {string} campaign
 * @property {string} project
 * @property {string} owner
 * @property {number} number from 1
 * @property {Record<string, string>} values by the parameter's key
 * @property {string} phase
 * @property {any} objective
 * @property {string} workload
 * @property {string | null} winner name of the candidate that holds the job
 * @property {string | null} algorithm its strategy; its name where the server does not say
 * @property {number | null} value of what was delivered
 * @property {number | null} reached seconds to the target
 * @property {number} seconds of the job's clock
 * @property {number} device seconds charged
 * @property {number | null} probe device seconds of them on candidates that were not chosen; null where nobody says
 * @property {number} candidates
 * @property {number | null} saved over the baseline, in `unit`
 * @property {string} unit
 * @property {"original" | "learned" | ""} learning "" where the campaign does not learn
 * @property {string} baseline as the template names it; "" where the campaign does not learn
 * @property {string} submitted
 * @property {string} updated
 */

/** What points are compared by: what they delivered, or how long they took to the target. @typedef {"value" | "time"} Goal */

/** Before the key of a parameter in the name of its label. */
const space = "space.";

/** A job of a list as a point; null where it is of no campaign. @param {any} job @returns {Point | null} */
export function fromSummary(job) {
  const labels = job.labels ?? {};
  if (labels.campaign == null) return null;
  const saved = job.expected?.saved?.p50;
  return {
    job: job.id, campaign: labels.campaign, project: job.project, owner: job.owner ?? "", number: Number(labels.point) || 0,
    values: Object.fromEntries(Object.entries(labels).filter(([k]) => k.startsWith(space)).map(([k, v]) => [k.slice(space.length), String(v)])),
    phase: job.phase, objective: job.objective, workload: job.workload, winner: job.winner ?? null, algorithm: job.winnerStrategy ?? job.winner ?? null,
    value: finite(job.outcome?.value), reached: finite(job.outcome?.secondsToTarget), seconds: job.elapsedSeconds, device: job.chargedSeconds,
    probe: job.probeSeconds, candidates: job.candidates, saved: finite(saved), unit: job.expected?.unit ?? "s",
    learning: labels.learning === "original" || labels.learning === "learned" ? labels.learning : "", baseline: labels.learning ? labels.baseline ?? "" : "",
    submitted: job.submittedAt, updated: job.updatedAt,
  };
}

/** @param {any} value @returns {number | null} */
export function finite(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** By number; jobs of one number, as of a campaign that was run anew, in the order of their submission. @param {Iterable<Point>} points */
export function inOrder(points) {
  return [...points].sort((a, b) => a.number - b.number || (a.submitted < b.submitted ? -1 : a.submitted > b.submitted ? 1 : 0));
}

/** @param {Point} point */
export function hasEnded(point) {
  return endedPhases.includes(point.phase);
}

/** Whether it came to an answer. @param {Point} point */
export function isComplete(point) {
  return point.phase === "Completed";
}

/** What its points are compared by where nobody says. @param {Point[]} points @returns {Goal} */
export function usualGoal(points) {
  return points.some(p => p.objective.kind === "FastestTo") ? "time" : "value";
}

/** What a point came to by the goal; null where it came to nothing. @param {Point} point @param {Goal} goal */
export function result(point, goal) {
  return !isComplete(point) ? null : goal === "time" ? point.reached : point.value;
}

/** Whether a result is better than another. @param {Point} point @param {Goal} goal @param {number} a @param {number} b */
export function isBetter(point, goal, a, b) {
  return goal === "value" && point.objective.direction === "Maximize" ? a > b : a < b;
}

/** @param {Point[]} points @param {Goal} goal @returns {Point | null} */
export function best(points, goal) {
  let found = /** @type {Point | null} */ (null);
  for (const point of points) {
    const mine = result(point, goal), other = found && result(found, goal);
    if (mine !== null && (found === null || isBetter(point, goal, mine, /** @type {number} */ (other)))) found = point;
  }
  return found;
}

/** Share of the device time that went to candidates that were not chosen; null before the job has ended. @param {Point} point */
export function probeShare(point) {
  return hasEnded(point) && point.device > 0 && point.probe !== null ? Math.min(1, point.probe / point.device) : null;
}

/** @param {Point[]} points @param {(p: Point) => number | null} of @returns {number | null} */
export function mean(points, of) {
  const known = points.map(of).filter(v => v !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/**
 * Campaigns of a list of jobs, the one that was submitted to last first. One name in two projects, or of two owners, is two campaigns.
 * @param {Iterable<Point>} points
 */
export function campaigns(points) {
  /** @type {Map<string, Point[]>} */
  const groups = new Map();
  for (const point of points) {
    const key = JSON.stringify([point.campaign, point.project, point.owner]), group = groups.get(key);
    if (group) group.push(point);
    else groups.set(key, [point]);
  }
  const names = new Map();
  for (const [first] of groups.values()) names.set(first.campaign, (names.get(first.campaign) ?? 0) + 1);
  return [...groups.values()].map(group => {
    const all = inOrder(group), goal = usualGoal(all), [{ campaign, project, owner, workload, objective }] = all;
    return {
      name: campaign, project, owner, workload, objective, goal, isOnly: names.get(campaign) === 1, jobs: all.length,
      running: all.filter(p => runningPhases.includes(p.phase)).length, paused: all.filter(p => p.phase === "Paused").length,
      ended: all.filter(hasEnded).length, failed: all.filter(p => p.phase === "Failed").length, best: best(all, goal),
      device: all.reduce((n, p) => n + p.device, 0), submitted: all.map(p => p.submitted).reduce((a, b) => a > b ? a : b),
    };
  }).sort((a, b) => a.submitted > b.submitted ? -1 : a.submitted < b.submitted ? 1 : a.name < b.name ? -1 : 1);
}

/** @typedef {{key: string, numbers: boolean, choices: string[], log: boolean}} Parameter */

/** The parameters of a campaign: numbers where every value is one, else choices in the order of people. @param {Point[]} points @returns {Parameter[]} */
export function parameters(points) {
  const keys = [...new Set(points.flatMap(p => Object.keys(p.values)))].sort();
  return keys.map(key => {
    const texts = [...new Set(points.map(p => p.values[key]).filter(v => v !== undefined))];
    const values = texts.map(numberOf), numbers = values.every(v => v !== null);
    const low = Math.min(.../** @type {number[]} */ (numbers ? values : [0])), high = Math.max(.../** @type {number[]} */ (numbers ? values : [0]));
    return {
      key, numbers, log: numbers && low > 0 && high / low > 20,
      choices: numbers ? [] : texts.sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
    };
  });
}

/** @param {string | undefined} text @returns {number | null} */
export function numberOf(text) {
  return text !== undefined && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : null;
}

/** The last part of a key's path, as people call it, where it tells parameters apart. @param {string} key @param {string[]} all */
export function shortKey(key, all) {
  const last = (/** @type {string} */ k) => k.slice(k.lastIndexOf(".") + 1);
  return all.filter(k => last(k) === last(key)).length > 1 ? key : last(key);
}

/**
 * What points came to over the device time of all before them, by number, and the best by then.
 * @param {Point[]} points @param {Goal} goal
 */
export function course(points, goal) {
  let spent = 0, top = /** @type {number | null} */ (null);
  const reached = /** @type {{point: Point, at: number, value: number, best: number}[]} */ ([]);
  for (const point of points.filter(hasEnded)) {
    spent += point.device;
    const value = result(point, goal);
    if (value === null) continue;
    if (top === null || isBetter(point, goal, value, top)) top = value;
    reached.push({ point, at: spent, value, best: top });
  }
  return { reached, spent };
}

/** Who won how often, the most often first, and what each would have been chosen over. @param {Point[]} points */
export function wins(points) {
  /** @type {Map<string, Point[]>} */
  const by = new Map();
  for (const point of points.filter(p => isComplete(p) && p.algorithm !== null)) {
    const name = /** @type {string} */ (point.algorithm), group = by.get(name);
    if (group) group.push(point);
    else by.set(name, [point]);
  }
  const all = [...by.values()].reduce((n, g) => n + g.length, 0);
  return [...by].map(([algorithm, group]) => ({ algorithm, points: group, share: group.length / all })).sort((a, b) => b.points.length - a.points.length || (a.algorithm < b.algorithm ? -1 : 1));
}

/** Where an algorithm won, along one parameter. @param {Point[]} points @param {Parameter} parameter @param {(v: number) => string} format */
export function where(points, parameter, format) {
  const texts = points.map(p => p.values[parameter.key]).filter(v => v !== undefined);
  if (texts.length === 0) return "–";
  if (parameter.numbers) {
    const values = texts.map(t => /** @type {number} */ (numberOf(t))), low = Math.min(...values), high = Math.max(...values);
    return low === high ? format(low) : `${format(low)} – ${format(high)}`;
  }
  return parameter.choices.flatMap(c => { const n = texts.filter(t => t === c).length; return n > 0 ? [`${c} (${n})`] : []; }).join(", ");
}

/** Challengers that took the baseline's place, and from which point on. @param {Point[]} points in order */
export function promotions(points) {
  const made = /** @type {{point: Point, from: string, to: string}[]} */ ([]);
  let baseline = points.find(p => p.baseline)?.baseline ?? "";
  for (const point of points) {
    // Originals keep the first one.
    if (point.learning !== "learned" || !point.baseline || point.baseline === baseline) continue;
    made.push({ point, from: baseline, to: point.baseline });
    baseline = point.baseline;
  }
  return made;
}

/**
 * A campaign that learns in stretches of equal numbers of completed points: what jobs cost that tried what was learned, beside those that
 * ran the original.
 * @param {Point[]} points in order @param {number} [count]
 */
export function stretches(points, count = 3) {
  const ended = points.filter(p => isComplete(p) && p.learning !== ""), size = Math.ceil(ended.length / count);
  const made = [];
  for (let i = 0; i < ended.length; i += size) {
    const part = ended.slice(i, i + size);
    const of = (/** @type {string} */ learning) => {
      const jobs = part.filter(p => p.learning === learning);
      return {
        jobs: jobs.length, device: mean(jobs, p => p.device), seconds: mean(jobs, p => p.reached ?? p.seconds), share: mean(jobs, probeShare),
        candidates: mean(jobs, p => p.candidates),
      };
    };
    made.push({ from: part[0].number, to: part[part.length - 1].number, learned: of("learned"), original: of("original") });
  }
  return made;
}
