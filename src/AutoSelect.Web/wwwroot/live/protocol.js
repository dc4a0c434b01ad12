// Server-sent events, as they are written (WHATWG HTML, 9.2.6), from pieces of text that may end anywhere. Pure.

/** @typedef {{id: string | null, data: string}} Message */

/** Takes pieces of a stream in, and hands whole messages out. A comment is a sign of life and no message. */
export class Reader {
  #rest = "";
  #id = /** @type {string | null} */ (null);
  #data = /** @type {string[]} */ ([]);

  /** @param {string} piece @returns {Message[]} */
  read(piece) {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    /** @type {Message[]} */
    const messages = [];
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (this.#data.length > 0) messages.push({ id: this.#id, data: this.#data.join("\n") });
        this.#data = [];
      } else if (line.startsWith("id:")) this.#id = line.slice(3).trimStart();
      else if (line.startsWith("data:")) this.#data.push(line.slice(5).replace(/^ /, ""));
    }
    return messages;
  }
}

/** How often a page looks whether it has slept, in milliseconds. */
export const lookEvery = 5_000;

/**
 * Whether a page, with its machine, slept between two looks. Of a page that is hidden nobody can say: browsers let its timers run once a
 * minute, and its stream is watched elsewhere.
 * @param {number} since milliseconds since the look before @param {boolean} wasHidden at any time since
 */
export function hasSlept(since, wasHidden) {
  return !wasHidden && since > 6 * lookEvery;
}

/** Milliseconds until the next attempt: twice as long each time up to ten seconds, spread so that pages do not all come at once. */
export function patience(/** @type {number} */ attempt, random = Math.random()) {
  return Math.min(10_000, 250 * 2 ** attempt) * (0.6 + 0.4 * random);
}
