// The page's end of the stream: through the worker that pages share, or where a browser has none, through one of its own.
import { parseJson } from "../app/api.js";
import { Hub } from "./hub.js";
import { hasSlept, lookEvery } from "./protocol.js";
import { world } from "./stream.js";

/** @typedef {import("./hub.js").Wish} Wish */
/** @typedef {{news?: (news: any[]) => void, state?: (state: import("./hub.js").State) => void, opened?: () => void}} Listener */

/** @type {Set<Listener>} */
const listeners = new Set();
/** @type {Wish} */
let wish = { jobs: {}, list: false, devices: false };
/** @type {import("./hub.js").State} */
let state = "waiting";
let post = connect();

function connect() {
  if (typeof SharedWorker !== "function") return alone();
  const worker = new SharedWorker("/live/worker.js", { type: "module", name: "autoselect" });
  worker.port.onmessage = ({ data }) => take(data);
  // Its script did not come, and no browser asks for it again: this page has a stream of its own then.
  worker.onerror = () => {
    post = alone();
    post({ wish });
  };
  const lock = `autoselect-page-${crypto.randomUUID()}`;
  // Told once it is held: the worker would take a lock that comes free for the end of the page.
  navigator.locks?.request(lock, () => {
    worker.port.postMessage({ lock });
    return new Promise(() => {});
  }).catch(() => {});
  return (/** @type {any} */ message) => worker.port.postMessage(message);
}

function alone() {
  const hub = new Hub(world);
  hub.join("page", take);
  return (/** @type {any} */ message) => {
    if (message.wish) hub.wish("page", message.wish);
    if (message.wake) hub.wake();
  };
}

/** @param {any} message */
function take(message) {
  if (message.state) {
    state = message.state;
    for (const listener of listeners) listener.state?.(state);
  }
  if (message.opened) for (const listener of listeners) listener.opened?.();
  if (message.news) {
    const news = message.news.map(parseJson);
    for (const listener of listeners) listener.news?.(news);
  }
}

/** Says what this page wants to know from now on. @param {Partial<Wish>} wanted */
export function want(wanted) {
  wish = { jobs: {}, list: false, devices: false, ...wanted };
  post({ wish });
}

/** @param {Listener} listener @returns {() => void} ends it */
export function listen(listener) {
  listeners.add(listener);
  listener.state?.(state);
  return () => { listeners.delete(listener); };
}

/** Tries again at once. */
export function wake() {
  post({ wake: true });
}

addEventListener("pagehide", () => post({ leave: true }));
addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
addEventListener("online", wake);
// A laptop that slept has a stream that nobody has told of its end.
let seen = Date.now(), wasHidden = document.hidden;
document.addEventListener("visibilitychange", () => { wasHidden = true; });
setInterval(() => {
  if (hasSlept(Date.now() - seen, wasHidden)) wake();
  seen = Date.now();
  wasHidden = document.hidden;
}, lookEvery);
