// Brings a race up to date with events of its job. Events that it knows change nothing: pages read the job first and its events from
// then on, and may be told again of some after a connection was lost. What is read of a job's parts may be newer than its number: events in
// between come to what has them already.
import { clocks, emptyCurve, runningPhases } from "./model.js";

/** @typedef {import("./model.js").Race} Race */

/**
 * What an event has changed, for those who draw; `anew` where it made another job of it, which is to be read anew.
 * @typedef {{trials: Set<string>, decided: boolean, state: boolean, lanes: boolean, anew: boolean}} Changes
 */

/** @returns {Changes} */
export function nothing() {
  return { trials: new Set(), decided: false, state: false, lanes: false, anew: false };
}

/** @param {Race} race @param {any} event @param {number} now milliseconds of the server's clock @param {Changes} changes is added to */
export function apply(race, event, now, changes) {
  if (event.number <= race.version) return;
  race.version = event.number;
  race.elapsed = event.at;
  // By the clock of the control side, as now is: where that is told as a little later, what came just now has happened now.
  race.known = Math.min(now, Date.parse(event.time));
  const change = event.change, trial = change.trial ? race.byId.get(change.trial) : undefined;
  switch (change.kind) {
    case "requested": requested(race, change.request, changes); break;
    case "segment-started": if (trial) started(race, trial, change, changes); break;
    case "reported": if (trial) reported(race, trial, change, event.at, changes); break;
    case "segment-ended": if (trial) noted(race, changes, () => ended(trial, change, event.at, changes)); break;
    case "branched": if (trial) branched(race, trial, change, changes); break;
    case "trial-ended": if (trial) { Object.assign(trial, { state: change.state, reason: change.reason }); changes.trials.add(trial.id); } break;
    case "decided": decided(race, change, changes); break;
    case "decision-failed": race.notice = change.reason; changes.state = true; break;
    case "held": race.notice = change.reason; phase(race, "Waiting", changes); break;
    case "admitted": race.notice = ""; phase(race, onceAdmitted(race), changes); break;
    case "export-begun":
      race.exporting = true;
      phase(race, "Exporting", changes);
      if (trial) { Object.assign(trial, { state: "Completed", reason: change.reason }); changes.trials.add(trial.id); }
      break;
    case "paused": race.pausing = false; phase(race, "Paused", changes); break;
    case "ended":
      Object.assign(race, { outcome: change.outcome, pausing: false });
      for (const t of race.trials) if (t.segments.at(-1)?.endedAt === null) Object.assign(t.segments.at(-1), { endedAt: event.at, end: "Interrupted" });
      phase(race, change.phase, changes);
      changes.lanes = true;
      break;
    case "candidates-added": case "objective-changed": case "checkpoint-given-up": changes.anew = true; break;
    default: break;
  }
}

/** @param {Race} race @param {string} to @param {Changes} changes */
function phase(race, to, changes) {
  race.phase = to;
  race.running = runningPhases.includes(to);
  changes.state = true;
}

/** The phase of a job that neither waits nor is paused any more. @param {Race} race */
function onceAdmitted(race) {
  return race.exporting ? "Exporting" : race.commits.length > 0 ? "Committed" : "Probing";
}

/** @param {Race} race @param {any} request @param {Changes} changes */
function requested(race, request, changes) {
  if (request.kind === "Pause") Object.assign(race, { pausing: true, notice: request.reason ?? "" });
  if (request.kind === "Resume") {
    Object.assign(race, { pausing: false, notice: "" });
    phase(race, onceAdmitted(race), changes);
  }
  changes.state = true;
}

/** @param {Race} race @param {import("./model.js").Trial} trial @param {any} change @param {Changes} changes */
function started(race, trial, change, changes) {
  const s = change.segment;
  for (const device of change.devices ?? []) if (!race.devices.some(d => d.id === device.id)) race.devices.push(device);
  if (trial.segments.some(k => k.startedAt === s.startedAt && k.fromStep === s.fromStep && k.rung === s.rung)) return;
  trial.segments.push({
    devices: [s.device, ...(s.peers ?? []).map((/** @type {any} */ p) => p.device)], rung: s.rung, startedAt: s.startedAt, endedAt: null,
    fromStep: s.fromStep, toStep: s.fromStep, end: "None", deviceSeconds: 0, evaluationSeconds: 0, overheadSeconds: 0, isExport: s.isExport,
  });
  if (!["Committed", "Completed"].includes(trial.state)) trial.state = "Running";
  changes.trials.add(trial.id);
  changes.lanes = true;
}

/** The segment that an event of a moment is of: candidates may be known from a later moment. @param {import("./model.js").Trial} trial @param {number} at */
function segmentAt(trial, at) {
  return trial.segments.findLast(s => s.startedAt <= at) ?? trial.segments.at(-1);
}

/** @param {any} segment @param {any} progress */
function progressed(segment, progress) {
  segment.toStep = Math.max(segment.toStep, progress.step);
  for (const part of ["deviceSeconds", "evaluationSeconds", "overheadSeconds"]) segment[part] = Math.max(segment[part], progress[part] ?? 0);
}

/** @param {import("./model.js").Trial} trial */
function charge(trial) {
  trial.charged = trial.segments.reduce((sum, s) => sum + s.devices.length * (s.deviceSeconds + s.evaluationSeconds + s.overheadSeconds), 0);
}

/** @param {Race} race @param {import("./model.js").Trial} trial @param {any} change @param {number} at @param {Changes} changes */
function reported(race, trial, change, at, changes) {
  const { curve } = trial, from = curve.step.length;
  for (const p of change.points ?? []) {
    if (p.step <= (curve.step.at(-1) ?? 0)) continue;
    curve.step.push(p.step);
    curve.device.push(p.deviceSeconds);
    curve.all.push(p.deviceSeconds + p.evaluationSeconds + p.overheadSeconds);
    curve.value.push(p.value);
    if (p.averagedValue != null && !curve.averaged) curve.averaged = curve.value.map(() => null);
    if (curve.averaged) curve.averaged[curve.step.length - 1] = p.averagedValue ?? null;
  }
  const segment = segmentAt(trial, at);
  if (segment) progressed(segment, change.progress);
  if (segment && change.storeFault != null) {
    const fault = change.storeFault;
    noted(race, changes, () => { segment.storeFault = fault; });
  }
  if (change.stepTime) trial.stepTime = change.stepTime;
  charge(trial);
  clocks(trial, from);
  changes.trials.add(trial.id);
}

/** @param {import("./model.js").Trial} trial @param {any} change @param {number} at @param {Changes} changes */
function ended(trial, change, at, changes) {
  const open = segmentAt(trial, at);
  if (open && open.endedAt == null) {
    progressed(open, change.progress);
    Object.assign(open, { endedAt: at, end: change.end });
  }
  Object.assign(trial, { state: change.state, reason: change.stateReason, restarts: change.restarts });
  charge(trial);
  changes.trials.add(trial.id);
  changes.lanes = true;
}

/** @param {Race} race @param {import("./model.js").Trial} trial @param {any} change @param {Changes} changes */
function branched(race, trial, change, changes) {
  const before = race.byId.get(change.predecessor)?.curve ?? emptyCurve();
  const n = before.step.filter(s => s <= change.checkpoint.step).length;
  trial.curve = {
    step: before.step.slice(0, n), device: before.device.slice(0, n), all: before.all.slice(0, n), value: before.value.slice(0, n),
    averaged: before.averaged ? before.averaged.slice(0, n) : null, clock: before.clock.slice(0, n),
  };
  Object.assign(trial, { state: "Paused", reason: change.reason });
  changes.trials.add(trial.id);
}

/** @param {Race} race @param {any} change @param {Changes} changes */
function decided(race, change, changes) {
  const { forecasts, ...rung } = change.rung;
  if (!race.rungs.some(r => r.rung === rung.rung)) race.rungs.push(rung);
  if (!race.forecasts.some(f => f.rung === rung.rung)) forecast(race, { rung: rung.rung, at: rung.decidedAt, forecasts: forecasts ?? [] });
  for (const decision of rung.decisions) {
    const trial = race.byId.get(decision.trial);
    if (!trial || trial.state === "Failed" || trial.state === "Stopped") continue;
    Object.assign(trial, { reason: decision.reason, state: stateAfter(trial, decision.kind) });
    changes.trials.add(trial.id);
  }
  chances(race, rung, forecasts ?? []);
  // What a job waits for stays said.
  if (race.phase !== "Waiting") race.notice = storeNotice(race);
  if (change.commit) {
    for (const t of race.trials) if (t.state === "Committed" && t.id !== change.commit.winner) t.state = idle(t);
    race.commits.push(change.commit);
    if (race.phase !== "Paused" && race.phase !== "Waiting") phase(race, "Committed", changes);
  }
  changes.decided = true;
}

/**
 * Adds forecasts. Of each trial the newest is kept, as that is what is read first too; an earlier decision that is looked at is read in full.
 * @param {Race} race @param {{rung: number, at: number, forecasts: any[]}} made
 */
function forecast(race, made) {
  const anew = new Set(made.forecasts.map(f => f.trial));
  const older = race.forecasts.map(r => r.isWhole ? r : { ...r, forecasts: r.forecasts.filter((/** @type {any} */ f) => !anew.has(f.trial)) });
  race.forecasts = [...older.filter(r => r.isWhole || r.forecasts.length > 0), made];
}

/** Does what may change why checkpoints wait, which is said where nothing else is. @param {Race} race @param {Changes} changes @param {() => void} act */
function noted(race, changes, act) {
  const before = storeNotice(race);
  act();
  const now = storeNotice(race);
  if (now === before || race.notice !== before) return;
  race.notice = now;
  changes.state = true;
}

/** Why checkpoints of trials that run wait for their store, in the words of the server; empty where none is known to. @param {Race} race */
function storeNotice(race) {
  const trial = race.trials.find(t => t.segments.at(-1)?.storeFault && t.segments.at(-1).endedAt == null);
  return trial ? `${trial.name} trains on, but its checkpoints wait: ${trial.segments.at(-1).storeFault}` : "";
}

/** The state that a decision puts a trial into; one that runs is left to run. @param {import("./model.js").Trial} trial @param {string} kind */
function stateAfter(trial, kind) {
  if (kind === "Stop") return "Stopped";
  if (trial.state === "Completed") return "Completed";
  if (kind === "Commit" || (kind === "Continue" && trial.state === "Committed")) return "Committed";
  return kind === "Pause" && trial.segments.at(-1)?.endedAt === null ? "Paused" : idle(trial);
}

/** @param {import("./model.js").Trial} trial */
function idle(trial) {
  return trial.segments.length === 0 ? "Waiting" : trial.segments.at(-1).endedAt == null ? "Running" : "Paused";
}

/** @param {Race} race @param {any} rung @param {any[]} forecasts */
function chances(race, rung, forecasts) {
  if (forecasts.length === 0 || race.chances.rungs.includes(rung.rung)) return;
  const { chances } = race, n = chances.rungs.length;
  chances.rungs.push(rung.rung);
  chances.at.push(rung.decidedAt);
  const trials = new Set([...chances.best.keys(), ...forecasts.map(f => f.trial)]);
  for (const id of trials) {
    const forecast = forecasts.find(f => f.trial === id);
    for (const [rows, value] of /** @type {[Map<string, (number | null)[]>, number | null][]} */ (
      [[chances.best, forecast?.probabilityOfBest ?? null], [chances.target, forecast?.probabilityOfTarget ?? null]])) {
      const row = rows.get(id) ?? new Array(n).fill(null);
      row.push(value);
      rows.set(id, row);
    }
  }
}
