import assert from "node:assert/strict";
import { test } from "node:test";
import { take } from "../../../src/AutoSelect.Web/wwwroot/campaign/jobs.js";
import {
  best, campaigns, course, fromSummary, inOrder, numberOf, parameters, probeShare, promotions, result, shortKey, stretches, usualGoal, where, wins,
} from "../../../src/AutoSelect.Web/wwwroot/campaign/model.js";
import { ofPoints } from "../../../src/AutoSelect.Web/wwwroot/plots/pointspace.js";

const minimize = { kind: "BestBy", metric: "loss", direction: "Minimize" }, fastest = { kind: "FastestTo", metric: "accuracy", direction: "Maximize", target: 0.9 };

/** A job of a campaign as the server lists it. */
function job(number, given = {}) {
  const { labels, outcome, ...rest } = given;
  return {
    id: `widths-${number}`, project: "default", owner: "ann", phase: "Completed", objective: fastest, workload: "mlp", winner: "kfac-b64", winnerStrategy: "kfac",
    candidates: 4, chargedSeconds: 10, probeSeconds: 4, elapsedSeconds: 12, submittedAt: `2026-01-01T00:00:${String(number).padStart(2, "0")}Z`, updatedAt: "2026-01-01T01:00:00Z",
    outcome: outcome === undefined ? { value: 0.9, secondsToTarget: 20 - number } : outcome, labels: { campaign: "widths", point: String(number), ...labels }, ...rest,
  };
}

const points = (...jobs) => inOrder(jobs.map(fromSummary));

test("a job is a point by its labels, and one without them is none", () => {
  assert.equal(fromSummary(job(1, { labels: { campaign: undefined } })), null);
  assert.equal(fromSummary({ ...job(1), labels: undefined }), null);
  const point = fromSummary(job(3, { labels: { "space.workload.options.hidden": "64-32", learning: "learned", baseline: "nadamw", team: "vision" }, expected: { saved: { p50: Infinity }, unit: "s" } }));
  assert.deepEqual([point.number, point.values, point.learning, point.baseline, point.saved], [3, { "workload.options.hidden": "64-32" }, "learned", "nadamw", null]);
  // A server or a job of before says less.
  const old = fromSummary(job(4, { winnerStrategy: undefined, labels: { baseline: "somebody's own" } }));
  assert.deepEqual([old.algorithm, old.baseline, old.learning], ["kfac-b64", "", ""]);
  assert.equal(fromSummary(job(1, { labels: { point: "x" } })).number, 0);
});

test("results are those of jobs that came to an end, by value or by time", () => {
  const all = points(job(1), job(2, { phase: "Cancelled" }), job(3, { phase: "Failed", outcome: null }), job(4, { outcome: { value: 0.95, secondsToTarget: null } }));
  assert.deepEqual(all.map(p => result(p, "time")), [19, null, null, null]);
  assert.deepEqual(all.map(p => result(p, "value")), [0.9, null, null, 0.95]);
  assert.deepEqual([best(all, "time").number, best(all, "value").number, best(all.slice(1, 3), "time")], [1, 4, null]);
  const losses = points(job(1, { objective: minimize, outcome: { value: 2 } }), job(2, { objective: minimize, outcome: { value: 1 } }));
  assert.deepEqual([best(losses, "value").number, usualGoal(losses), usualGoal(all)], [2, "value", "time"]);
});

test("the course adds up device time by number, also of jobs without a result", () => {
  const all = points(job(2), job(1, { phase: "Cancelled" }), job(3, { outcome: { value: 0.9, secondsToTarget: 30 } }), job(4, { phase: "Probing", outcome: null }));
  const { reached, spent } = course(all, "time");
  assert.deepEqual([reached.map(r => [r.at, r.value, r.best]), spent], [[[20, 18, 18], [30, 30, 18]], 30]);
});

test("wins are counted by algorithm, and told where", () => {
  const at = (n, hidden, strategy, width) => job(n, { winnerStrategy: strategy, winner: strategy, labels: { "space.a.hidden": hidden, "space.width": String(width) } });
  const all = points(at(1, "64", "kfac", 3), at(2, "128-64", "sgd", 9), at(3, "64", "kfac", 5), { ...at(4, "64", "kfac", 100), phase: "Cancelled" });
  const [hidden, width] = parameters(all), won = wins(all);
  assert.deepEqual(won.map(w => [w.algorithm, w.points.length]), [["kfac", 2], ["sgd", 1]]);
  assert.deepEqual([hidden.numbers, hidden.choices, width.numbers, width.log], [false, ["64", "128-64"], true, true]);
  assert.deepEqual([where(won[0].points, hidden, String), where(won[0].points, width, String), where(won[1].points, width, String)], ["64 (2)", "3 – 5", "9"]);
  assert.deepEqual([numberOf("1e-3"), numberOf("12"), numberOf(".5"), numberOf("64-32"), numberOf(""), numberOf(" 1"), numberOf(undefined)], [0.001, 12, 0.5, null, null, null, null]);
  assert.deepEqual([shortKey("a.hidden", ["a.hidden", "width"]), shortKey("a.hidden", ["a.hidden", "b.hidden"])], ["hidden", "a.hidden"]);
});

test("the share of probing is known once a job has ended", () => {
  const [ended, running, free] = points(job(1), job(2, { phase: "Probing" }), job(3, { chargedSeconds: 0, probeSeconds: 0 }));
  assert.deepEqual([probeShare(ended), probeShare(running), probeShare(free)], [0.4, null, null]);
});

test("a challenger is promoted where learned jobs have another baseline, and originals keep theirs", () => {
  const ran = (n, learning, baseline) => job(n, { labels: { learning, baseline } });
  const all = points(ran(1, "original", "nadamw"), ran(2, "learned", "nadamw"), ran(3, "learned", "kfac"), ran(4, "original", "nadamw"), ran(5, "learned", "kfac"), ran(6, "learned", "sgd"));
  assert.deepEqual(promotions(all).map(p => [p.point.number, p.from, p.to]), [[3, "nadamw", "kfac"], [6, "kfac", "sgd"]]);
  assert.deepEqual(promotions(points(job(1), job(2))), []);
});

test("stretches set learned jobs beside the originals", () => {
  const ran = (n, learning, probeSeconds, candidates) => job(n, { labels: { learning, baseline: "a" }, probeSeconds, candidates });
  const all = points(ran(1, "original", 6, 8), ran(2, "learned", 5, 6), ran(3, "learned", 3, 4), ran(4, "original", 6, 8), ran(5, "learned", 1, 2), ran(6, "learned", 0, 1));
  const parts = stretches(all);
  assert.deepEqual(parts.map(s => [s.from, s.to, s.learned.jobs, s.original.jobs, s.learned.share, s.original.share, s.learned.candidates]),
    [[1, 2, 1, 1, 0.5, 0.6, 6], [3, 4, 1, 1, 0.3, 0.6, 4], [5, 6, 2, 0, 0.05, null, 1.5]]);
  assert.deepEqual(stretches(points(job(1))), []);
});

test("campaigns of one name are told apart by project and owner, and what is newer counts", () => {
  const all = points(job(1), job(2, { phase: "Probing", outcome: null }), job(1, { id: "other-1", owner: "bob", submittedAt: "2026-02-01T00:00:00Z" }),
    { ...job(1, { id: "deep-1", phase: "Paused", outcome: null }), labels: { campaign: "deep", point: "1" } });
  assert.deepEqual(campaigns(all).map(c => [c.name, c.owner, c.isOnly, c.jobs, c.running, c.paused, c.ended, c.device, c.best?.job]),
    [["widths", "bob", false, 1, 0, 0, 1, 10, "other-1"], ["widths", "ann", false, 2, 1, 0, 1, 20, "widths-1"], ["deep", "ann", true, 1, 0, 1, 0, 10, undefined]]);
  const known = new Map();
  take(known, points(job(1, { updatedAt: "2026-01-01T00:00:01Z", chargedSeconds: 2 })));
  take(known, points(job(1, { updatedAt: "2026-01-01T00:00:00Z", chargedSeconds: 1 })));
  assert.equal(known.get("widths-1").device, 2);
  take(known, points(job(1, { updatedAt: "2026-01-01T00:00:02Z", chargedSeconds: 3 })));
  assert.equal(known.get("widths-1").device, 3);
});

test("parallel coordinates have a line a result, numbers and choices on their axes, and a colour an algorithm", () => {
  const at = (n, hidden, width, strategy) => job(n, { winnerStrategy: strategy, labels: { "space.hidden": hidden, "space.width": width } });
  const all = points(at(1, "a", "3", "kfac"), at(2, "b", "4", "sgd"), { ...at(3, "a", "5", "sgd"), phase: "Cancelled" });
  const source = ofPoints({ points: () => all, goal: () => "time" }), axes = source.axes(), lines = source.lines();
  assert.deepEqual(axes.map(a => [a.name, a.choices]), [["hidden", ["a", "b"]], ["width", undefined], ["Time to the target", undefined]]);
  assert.deepEqual(lines.map(l => [l.values, l.group]), [[["a", 3, 19], "kfac"], [["b", 4, 18], "sgd"]]);
  assert.notEqual(lines[0].colour, lines[1].colour);
});
