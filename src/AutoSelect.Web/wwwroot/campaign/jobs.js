// Reads the jobs of campaigns from the list of all jobs, a page of the server at a time.
import { ask } from "../app/api.js";
import { fromSummary } from "./model.js";

/** Jobs of a page, and pages that are read at most: the newest ones. */
const pageSize = 1000, mostPages = 20;

/**
 * @param {URLSearchParams} query which jobs
 * @returns {Promise<{points: import("./model.js").Point[], isAll: boolean}>}
 */
export async function readPoints(query) {
  const points = [];
  let next = /** @type {string | null} */ (null);
  for (let page = 0; page < mostPages; page++) {
    const asked = new URLSearchParams([...query, ["newest", "true"], ["size", String(pageSize)], ...(next ? [["after", next]] : [])]);
    const list = await ask(`/v1/jobs?${asked}`);
    points.push(...list.jobs.map(fromSummary).filter((/** @type {any} */ p) => p !== null));
    next = list.next ?? null;
    if (!next) return { points, isAll: true };
  }
  return { points, isAll: false };
}

/**
 * Takes points in, each where it is not older than what is known of its job.
 * @param {Map<string, import("./model.js").Point>} known by job @param {import("./model.js").Point[]} points
 */
export function take(known, points) {
  for (const point of points) {
    const before = known.get(point.job);
    if (!before || before.updated <= point.updated) known.set(point.job, point);
  }
}
