// Draws the plots of a campaign's report with the modules of the dashboard; all words and tables are there without it.
import { finite } from "../campaign/model.js";
import { BestValue } from "../plots/bestvalue.js";
import { Parallel } from "../plots/parallel.js";
import { ofPoints } from "../plots/pointspace.js";
import { Probes } from "../plots/probes.js";
import { Wins } from "../plots/wins.js";
import { data, place } from "./frame.js";

/** @type {import("../campaign/model.js").Point[]} */
const points = data.points.map((/** @type {any} */ p) => ({
  ...p, value: finite(p.value), reached: finite(p.reached), probe: finite(p.probe), winner: p.winner ?? null, algorithm: p.algorithm ?? p.winner ?? null,
}));
const campaign = { points: () => points, goal: () => data.goal };

place("best", new BestValue(campaign));
place("space", new Parallel(ofPoints(campaign)));
place("wins", new Wins(campaign));
// Campaigns of before do not say what went to candidates that were not chosen.
place("probes", new Probes(campaign, { of: points.some(p => p.probe !== null) ? "share" : "candidates" }));
