// All campaigns, as the jobs tell them that are part of one.
import { fill, h, keepFocus, say } from "../app/dom.js";
import { duration, metric, moment, objective } from "../app/format.js";
import { readPoints, take } from "../campaign/jobs.js";
import { campaigns, fromSummary, result } from "../campaign/model.js";
import { want } from "../live/feed.js";
import { words } from "../words/words.js";

/** Milliseconds between two drawings while jobs change. */
const pace = 500;

export class CampaignsPage {
  constructor() {
    /** @type {Map<string, import("../campaign/model.js").Point>} */
    this.points = new Map();
    this.left = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.soon = undefined;
  }

  get title() { return words().campaigns.title; }

  /** @param {HTMLElement} place */
  async show(place) {
    const w = words().campaigns;
    this.count = h("p", { class: "count soft", role: "status" });
    this.blank = h("div", { class: "blank", hidden: true }, h("h2", { text: w.none }), h("p", { text: w.noneAbout }), h("pre", { tabindex: "0", text: "autoselect campaign examples/campaigns/widths.yaml" }));
    this.older = h("p", { class: "about", hidden: true, text: words().campaign.older });
    this.body = h("tbody", {});
    const heads = /** @type {[string, string][]} */ ([[w.campaign, ""], [w.jobs, ""], [w.best, "n"], [w.device, "n"], [words().jobs.owner, ""], [words().jobs.project, ""], [w.last, ""]]);
    this.table = h("div", { class: "wide", hidden: true }, h("table", { class: "campaigns" }, h("thead", {}, h("tr", {}, heads.map(([text, kind]) => h("th", { scope: "col", class: kind, text })))), this.body));
    fill(place, h("div", { class: "head" }, h("h1", { text: w.title }), this.count), this.table, this.blank, this.older);
    want({ list: true });
    await this.load();
  }

  leave() {
    this.left = true;
    clearTimeout(this.soon);
  }

  async load() {
    const { points, isAll } = await readPoints(new URLSearchParams({ labelled: "campaign" }));
    take(this.points, points);
    if (this.older) this.older.hidden = isAll;
    this.draw();
  }

  /** @param {any[]} news */
  news(news) {
    const points = news.flatMap(n => n.listed ? [fromSummary(n.listed)] : []).filter(p => p !== null);
    if (points.length === 0) return;
    take(this.points, points);
    this.soon ??= setTimeout(() => { this.soon = undefined; this.draw(); }, pace);
  }

  caughtUp() {
    this.load().catch(() => {});
  }

  draw() {
    if (this.left || !this.body || !this.table || !this.blank || !this.count) return;
    const all = campaigns(this.points.values()), w = words().campaigns;
    this.table.hidden = all.length === 0;
    this.blank.hidden = all.length > 0;
    say(this.count, all.length === 0 ? "" : w.count(all.length));
    const body = this.body;
    keepFocus(body, () => fill(body, all.map(row)));
  }
}

/** The address of a campaign; of one whose name others have too, with what tells it from theirs. @param {{name: string, project: string, owner: string, isOnly: boolean}} campaign */
export function address(campaign) {
  const which = campaign.isOnly ? "" : `?${new URLSearchParams({ project: campaign.project, ...(campaign.owner ? { owner: campaign.owner } : {}) })}`;
  return `/campaigns/${encodeURIComponent(campaign.name)}${which}`;
}

/** @param {ReturnType<typeof campaigns>[number]} campaign */
function row(campaign) {
  const w = words().campaigns, { best, goal } = campaign;
  const cell = (/** @type {string} */ label, /** @type {any} */ given, /** @type {any[]} */ ...children) => h("td", { data: { label }, ...given }, ...children);
  return h("tr", { data: { key: address(campaign) } },
    h("th", { scope: "row" }, h("a", { href: address(campaign), text: campaign.name }), h("small", { text: `${campaign.workload} · ${objective(campaign.objective)}` })),
    cell(w.jobs, {}, h("span", { text: w.standing(campaign.running, campaign.ended) }),
      h("small", { text: [campaign.paused > 0 ? w.paused(campaign.paused) : "", campaign.failed > 0 ? w.failed(campaign.failed) : ""].filter(Boolean).join(", ") })),
    cell(w.best, { class: "n" }, best ? (goal === "time" ? duration(result(best, goal)) : metric(result(best, goal))) : "–", best?.winner ? h("small", { text: best.winner }) : null),
    cell(w.device, { class: "n" }, duration(campaign.device)), cell(words().jobs.owner, {}, campaign.owner || "–"), cell(words().jobs.project, {}, campaign.project),
    cell(w.last, { class: "n left" }, h("time", { datetime: campaign.submitted, text: moment(campaign.submitted) })));
}
