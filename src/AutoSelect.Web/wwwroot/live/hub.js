// One stream for all pages of a browser, which opens no more than six connections to a host: pages say what they want to know, and get what
// of the stream is for them, at most five times a second. Knows neither workers nor network: both are handed to it.
import { Reader, patience } from "./protocol.js";

/** What a page wants to know. @typedef {{jobs: Record<string, number>, list: boolean, devices: boolean}} Wish */
/** @typedef {"waiting" | "live" | "lost" | "out"} State */
/** @typedef {{wish: Wish, post: (message: any) => void, pending: any[]}} Page */
/**
 * @typedef {object} World
 * @property {(path: string, lastId: string, signal: AbortSignal) => Promise<{status: number, chunks: AsyncIterable<string>}>} open
 * @property {(milliseconds: number, act: () => void) => unknown} later
 * @property {(timer: any) => void} forget
 */

/** Milliseconds between two messages to a page. */
export const pace = 200;

/** Silence after which a stream is taken for dead, which tells every 15 s that it is not. */
const longestSilence = 40_000;

/** Jobs that the server tells of in one stream at most. */
const mostJobs = 32;

export class Hub {
  /** @type {Map<unknown, Page>} */
  #pages = new Map();
  /** Number of the last event of each job that came. @type {Map<string, number>} */
  #numbers = new Map();
  /** @type {AbortController | null} */
  #stream = null;
  #wanted = "";
  /** @type {State} */
  #state = "waiting";
  #attempt = 0;
  #retry = /** @type {any} */ (null);
  #flush = /** @type {any} */ (null);
  #restart = /** @type {any} */ (null);

  /** @param {World} world */
  constructor(world) {
    this.world = world;
  }

  /** @param {unknown} key @param {(message: any) => void} post */
  join(key, post) {
    this.#pages.set(key, { wish: { jobs: {}, list: false, devices: false }, post, pending: [] });
    post({ state: this.#state });
  }

  /** @param {unknown} key */
  leave(key) {
    if (this.#pages.delete(key)) this.#adjust();
  }

  /** @param {unknown} key @param {Wish} wish */
  wish(key, wish) {
    const page = this.#pages.get(key);
    if (!page) return;
    page.wish = wish;
    for (const [job, number] of Object.entries(wish.jobs)) {
      // A page that knows less than the stream has told has the stream tell it again: pages leave out what they know.
      const told = this.#numbers.get(job);
      if (told === undefined || number < told) { this.#numbers.set(job, number); if (told !== undefined) this.#wanted = ""; }
    }
    this.#adjust();
  }

  /** Tries at once, as after a sleep or when somebody has signed in. */
  wake() {
    this.#attempt = 0;
    this.#begin();
  }

  #path() {
    const pages = [...this.#pages.values()];
    let jobs = [...new Set(pages.flatMap(p => Object.keys(p.wish.jobs)))].sort();
    for (const job of this.#numbers.keys()) if (!jobs.includes(job)) this.#numbers.delete(job);
    const list = pages.some(p => p.wish.list), devices = pages.some(p => p.wish.devices);
    // The server refuses more, and with them all; those that were asked for last are looked at.
    const recent = new Set([...this.#numbers.keys()].slice(-mostJobs));
    if (jobs.length > mostJobs) jobs = jobs.filter(j => recent.has(j));
    if (jobs.length === 0 && !list && !devices) return "";
    return "/v1/events?" + [...jobs.map(j => `job=${encodeURIComponent(j)}`), ...(list ? ["jobs=true"] : []), ...(devices ? ["devices=true"] : [])].join("&");
  }

  /** Opens another stream where something else is wanted, a moment later, since pages that change want several things in turn. */
  #adjust() {
    const path = this.#path();
    if (path === this.#wanted) return;
    this.#wanted = path;
    if (this.#restart) this.world.forget(this.#restart);
    this.#restart = this.world.later(20, () => { this.#restart = null; this.#begin(); });
  }

  #begin() {
    if (this.#retry) this.world.forget(this.#retry);
    this.#retry = null;
    this.#stream?.abort();
    this.#stream = null;
    this.#wanted = this.#path();
    if (this.#wanted) this.#run(this.#wanted, this.#stream = new AbortController());
  }

  /** @param {string} path @param {AbortController} control */
  async #run(path, control) {
    let status = 0, watch = /** @type {any} */ (null);
    const alive = () => {
      if (watch) this.world.forget(watch);
      watch = this.world.later(longestSilence, () => control.abort());
    };
    try {
      alive();
      const id = [...this.#numbers].slice(-mostJobs).map(([job, number]) => `${job}:${number}`).join(",");
      const answer = await this.world.open(path, id, control.signal);
      status = answer.status;
      if (status === 200) {
        const reader = new Reader();
        let isOpen = false;
        for await (const chunk of answer.chunks) {
          if (this.#stream !== control) return;
          alive();
          // Its first piece is the server's word that from now on nothing is missed.
          if (!isOpen) this.#opened();
          this.#tell("live");
          const messages = reader.read(chunk);
          // One that opens and closes at once, again and again, is to be asked for ever more seldom.
          if (isOpen || messages.length > 0) this.#attempt = 0;
          isOpen = true;
          for (const message of messages) this.#take(message);
        }
      }
    } catch {
      // Cut off, or given up for its silence.
    } finally {
      if (watch) this.world.forget(watch);
    }
    if (this.#stream !== control) return;
    if (status === 401 || status === 403) return this.#tell("out");
    if (status === 200 && this.#isOver()) return;
    this.#tell("lost");
    this.#retry = this.world.later(patience(this.#attempt++), () => this.#begin());
  }

  /** True where the stream has ended for good, with the last of the jobs that it followed. */
  #isOver() {
    return ![...this.#pages.values()].some(p => p.wish.list || p.wish.devices) && [...this.#numbers.keys()].every(j => this.#ended.has(j));
  }

  /** @type {Set<string>} */
  #ended = new Set();

  /** @param {import("./protocol.js").Message} message */
  #take(message) {
    const text = message.data;
    const head = /^\{"job":"([^"]+)",(?:"event":\{"number":(\d+)|"isOver":true)/.exec(text);
    if (head?.[2]) this.#numbers.set(head[1], Number(head[2]));
    if (head && (!head[2] || text.includes('"kind":"ended"'))) this.#ended.add(head[1]);
    for (const page of this.#pages.values()) {
      const isFor = head ? head[1] in page.wish.jobs : text.startsWith('{"listed"') ? page.wish.list : page.wish.devices;
      if (isFor) page.pending.push(text);
    }
    this.#flush ??= this.world.later(pace, () => {
      this.#flush = null;
      for (const page of this.#pages.values()) {
        if (page.pending.length > 0) page.post({ news: page.pending });
        page.pending = [];
      }
    });
  }

  /** Changes of the list have no numbers: what happened before this stream was told by none, and is to be read. */
  #opened() {
    for (const page of this.#pages.values()) if (page.wish.list) page.post({ opened: true });
  }

  /** @param {State} state */
  #tell(state) {
    if (this.#state === state) return;
    this.#state = state;
    for (const page of this.#pages.values()) page.post({ state });
  }
}
