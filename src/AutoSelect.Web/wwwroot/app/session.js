// Who is signed in. The session is a cookie that no script can read: this only asks the server.
import { Refusal, ask } from "./api.js";

/** @typedef {{name: string, role: "Viewer" | "Submitter" | "Operator", project: string, expires?: string}} Session */

/** @type {Session | null} */
let current = null;

export function session() {
  return current;
}

/** Whether the signed-in may ask things of jobs. */
export function mayAct() {
  return current !== null && current.role !== "Viewer";
}

/** Whether this browser has a session is kept, so that nobody is asked for in vain; what lets in is in the cookie alone. */
const mark = "autoselect.signed-in";

/** @param {boolean} isIn */
function note(isIn) {
  try {
    if (isIn) localStorage.setItem(mark, "1");
    else localStorage.removeItem(mark);
  } catch {
    // A browser that keeps nothing is asked for in vain.
  }
}

function mayBeIn() {
  try {
    return localStorage.getItem(mark) === "1";
  } catch {
    return true;
  }
}

/** Asks who is signed in; null for nobody. */
export async function find() {
  if (!mayBeIn()) return null;
  try {
    current = await ask("/v1/session");
  } catch (fault) {
    if (!(fault instanceof Refusal) || fault.status !== 401) throw fault;
    current = null;
    note(false);
  }
  return current;
}

/** Exchanges a key, or the code of a link, for a session. @param {string} key */
export async function begin(key) {
  current = await ask("/v1/session", { method: "POST", key });
  note(true);
  return current;
}

export async function end() {
  await ask("/v1/session", { method: "DELETE" });
  note(false);
  current = null;
}
