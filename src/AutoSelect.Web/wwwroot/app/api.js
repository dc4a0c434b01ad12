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

/** Milliseconds that the server's clock is ahead of this machine's, as far as its answers tell, which tell whole seconds. */
let ahead = 0;

/** The time by the server's clock, in milliseconds. */
export function serverTime() {
  return Date.now() + ahead;
}

/** @param {string | null} date as an answer tells it @param {number} asked when it was asked for, by this machine @param {number} came when it came */
export function clockAhead(date, asked, came) {
  const told = date === null ? NaN : Date.parse(date);
  // It was told between the two, in a second that may have just begun or nearly be over: within that the clocks may well agree.
  if (Number.isNaN(told) || (told <= came && told + 1000 >= asked)) return 0;
  return told + 500 - (asked + came) / 2;
}

/** @param {string} path @param {{method?: string, body?: unknown, key?: string, signal?: AbortSignal}} given */
async function send(path, given) {
  for (let attempt = 0; ; attempt++) {
    const asked = Date.now();
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
      ahead = clockAhead(answer.headers.get("Date"), asked, Date.now());
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
