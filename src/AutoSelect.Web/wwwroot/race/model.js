// A job as pages and reports look at it: what the API says of it, by trial. Pure.

/**
 * Points of a curve by column. `clock` is the job's own clock, in seconds; NaN where nobody knows when a point was measured.
 * @typedef {{step: number[], device: number[], all: number[], value: number[], averaged: (number | null)[] | null, clock: number[]}} Curve
 */
/**
 * @typedef {object} Trial
 * @property {string} id
 * @property {number} index
 * @property {string} name
 * @property {any} candidate
 * @property {string} state
 * @property {string} reason
 * @property {number} horizon
 * @property {number} charged
 * @property {number} restarts
 * @property {any} stepTime
 * @property {any[]} segments
 * @property {Curve} curve
 */
/**
 * @typedef {object} Race
 * @property {number} version
 * @property {any} summary
 * @property {any} spec
 * @property {any} objective
 * @property {boolean} maximize
 * @property {Trial[]} trials
 * @property {Map<string, Trial>} byId
 * @property {any[]} rungs decisions, in order, without forecasts
 * @property {any[]} forecasts of each rung that is known in full: {rung, at, forecasts}
 * @property {{rungs: number[], at: number[], best: Map<string, (number | null)[]>, target: Map<string, (number | null)[]>}} chances
 * @property {any[]} commits
 * @property {any[]} devices
 * @property {string} phase
 * @property {boolean} pausing
 * @property {boolean} exporting training is over, whether or not the weights are being written now
 * @property {any} outcome
 * @property {string} notice
 * @property {number} elapsed seconds of the job's clock at `known`
 * @property {number} known milliseconds of the server's clock
 * @property {boolean} running
 */

export const runningPhases = ["Waiting", "Probing", "Committed", "Exporting"];

/** Phases in which nothing can happen to a job any more. */
export const endedPhases = ["Completed", "Failed", "Cancelled"];

/**
 * @param {{description: any, candidates: any[], curves: any[], forecasts: any[], decisions: any[], chances: any}} answers
 * @param {number} now milliseconds of the server's clock
 * @returns {Race}
 */
export function fromAnswers(answers, now) {
  const { description } = answers, summary = description.summary;
  const curves = new Map(answers.curves.map(c => [c.trial, c]));
  const trials = answers.candidates.map((c, index) => trial(c, index, curves.get(c.trial)?.columns));
  const running = runningPhases.includes(summary.phase);
  const behind = running ? Math.max(0, (now - Date.parse(summary.updatedAt)) / 1000) : 0;
  const exporting = summary.phase === "Exporting" || (["Waiting", "Paused"].includes(summary.phase) && trials.some(t => t.segments.at(-1)?.isExport));
  return {
    version: description.version, summary, spec: description.spec, objective: description.spec.objective,
    maximize: description.spec.objective.direction === "Maximize",
    trials, byId: new Map(trials.map(t => [t.id, t])),
    rungs: answers.decisions, forecasts: answers.forecasts, chances: chances(answers.chances),
    commits: [...description.commits], devices: [...description.devices], phase: summary.phase, pausing: false, exporting,
    outcome: summary.outcome ?? null, notice: summary.notice ?? "", elapsed: summary.elapsedSeconds + behind, known: now, running,
  };
}

/** @param {any} c @param {number} index @param {any} columns @returns {Trial} */
function trial(c, index, columns) {
  const made = {
    id: c.trial, index, name: c.candidate.name, candidate: c.candidate, state: c.state, reason: c.reason, horizon: c.horizonSteps,
    charged: c.chargedSeconds, restarts: c.restarts, stepTime: c.stepTime ?? null, segments: (c.segments ?? []).map((/** @type {any} */ s) => ({ ...s, endedAt: s.endedAt ?? null })), curve: emptyCurve(),
  };
  if (columns) {
    made.curve = {
      step: columns.step, device: columns.deviceSeconds, all: columns.seconds, value: columns.value, averaged: columns.averaged ?? null, clock: [],
    };
    clocks(made);
  }
  return made;
}

/** @returns {Curve} */
export function emptyCurve() {
  return { step: [], device: [], all: [], value: [], averaged: null, clock: [] };
}

/**
 * Puts points on the job's clock: a segment's seconds run from its start, beside those that its trial had by then. What a lost device had
 * done beyond the checkpoint is not among those, as points count it from the checkpoint on.
 * @param {Trial} trial @param {number} [from] first point to place
 */
export function clocks(trial, from = 0) {
  const { curve, segments } = trial;
  const taken = segments.map(s => s.deviceSeconds + s.evaluationSeconds + s.overheadSeconds);
  let at = 0, before = 0;
  // A curve that was begun by another trial has seconds that no segment of this one took.
  const own = curve.step.findIndex(s => segments.length > 0 && s > segments[0].fromStep);
  const inherited = own > 0 ? curve.all[own - 1] : 0;
  for (let i = 0; i < curve.step.length; i++) {
    const seconds = curve.all[i] - inherited;
    while (at < segments.length - 1 && (curve.step[i] > segments[at].toStep || segments[at].isExport)) {
      const { fromStep, toStep } = segments[at], next = segments[at + 1].fromStep;
      if (next < toStep) before = secondsAt(curve, next, [segments[0].fromStep, inherited]) - inherited;
      else if (toStep > fromStep) before += taken[at];
      at++;
    }
    if (i < from) continue;
    const segment = segments[at];
    const clock = segment ? segment.startedAt + Math.max(0, seconds - before) : NaN;
    curve.clock[i] = segment?.endedAt != null ? Math.min(clock, segment.endedAt) : clock;
  }
}

/** Seconds of a trial at a step, between those of the points around it. @param {Curve} curve @param {number} step @param {[number, number]} start */
function secondsAt(curve, step, start) {
  const i = curve.step.findLastIndex(s => s <= step), [s, y] = i < 0 ? start : [curve.step[i], curve.all[i]];
  if (i + 1 >= curve.step.length || s >= step) return y;
  return y + (curve.all[i + 1] - y) * (step - s) / (curve.step[i + 1] - s);
}

/** @param {any} history @returns {Race["chances"]} */
function chances(history) {
  return {
    rungs: [...history.rungs], at: [...history.at],
    best: new Map(history.trials.map((/** @type {any} */ t) => [t.trial, t.best])),
    target: new Map(history.trials.map((/** @type {any} */ t) => [t.trial, t.target])),
  };
}

/** Seconds of the job's clock now. @param {Race} race @param {number} now */
export function clockNow(race, now) {
  return race.running ? race.elapsed + Math.max(0, (now - race.known) / 1000) : race.elapsed;
}

/** What the job would deliver of a point: the better of raw and averaged. @param {Race} race @param {Curve} curve @param {number} i */
export function deliverable(race, curve, i) {
  const raw = curve.value[i], averaged = curve.averaged?.[i];
  return averaged == null || Number.isNaN(averaged) ? raw : race.maximize ? Math.max(raw, averaged) : Math.min(raw, averaged);
}

/** The newest forecast of a trial up to a decision. @param {Race} race @param {string} id @param {number} [rung] */
export function forecastOf(race, id, rung = Infinity) {
  for (let i = race.forecasts.length - 1; i >= 0; i--) {
    if (race.forecasts[i].rung > rung) continue;
    const found = race.forecasts[i].forecasts.find((/** @type {any} */ f) => f.trial === id);
    if (found) return { ...found, at: race.forecasts[i].at, rung: race.forecasts[i].rung };
  }
  return null;
}

/** The trials that people look for. @param {Race} race */
export function roles(race) {
  const last = [...race.forecasts].reverse().find(r => r.forecasts.length > 0);
  const ranked = last ? [...last.forecasts].sort((a, b) => b.probabilityOfBest - a.probabilityOfBest).map(f => f.trial) : [];
  const commit = race.commits.at(-1);
  const winner = commit?.winner ?? race.outcome?.winner ?? ranked[0] ?? null;
  const runnerUp = commit ? commit.runnerUp ?? null : ranked.find(id => id !== winner) ?? null;
  const baseline = race.trials.find(t => t.name === race.spec.baseline)?.id ?? null;
  const former = race.commits.map(c => c.winner).filter(id => id !== winner);
  return { winner, runnerUp, baseline, former, isCommitted: commit != null };
}

/** Premium and what is left of it, as the last decision that reckons with them has them; null without an insurance. @param {Race} race */
export function insurance(race) {
  for (let i = race.rungs.length - 1; i >= 0; i--) {
    for (const decision of race.rungs[i].decisions) {
      const numbers = decision.numbers ?? {};
      if ("premiumSeconds" in numbers) return { premium: numbers.premiumSeconds, left: numbers.premiumLeftSeconds };
    }
  }
  return null;
}

/**
 * Seconds charged to all trials but the winner, without what the winner continues of another: the price of finding out. As JobRecord has it.
 * @param {Race} race
 */
export function probeSeconds(race) {
  const winner = race.byId.get(race.commits.at(-1)?.winner ?? ""), continues = winner?.candidate.continues;
  let inherited = 0;
  if (winner && continues) {
    const step = Math.min(Math.max(Math.round(continues.at * winner.horizon), 1), Math.max(1, winner.horizon - 1));
    const i = winner.curve.step.findLastIndex(s => s <= step), former = race.trials.find(t => t.name === continues.candidate);
    const seconds = former?.segments.reduce((n, s) => n + s.deviceSeconds + s.evaluationSeconds + s.overheadSeconds, 0) ?? 0;
    inherited = i < 0 ? 0 : winner.curve.all[i] * (former && seconds > 0 ? former.charged / seconds : 1);
  }
  return Math.max(0, race.trials.reduce((n, t) => t === winner ? n : n + t.charged, 0) - inherited);
}

/** The last value of a trial; null before the first. @param {Race} race @param {Trial} trial */
export function lastValue(race, trial) {
  const n = trial.curve.step.length;
  return n === 0 ? null : deliverable(race, trial.curve, n - 1);
}

/** @param {Trial} trial */
export function lastStep(trial) {
  return trial.curve.step.at(-1) ?? 0;
}

/** Chances of a trial at the last decision that judged it. @param {Map<string, (number | null)[]>} rows @param {string} id */
export function lastChance(rows, id) {
  const row = rows.get(id);
  if (!row) return null;
  for (let i = row.length - 1; i >= 0; i--) if (row[i] != null) return row[i];
  return null;
}
