import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, nothing } from "../../../src/AutoSelect.Web/wwwroot/race/fold.js";
import { clockNow, clocks, deliverable, forecastOf, fromAnswers, insurance, lastChance, probeSeconds, roles } from "../../../src/AutoSelect.Web/wwwroot/race/model.js";
import { corners, profiles, timesToTarget } from "../../../src/AutoSelect.Web/wwwroot/race/profiles.js";

const start = Date.parse("2026-01-01T00:00:00Z");

const candidate = name => ({ name, strategy: "sgd", batchSize: 64, hyperparameters: {} });

function race() {
  return fromAnswers({
    description: {
      version: 5, commits: [], devices: [], checkpointBytes: 0,
      summary: { id: "a-1", phase: "Probing", updatedAt: "2026-01-01T00:00:00Z", elapsedSeconds: 10, candidates: 2 },
      spec: { baseline: "one", objective: { kind: "FastestTo", metric: "accuracy", direction: "Maximize", target: 0.9 } },
    },
    candidates: [
      { trial: "t01", candidate: candidate("one"), state: "Running", reason: "", horizonSteps: 100, chargedSeconds: 3, restarts: 0,
        segments: [{ devices: ["d0"], rung: 0, startedAt: 4, fromStep: 0, toStep: 20, end: "None", deviceSeconds: 2, evaluationSeconds: 1, overheadSeconds: 0 }] },
      { trial: "t02", candidate: candidate("two"), state: "Waiting", reason: "", horizonSteps: 100, chargedSeconds: 0, restarts: 0, segments: [] },
    ],
    curves: [
      { trial: "t01", columns: { step: [10, 20], deviceSeconds: [1, 2], seconds: [1.5, 3], value: [0.5, 0.6], averaged: [0.4, 0.7] } },
      { trial: "t02", columns: { step: [], deviceSeconds: [], seconds: [], value: [] } },
    ],
    forecasts: [], decisions: [], chances: { rungs: [], at: [], trials: [] },
  }, start);
}

const at = (number, change, seconds = 20) => ({ number, at: seconds, time: new Date(start + 1000 * (seconds - 10)).toISOString(), change });

const point = (step, value) => ({ step, deviceSeconds: step / 10, evaluationSeconds: step / 20, overheadSeconds: 0, value });

const forecast = (trial, best) => ({ trial, atStep: 20, probabilityOfBest: best, probabilityOfTarget: 0.5, bands: [], secondsPerStep: 0.1 });

test("points lie on the job's clock where their segment was", () => {
  const made = race();
  assert.deepEqual(made.trials[0].curve.clock, [5.5, 7]);
  assert.equal(deliverable(made, made.trials[0].curve, 1), 0.7);
  assert.equal(clockNow(made, start + 5000), 15);
});

test("after a device was lost, points lie where they were measured, whatever was trained twice", () => {
  const made = race(), trial = made.trials[0];
  const segment = (startedAt, endedAt, fromStep, toStep, deviceSeconds, end) => ({ startedAt, endedAt, fromStep, toStep, deviceSeconds, evaluationSeconds: 0, overheadSeconds: 0, end, isExport: false, devices: ["d0"] });
  // A second a step. Lost at step 100 with a checkpoint of step 50, then at once, then trained on from clock 130.
  trial.segments = [segment(0, 100, 0, 100, 100, "DeviceLost"), segment(110, 115, 50, 50, 5, "DeviceLost"), segment(130, null, 50, 110, 60, "None")];
  trial.curve = { step: [40, 80, 110], device: [40, 80, 110], all: [40, 80, 110], value: [0.1, 0.2, 0.3], averaged: null, clock: [] };
  clocks(trial);
  assert.deepEqual(trial.curve.clock, [40, 80, 190]);
});

test("points that come twice count once, and what is known already changes nothing", () => {
  const made = race(), changes = nothing(), report = { kind: "reported", trial: "t01", points: [point(20, 0.9), point(30, 0.8)], progress: { step: 30, deviceSeconds: 3, evaluationSeconds: 1.5, overheadSeconds: 0 } };
  apply(made, at(6, report), start + 10_000, changes);
  apply(made, at(6, report), start + 10_000, changes);
  assert.deepEqual([made.trials[0].curve.step, made.version], [[10, 20, 30], 6]);
  assert.deepEqual(made.trials[0].curve.clock.at(-1), 8.5);
  assert.deepEqual([...changes.trials], ["t01"]);
  assert.equal(made.trials[0].charged, 4.5);
  apply(made, at(3, { kind: "ended", phase: "Failed", outcome: {} }), start, changes);
  assert.equal(made.phase, "Probing");
});

test("a decision is kept with its chances, states and commit", () => {
  const made = race(), changes = nothing();
  const rung = (n, decisions, forecasts) => ({ rung: n, decidedAt: 20 + n, decisions, forecasts, summary: "", unit: "s", spentDeviceSeconds: 1, feasible: true });
  apply(made, at(6, { kind: "decided", rung: rung(0, [{ trial: "t01", kind: "Continue", reason: "r", numbers: { premiumSeconds: 30, premiumLeftSeconds: 12 } }, { trial: "t02", kind: "Stop", reason: "s", numbers: {} }], [forecast("t01", 0.7)]) }), start, changes);
  assert.deepEqual([made.trials[0].state, made.trials[1].state, made.trials[1].reason], ["Running", "Stopped", "s"]);
  assert.deepEqual(insurance(made), { premium: 30, left: 12 });
  apply(made, at(7, { kind: "decided", rung: rung(1, [{ trial: "t01", kind: "Commit", reason: "c", numbers: {} }], [forecast("t01", 0.9), forecast("t02", 0.1)]), commit: { winner: "t01", rung: 1, at: 21 } }), start, changes);
  assert.deepEqual([made.phase, made.trials[0].state, roles(made).winner, roles(made).baseline], ["Committed", "Committed", "t01", "t01"]);
  assert.deepEqual([made.chances.best.get("t01"), made.chances.best.get("t02")], [[0.7, 0.9], [null, 0.1]]);
  assert.equal(lastChance(made.chances.best, "t02"), 0.1);
});

test("a decision takes back what was said of a failed one, and leaves what still holds", () => {
  const made = race(), changes = nothing(), tell = (n, change) => apply(made, at(n, change), start, changes);
  const decide = n => tell(n, { kind: "decided", rung: { rung: n, decidedAt: n, decisions: [], forecasts: [] } });
  const report = (n, storeFault) => tell(n, { kind: "reported", trial: "t01", points: [], storeFault, progress: { step: 20 } });
  tell(6, { kind: "decision-failed", attempt: 1, reason: "it threw" });
  assert.equal(made.notice, "it threw");
  decide(7);
  assert.equal(made.notice, "");
  report(8, "disk full");
  decide(9);
  assert.equal(made.notice, "one trains on, but its checkpoints wait: disk full");
  report(10, "");
  assert.equal(made.notice, "");
});

test("of each candidate the newest forecast is kept, and decisions that were read in full are kept as they are", () => {
  const made = race();
  made.forecasts = [{ rung: 0, at: 1, forecasts: [forecast("t01", 0.1), forecast("t02", 0.2)] }, { rung: 1, at: 2, isWhole: true, forecasts: [forecast("t01", 0.3)] }];
  for (let n = 0; n < 50; n++) apply(made, at(6 + n, { kind: "decided", rung: { rung: 2 + n, decidedAt: 21 + n, decisions: [], forecasts: [forecast("t01", 0.5)] } }), start, nothing());
  assert.deepEqual(made.forecasts.map(r => [r.rung, r.forecasts.map(f => f.trial)]), [[0, ["t02"]], [1, ["t01"]], [51, ["t01"]]]);
  assert.deepEqual([forecastOf(made, "t01").rung, forecastOf(made, "t02").rung, forecastOf(made, "t01", 1).rung], [51, 0, 1]);
});

test("what a winner continues of another candidate was no finding out", () => {
  const made = race(), [one, two] = made.trials;
  Object.assign(one, { charged: 6, segments: [{ devices: ["a", "b"], deviceSeconds: 2, evaluationSeconds: 1, overheadSeconds: 0 }] });
  made.commits = [{ winner: "t02", rung: 1, at: 20 }];
  assert.equal(probeSeconds(made), 6);
  two.candidate.continues = { candidate: "one", at: 0.1 };
  two.curve = { step: [10, 20], device: [1, 2], all: [1.5, 3], value: [0.5, 0.6], averaged: null, clock: [] };
  assert.equal(probeSeconds(made), 3);
});

test("pausing, resuming and ending are told by events", () => {
  const made = race(), changes = nothing(), tell = (n, change, seconds) => apply(made, at(n, change, seconds), start, changes);
  tell(6, { kind: "requested", request: { kind: "Pause", reason: "lunch" } });
  assert.deepEqual([made.pausing, made.notice, made.phase], [true, "lunch", "Probing"]);
  tell(7, { kind: "segment-ended", trial: "t01", end: "Interrupted", state: "Paused", stateReason: "lunch", restarts: 0, progress: { step: 20 } });
  tell(8, { kind: "paused" });
  assert.deepEqual([made.pausing, made.phase, made.running, made.trials[0].segments[0].endedAt], [false, "Paused", false, 20]);
  tell(9, { kind: "requested", request: { kind: "Resume" } });
  tell(10, { kind: "segment-started", trial: "t01", devices: [], segment: { device: "d1", peers: [{ device: "d2" }], rung: 1, startedAt: 30, fromStep: 20 } }, 30);
  tell(11, { kind: "reported", trial: "t01", points: [point(40, 0.8)], progress: { step: 40, deviceSeconds: 2, evaluationSeconds: 1, overheadSeconds: 0 } }, 34);
  assert.equal(made.trials[0].curve.clock.at(-1), 33);
  tell(12, { kind: "ended", phase: "Completed", outcome: { objectiveMet: true, winner: "t01", summary: "Reached." } });
  assert.deepEqual([made.phase, made.outcome.winner, made.trials[0].segments[1].devices, made.trials[0].segments[1].endedAt], ["Completed", "t01", ["d1", "d2"], 20]);
});

test("a job that waits runs on its clock, and goes on as it was once it is admitted", () => {
  const made = race(), changes = nothing(), tell = (n, change) => apply(made, at(n, change), start, changes);
  tell(6, { kind: "held", reason: "2 jobs of 2 run" });
  assert.deepEqual([made.phase, made.notice, made.running, clockNow(made, start + 15_000)], ["Waiting", "2 jobs of 2 run", true, 35]);
  tell(7, { kind: "admitted" });
  assert.deepEqual([made.phase, made.notice], ["Probing", ""]);
  tell(8, { kind: "export-begun", trial: "t01", reason: "r" });
  tell(9, { kind: "paused" });
  tell(10, { kind: "requested", request: { kind: "Resume" } });
  assert.equal(made.phase, "Exporting");
  tell(11, { kind: "held", reason: "again" });
  tell(12, { kind: "decided", rung: { rung: 0, decidedAt: 1, decisions: [] }, commit: { winner: "t01", rung: 0, at: 1 } });
  assert.deepEqual([made.phase, made.notice], ["Waiting", "again"]);
});

test("what makes another job of it is to be read anew", () => {
  for (const change of [{ kind: "candidates-added", addition: {} }, { kind: "objective-changed", objective: {} }, { kind: "checkpoint-given-up", trial: "t01", reason: "r" }]) {
    const changes = nothing();
    apply(race(), at(6, change), start, changes);
    assert.equal(changes.anew, true, change.kind);
  }
  const changes = nothing();
  apply(race(), at(6, { kind: "hook", state: "Delivered", attempt: 1 }), start, changes);
  assert.equal(changes.anew, false);
});

test("events between the job's number and its parts, which were read later, come once", () => {
  const made = race(), changes = nothing(), tell = (n, change, seconds) => apply(made, at(n, change, seconds), start, changes);
  const segment = { device: "d1", peers: [], rung: 1, startedAt: 30, fromStep: 20 }, trial = made.trials[0];
  // As read: the first segment has ended, the second runs and has come to step 40, and the decision between is known.
  Object.assign(trial.segments[0], { endedAt: 25, end: "Completed" });
  trial.segments.push({ devices: ["d1"], rung: 1, startedAt: 30, endedAt: null, fromStep: 20, toStep: 40, end: "None", deviceSeconds: 2, evaluationSeconds: 1, overheadSeconds: 0, isExport: false });
  const rung = { rung: 1, decidedAt: 28, decisions: [], summary: "", unit: "s", spentDeviceSeconds: 1 };
  made.rungs.push(rung);
  made.forecasts.push({ rung: 1, at: 28, forecasts: [forecast("t01", 0.7)] });
  Object.assign(made.chances, { rungs: [1], at: [28], best: new Map([["t01", [0.7]]]), target: new Map([["t01", [0.5]]]) });
  tell(6, { kind: "reported", trial: "t01", points: [], progress: { step: 20, deviceSeconds: 9, evaluationSeconds: 1, overheadSeconds: 0 } }, 24);
  tell(7, { kind: "segment-ended", trial: "t01", end: "Completed", state: "Paused", stateReason: "", restarts: 0, progress: { step: 20, deviceSeconds: 9, evaluationSeconds: 1, overheadSeconds: 0 } }, 25);
  tell(8, { kind: "decided", rung: { ...rung, forecasts: [forecast("t01", 0.7)] } }, 28);
  tell(9, { kind: "segment-started", trial: "t01", devices: [], segment }, 30);
  tell(10, { kind: "reported", trial: "t01", points: [], progress: { step: 50, deviceSeconds: 3, evaluationSeconds: 1, overheadSeconds: 0 } }, 34);
  assert.deepEqual(trial.segments.map(s => [s.endedAt, s.toStep, s.deviceSeconds]), [[25, 20, 9], [null, 50, 3]]);
  assert.deepEqual([made.rungs.length, made.forecasts.length, made.chances.rungs, made.chances.best.get("t01")], [1, 1, [1], [0.7]]);
  assert.equal(trial.charged, 14);
  tell(11, { kind: "segment-ended", trial: "t01", end: "Completed", state: "Paused", stateReason: "", restarts: 0, progress: { step: 50 } }, 40);
  assert.equal(trial.segments[1].endedAt, 40);
});

test("a trial that branches begins with the other's curve", () => {
  const made = race();
  apply(made, at(6, { kind: "branched", trial: "t02", predecessor: "t01", checkpoint: { step: 10 }, reason: "b" }), start, nothing());
  assert.deepEqual([made.trials[1].curve.step, made.trials[1].state], [[10], "Paused"]);
});

test("profiles count how many jobs a strategy solved within a ratio to the fastest", () => {
  const jobs = [new Map([["sgd", 10], ["soap", 5], ["lion", 20]]), new Map([["sgd", 8], ["soap", Infinity], ["lion", 16]])];
  const made = profiles(jobs);
  assert.deepEqual(made.map(p => [p.strategy, p.ratios, p.solved]), [["sgd", [1, 2], 2], ["soap", [1, Infinity], 1], ["lion", [2, 4], 2]]);
  // By hand: sgd (3 + 2) / (2 · 3), soap 3 / 6, lion (2 + 0) / 6.
  assert.deepEqual(made.map(p => p.score), [5 / 6, 3 / 6, 2 / 6]);
  assert.deepEqual(corners(made[0]), [[1, 0.5], [2, 1]]);
  assert.deepEqual(corners(made[2]), [[1, 0], [2, 0.5], [4, 1]]);
});

test("strategies that some job did not try are not set beside the others", () => {
  assert.deepEqual(profiles([new Map([["sgd", 3], ["soap", 2]]), new Map([["sgd", 3]])]).map(p => [p.strategy, p.score]), [["sgd", 1]]);
  assert.deepEqual(profiles([]), []);
});

test("a strategy's time to the target is that of its fastest candidate, and none where nobody came to it", () => {
  const trial = (strategy, value, device) => ({ candidate: { strategy }, curve: { step: value.map((_, i) => i), value, averaged: null, device } });
  const race = { objective: { target: 0.9 }, maximize: true, trials: [trial("sgd", [0.5, 0.91], [1, 7]), trial("sgd", [0.92], [9]), trial("soap", [0.8], [1])] };
  assert.deepEqual([...timesToTarget(race)], [["sgd", 7], ["soap", Infinity]]);
  assert.equal(timesToTarget({ ...race, objective: { target: 0.99 } }), null);
  assert.equal(timesToTarget({ ...race, objective: {} }), null);
});
