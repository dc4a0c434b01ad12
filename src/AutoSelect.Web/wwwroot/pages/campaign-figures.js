// What a campaign came to, in a few figures.
import { fill, h } from "../app/dom.js";
import { duration, percent } from "../app/format.js";
import { best, hasEnded, isComplete, mean, probeShare, result, stretches, wins } from "../campaign/model.js";
import { format, nameOf } from "../plots/campaign.js";
import { words } from "../words/words.js";

/** @param {HTMLElement} place @param {import("../campaign/model.js").Point[]} points @param {import("../campaign/model.js").Goal} goal */
export function drawFigures(place, points, goal) {
  const w = words().campaign, top = best(points, goal), won = wins(points), ended = points.filter(hasEnded), device = points.reduce((n, p) => n + p.device, 0);
  const figure = (/** @type {string} */ label, /** @type {any} */ value, /** @type {any} */ note) => h("div", { class: "figure" }, h("h2", { text: label }), h("p", { class: "big" }, value), h("p", {}, note));
  const parts = stretches(points), first = parts.find(s => s.learned.jobs > 0)?.learned, last = [...parts].reverse().find(s => s.learned.jobs > 0)?.learned;
  const learned = points.filter(p => isComplete(p) && p.learning === "learned"), original = points.filter(p => isComplete(p) && p.learning === "original");
  const ratio = learned.length > 0 && original.length > 0 ? /** @type {number} */ (mean(learned, p => p.device)) / /** @type {number} */ (mean(original, p => p.device)) : null;
  fill(place,
    figure(w.best(nameOf(points, goal)), top ? format(goal)(result(top, goal)) : "–", top ? [h("a", { href: `/jobs/${encodeURIComponent(top.job)}`, text: w.point(top.number) }), ` ${top.winner ?? ""}`] : w.noResult),
    figure(w.mostWins, won[0]?.algorithm ?? "–", won[0] ? w.wonOf(won[0].points.length, won.reduce((n, r) => n + r.points.length, 0)) : w.noWinner),
    figure(words().campaigns.device, duration(device), ended.length > 0 ? w.perJob(duration(mean(ended, p => p.device))) : ""),
    first && last && first !== last && first.share !== null && last.share !== null
      ? figure(w.probe, w.fromTo(percent(first.share), percent(last.share)), w.thirds)
      : figure(w.probe, percent(mean(ended, probeShare)), w.ofDevice),
    ratio === null ? null : figure(w.learnedCost, percent(ratio), w.learnedCostAbout(learned.length, original.length)));
}
