// Asks the API. Numbers that are not finite come as words and are made numbers where numbers stand.

/** A refusal, with the reason as the server says it. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const special = /** @type {Record<string, number>} */ ({ NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity });

/** Names under which a text may stand that reads like a number. */
const texts = new Set(["name", "id", "job", "trial", "candidate", "reason", "summary", "notice", "message", "label", "strategy", "metric", "owner",
  "project", "workload", "baseline", "model", "host", "device", "winner", "text"]);

/** @param {string} text */
export function parseJson(text) {
  // Most answers have none, and are read twice as fast without a look at each value.
  if (!/"-?(?:NaN|Infinity)"/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value) => typeof value === "string" && value in special && !texts.has(key) ? special[value] : value);
}

/** Milliseconds before what was only read is asked for again. */
const pauses = [250, 1000, 2500];

/**
 * Asks; what is only read is asked for again where the network failed at that moment.
 * @param {string} path
 * @param {{method?: string, body?: unknown, key?: string, signal?: AbortSignal}} [given]
 * @returns {Promise<any>}
 */
export async function ask(path, given = {}) {
  const { answer, text } = await send(path, given);
  if (answer.ok) return text ? parseJson(text) : null;
  let detail = `${answer.status} ${answer.statusText}`;
  try {
    detail = JSON.parse(text).detail ?? detail;
  } catch {
    // Of a proxy, which says it otherwise.
  }
  throw new Refusal(answer.status, detail);
}

/** @param {string} path @param {{method?: string, body?: unknown, key?: string, signal?: AbortSignal}} given */
async function send(path, given) {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await fetch(path, {
        method: given.method ?? "GET",
        headers: {
          ...(given.body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(given.key ? { Authorization: `Bearer ${given.key}` } : {}),
        },
        body: given.body === undefined ? undefined : JSON.stringify(given.body),
        credentials: "same-origin",
        cache: "no-store",
        signal: given.signal,
      });
      return { answer, text: await answer.text() };
    } catch (fault) {
      // Whoever gives up says so by another error, and what changes something may have been done.
      if (!(fault instanceof TypeError) || given.method || attempt >= pauses.length) throw fault;
      await new Promise(done => setTimeout(done, pauses[attempt]));
    }
  }
}

/** @param {string} job @param {string} [rest] */
export function ofJob(job, rest = "") {
  return `/v1/jobs/${encodeURIComponent(job)}${rest}`;
}
