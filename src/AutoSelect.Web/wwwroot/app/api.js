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

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, key?: string, signal?: AbortSignal}} [given]
 * @returns {Promise<any>}
 */
export async function ask(path, given = {}) {
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
  const text = await answer.text();
  if (answer.ok) return text ? parseJson(text) : null;
  let detail = `${answer.status} ${answer.statusText}`;
  try {
    detail = JSON.parse(text).detail ?? detail;
  } catch {
    // Of a proxy, which says it otherwise.
  }
  throw new Refusal(answer.status, detail);
}

/** @param {string} job @param {string} [rest] */
export function ofJob(job, rest = "") {
  return `/v1/jobs/${encodeURIComponent(job)}${rest}`;
}
