// How often an algorithm is how much slower than the fastest one, over a set of jobs (Dolan and Moré, Benchmarking optimization software with
// performance profiles, 2002, doi:10.1007/s101070100263), scored as by AlgoPerf (Dahl et al. 2023, arXiv:2306.07179): the mean height of an
// algorithm's line between one and `longest` times the fastest. Pure.
import { deliverable } from "./model.js";

/** Ratio to the fastest up to which lines are scored. */
export const longest = 4;

/** @typedef {{strategy: string, ratios: number[], solved: number, score: number}} Profile ratios of all jobs, ascending; infinite where it did not reach the target */

/**
 * Device seconds in which each strategy reached a job's target, by its fastest candidate; Infinity where none of its candidates did, be it that
 * it was stopped before. Null where the job has no target or nobody reached it: then there is no fastest.
 * @param {import("./model.js").Race} race @returns {Map<string, number> | null}
 */
export function timesToTarget(race) {
  const { target } = race.objective;
  if (target == null) return null;
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const trial of race.trials) {
    const at = trial.curve.step.findIndex((_, i) => {
      const value = deliverable(race, trial.curve, i);
      return race.maximize ? value >= target : value <= target;
    });
    const time = at < 0 ? Infinity : trial.curve.device[at], strategy = trial.candidate.strategy;
    times.set(strategy, Math.min(times.get(strategy) ?? Infinity, time));
  }
  return Math.min(Infinity, ...times.values()) === Infinity ? null : times;
}

/**
 * Profiles of all strategies that every job tried, best score first. A strategy that some jobs did not try cannot be set beside the others.
 * @param {Map<string, number>[]} jobs as timesToTarget gives them @returns {Profile[]}
 */
export function profiles(jobs) {
  if (jobs.length === 0) return [];
  const shared = [...jobs[0].keys()].filter(s => jobs.every(j => j.has(s)));
  const fastest = jobs.map(j => Math.min(...shared.map(s => j.get(s) ?? Infinity)));
  const made = shared.map(strategy => {
    const ratios = jobs.map((j, i) => ratio(j.get(strategy) ?? Infinity, fastest[i])).sort((a, b) => a - b);
    return { strategy, ratios, solved: ratios.filter(Number.isFinite).length, score: score(ratios) };
  });
  return made.sort((a, b) => b.score - a.score || b.solved - a.solved || (a.strategy < b.strategy ? -1 : 1));
}

/** What took no time beside what took none is alike. @param {number} time @param {number} least */
function ratio(time, least) {
  return time === Infinity ? Infinity : least > 0 ? time / least : time > 0 ? Infinity : 1;
}

/** @param {number[]} ratios */
function score(ratios) {
  return ratios.reduce((sum, r) => sum + Math.max(0, longest - r), 0) / (ratios.length * (longest - 1));
}

/** Share of the jobs that were solved within a ratio, as the corners of a line. @param {Profile} profile @returns {[number, number][]} */
export function corners(profile) {
  const n = profile.ratios.length, points = /** @type {[number, number][]} */ ([[1, profile.ratios.filter(r => r <= 1).length / n]]);
  profile.ratios.forEach((r, i) => { if (Number.isFinite(r) && r > 1) points.push([r, (i + 1) / n]); });
  return points;
}
