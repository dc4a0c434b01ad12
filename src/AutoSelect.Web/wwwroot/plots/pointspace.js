// The points of a campaign as lines of parallel coordinates, in the colour of the algorithm that won.
import { number } from "../app/format.js";
import { best, numberOf, parameters, result, shortKey } from "../campaign/model.js";
import { words } from "../words/words.js";
import { colours, format, nameOf, title } from "./campaign.js";

/** @param {import("./campaign.js").Campaign} campaign @returns {import("./parallel.js").Source} */
export function ofPoints(campaign) {
  const shown = () => campaign.points().filter(p => result(p, campaign.goal()) !== null);
  const dimensions = () => {
    const points = campaign.points(), goal = campaign.goal(), all = parameters(points), keys = all.map(p => p.key);
    return [
      ...all.map(p => ({
        name: shortKey(p.key, keys), log: p.log, choices: p.numbers ? undefined : p.choices, format: (/** @type {any} */ v) => typeof v === "number" ? number(v, 3) : String(v ?? "–"),
        of: (/** @type {import("../campaign/model.js").Point} */ point) => p.numbers ? numberOf(point.values[p.key]) : point.values[p.key] ?? null,
      })),
      {
        name: nameOf(points, goal), log: false, format: format(goal), isTurned: goal === "time" || points[0]?.objective.direction === "Minimize",
        of: (/** @type {import("../campaign/model.js").Point} */ point) => result(point, goal),
      },
    ];
  };
  return {
    title: () => words().campaign.spaceTitle, none: () => words().campaign.noSpace, axes: dimensions,
    lines: () => {
      const axes = dimensions(), by = colours(campaign.points()), points = shown(), top = best(points, campaign.goal());
      return points.map(p => ({
        name: `${title(p)}, ${p.winner ?? "–"}`, values: axes.map(a => a.of(p)), colour: by.get(p.algorithm ?? "") ?? 7, isStrong: p === top || points.length < 40, group: p.algorithm ?? "–",
      }));
    },
    table: () => {
      const axes = dimensions();
      return { columns: ["point", "job", "algorithm", ...axes.map(a => a.name)], rows: shown().map(p => [p.number, p.job, p.algorithm, ...axes.map(a => a.of(p))]) };
    },
  };
}
