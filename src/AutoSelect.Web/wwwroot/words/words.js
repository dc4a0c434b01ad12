// The language of the page. What the server says in sentences (reasons, summaries, errors) stays as it says it.
import { en } from "./en.js";
import { ja } from "./ja.js";

/** @typedef {typeof en} Words */

/** @type {Record<string, Words>} */
export const languages = { en, ja };

let current = "en";

/** @returns {Words} */
export function words() {
  return languages[current];
}

/** @param {string | null | undefined} language */
export function speak(language) {
  current = language && language in languages ? language : "en";
}

export function language() {
  return current;
}

/** The first language that is wanted and known. @param {readonly string[]} wanted */
export function chosen(wanted) {
  return wanted.map(w => w.split("-")[0]).find(w => w in languages) ?? "en";
}
