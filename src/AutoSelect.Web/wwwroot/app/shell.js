// What is around every page: where one can go, whether it is live, colours, language, who is signed in.
import { fill, h, say } from "./dom.js";
import { setLanguage, setTheme, theme } from "./preferences.js";
import { session } from "./session.js";
import { language, languages, words } from "../words/words.js";

/** @param {HTMLElement} place @param {{page: string, go: (path: string) => void, redraw: () => void, signOut: () => void}} given */
export function drawShell(place, given) {
  const w = words(), who = session();
  const link = (/** @type {string} */ to, /** @type {string} */ text, /** @type {string[]} */ pages) =>
    h("a", { href: to, "aria-current": pages.includes(given.page) ? "page" : null, text });
  const looks = h("select", { "aria-label": w.theme.label, onchange: () => { setTheme(looks.value); given.redraw(); } },
    [["", w.theme.system], ["light", w.theme.light], ["dark", w.theme.dark]].map(([value, text]) => h("option", { value, text, selected: theme() === value })));
  const speaks = h("select", { "aria-label": w.nav.language, lang: language(), onchange: () => { setLanguage(speaks.value); given.redraw(); } },
    Object.entries(languages).map(([value, l]) => h("option", { value, lang: value, text: l.name, selected: value === language() })));
  fill(place, h("header", { class: "bar" },
    h("a", { class: "mark", href: "/jobs", "aria-label": "AutoSelect" }, logo(), h("span", { text: "AutoSelect" })),
    who && h("nav", { "aria-label": w.nav.main }, link("/jobs", w.nav.jobs, ["jobs", "job", "compare"]), link("/campaigns", w.nav.campaigns, ["campaigns", "campaign"]), link("/devices", w.nav.devices, ["devices"])),
    h("span", { class: "spacer" }),
    h("span", { class: "live", id: "live", role: "status" }),
    looks, speaks,
    who && h("span", { class: "who", title: `${who.role}, ${who.project}`, text: who.name }),
    who && h("button", { type: "button", class: "plain small", text: w.nav.signOut, onclick: given.signOut }),
  ));
  const skip = document.getElementById("skip");
  if (skip) skip.textContent = w.nav.skip;
}

/** @param {import("../live/hub.js").State | "none"} state */
export function showState(state) {
  const place = document.getElementById("live");
  if (!place) return;
  place.dataset.state = state;
  say(place, words().live[state]);
}

function logo() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 32 32", width: "24", height: "24", "aria-hidden": "true" })) svg.setAttribute(name, value);
  const parts = [
    ["rect", { width: "32", height: "32", rx: "7", class: "logo-back" }], ["path", { d: "M6 25C11 13 17 9 26 8", class: "logo-line" }],
    ["path", { d: "M6 25c6-6 12-8 20-9", class: "logo-line second" }],
  ];
  for (const [tag, given] of /** @type {[string, Record<string, string>][]} */ (parts)) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(given)) part.setAttribute(name, value);
    svg.append(part);
  }
  return svg;
}
