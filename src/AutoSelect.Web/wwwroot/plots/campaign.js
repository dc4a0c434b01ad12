// What plots of a campaign share: where their data come from, and how a point is told of.
import { assign } from "./palette.js";
import { duration, metric, number } from "../app/format.js";
import { parameters, shortKey } from "../campaign/model.js";
import { words } from "../words/words.js";

/**
 * A campaign as its plots see it.
 * @typedef {object} Campaign
 * @property {() => import("../campaign/model.js").Point[]} points in order
 * @property {() => import("../campaign/model.js").Goal} goal
 */

/** Colours of the algorithms of points. @param {import("../campaign/model.js").Point[]} points */
export function colours(points) {
  return assign(points.flatMap(p => p.algorithm === null ? [] : [p.algorithm]));
}

/** How results of a goal are written. @param {import("../campaign/model.js").Goal} goal @returns {(v: number | null) => string} */
export function format(goal) {
  return goal === "time" ? duration : metric;
}

/** What results of a goal are called. @param {import("../campaign/model.js").Point[]} points @param {import("../campaign/model.js").Goal} goal */
export function nameOf(points, goal) {
  return goal === "time" ? words().campaign.reached : points[0]?.objective.metric ?? words().campaign.value;
}

/** @param {import("../campaign/model.js").Point} point */
export function title(point) {
  return words().campaign.point(point.number);
}

/** The values of a point, as lines of a tooltip. @param {import("../campaign/model.js").Point} point @param {import("../campaign/model.js").Point[]} points */
export function values(point, points) {
  const keys = parameters(points).map(p => p.key);
  return Object.entries(point.values).map(([key, value]) => `${shortKey(key, keys)} ${value}`).join(", ");
}

/** @param {number} value */
export function short(value) {
  return number(value, 3);
}
