// Why the race goes as it goes: each decision with its reasons and numbers, and the way to its moment on the curves.
import { choice, fill, h, keepFocus, say } from "../app/dom.js";
import { amount, duration, key, number } from "../app/format.js";
import { words } from "../words/words.js";

/** Decisions that are on the page before more are asked for. */
const first = 12;

export class DecisionsView {
  /** @param {any} context */
  constructor(context) {
    this.context = context;
    const w = words().decisions, kinds = words().decision;
    this.kind = "";
    this.text = "";
    this.most = first;
    this.find = h("input", { type: "search", class: "long", placeholder: w.find, "aria-label": w.find, oninput: () => { this.text = this.find.value.trim().toLowerCase(); this.update(); } });
    this.found = h("span", { class: "count soft", role: "status" });
    this.list = h("ol", { class: "decisions", reversed: true });
    this.older = h("button", { type: "button", class: "plain", text: w.older, onclick: () => { this.most += 50; this.update(); } });
    this.tools = h("div", { class: "tools" }, this.find, choice({
      label: w.title, value: "", options: [["", w.all], ["Commit", kinds.Commit], ["Continue", kinds.Continue], ["Pause", kinds.Pause], ["Stop", kinds.Stop]],
      change: v => { this.kind = v; this.update(); },
    }), this.found);
    this.empty = h("p", { class: "empty", text: w.none });
    this.element = h("section", { "aria-labelledby": "decisions-title" }, h("div", { class: "head" }, h("h2", { id: "decisions-title", text: w.title })), this.tools, this.empty, this.list, this.older);
    this.update();
  }

  update() {
    const race = this.context.race(), w = words().decisions;
    this.empty.hidden = race.rungs.length > 0;
    this.tools.hidden = race.rungs.length === 0;
    const isFiltered = this.kind !== "" || this.text !== "";
    let count = 0;
    const rungs = [...race.rungs].reverse().map(rung => {
      const decisions = rung.decisions.filter((/** @type {any} */ d) => this.#fits(race, d));
      count += decisions.length;
      return { rung, decisions };
    }).filter(r => !isFiltered || r.decisions.length > 0);
    say(this.found, isFiltered ? w.found(count) : "");
    const openNow = new Set([...this.list.querySelectorAll("details[open]")].map(d => /** @type {HTMLElement} */ (d).dataset.rung));
    const known = new Set([...this.list.querySelectorAll("details")].map(d => /** @type {HTMLElement} */ (d).dataset.rung));
    keepFocus(this.list, () => fill(this.list, rungs.slice(0, this.most).map(({ rung, decisions }, i) => {
      const id = String(rung.rung), isOpen = isFiltered || (known.has(id) ? openNow.has(id) : i === 0 || race.commits.some((/** @type {any} */ c) => c.rung === rung.rung));
      return h("li", { data: { key: id } }, this.#rung(race, rung, decisions, isOpen));
    })));
    this.older.hidden = rungs.length <= this.most;
  }

  /** @param {any} race @param {any} decision */
  #fits(race, decision) {
    if (this.kind && decision.kind !== this.kind) return false;
    return !this.text || `${race.byId.get(decision.trial)?.name} ${decision.trial} ${decision.reason}`.toLowerCase().includes(this.text);
  }

  /** @param {any} race @param {any} rung @param {any[]} decisions @param {boolean} isOpen */
  #rung(race, rung, decisions, isOpen) {
    const w = words().decisions, isCommit = race.commits.some((/** @type {any} */ c) => c.rung === rung.rung);
    const facts = [
      rung.expectedSaving > 0 ? w.saving(amount(rung.expectedSaving, rung.unit), amount(rung.priceOfSaving, rung.unit)) : "",
      w.spent(duration(rung.spentDeviceSeconds)), rung.basis ? "" : w.byRule,
    ].filter(Boolean).join(" · ");
    return h("details", { class: isCommit ? "rung commit" : "rung", open: isOpen, data: { rung: String(rung.rung) } },
      h("summary", {}, h("span", { class: "rung-name", text: w.rung(rung.rung) }), h("span", { class: "rung-at", text: duration(rung.decidedAt) }), h("span", { class: "rung-what", text: rung.summary }), h("small", { text: facts })),
      h("p", {}, h("button", { type: "button", class: "plain small", text: w.at, "aria-label": `${w.at}: ${w.rung(rung.rung)}`, onclick: () => this.context.showRung(rung.rung) })),
      h("table", {}, h("tbody", {}, decisions.map(d => h("tr", {},
        h("td", {}, h("span", { class: `kind ${d.kind}`, text: words().decision[/** @type {"Stop"} */ (d.kind)] ?? d.kind })),
        h("th", { scope: "row", text: race.byId.get(d.trial)?.name ?? d.trial }),
        h("td", { text: d.reason }),
        h("td", { class: "numbers" }, Object.entries(d.numbers ?? {}).map(([name, value]) => h("span", {}, key(name), " ", h("b", { text: number(/** @type {number} */ (value), 3) })))))))));
  }
}
