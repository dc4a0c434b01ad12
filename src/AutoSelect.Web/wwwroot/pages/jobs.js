// All jobs: found, filtered and paged by the server, kept up to date by its stream.
import { Refusal, ask } from "../app/api.js";
import { tell } from "../app/dialog.js";
import { choice, fill, h, keepFocus, say } from "../app/dom.js";
import { amount, duration, interval, metric, moment, objective } from "../app/format.js";
import { fromSummary, shortKey } from "../campaign/model.js";
import { want } from "../live/feed.js";
import { endedPhases, runningPhases } from "../race/model.js";
import { words } from "../words/words.js";

/** Rows of a page of the server, and of what is drawn at once. */
const pageSize = 100;

/** Milliseconds between two readings of the list for its changes: on a busy server some job changes every second. */
const rest = 5_000;

/** Values of a campaign's point that a row shows at most; its campaign's page has all. */
const mostValues = 4;

const orders = ["Name", "State", "Finish", "Saved", "DeviceTime", "Owner", "Project"];

/** @type {Record<string, string[]>} */
const groups = { all: [], running: runningPhases, paused: ["Paused"], ended: endedPhases };

export class JobsPage {
  /** @param {Record<string, string>} view @param {(view: Record<string, string>) => void} keepView */
  constructor(view, keepView) {
    this.view = { ...view };
    // An address is written by anybody.
    if (!orders.includes(view.by)) delete this.view.by;
    this.keepView = keepView;
    /** @type {Map<string, HTMLTableRowElement>} */
    this.rows = new Map();
    /** @type {any[]} */
    this.jobs = [];
    this.next = /** @type {string | null} */ (null);
    this.asked = 0;
    this.loading = 0;
    this.refreshed = -Infinity;
    /** @type {WeakMap<HTMLElement, string>} */
    this.drawn = new WeakMap();
  }

  get title() { return words().jobs.title; }

  /** @param {HTMLElement} place */
  async show(place) {
    const w = words().jobs;
    this.body = h("tbody", {});
    this.count = h("p", { class: "count soft", role: "status" });
    this.more = h("button", { type: "button", class: "plain", text: w.more, hidden: true, onclick: () => this.#try(true) });
    this.blank = h("div", { class: "blank", hidden: true });
    this.heads = h("tr", {});
    this.#drawHeads();
    this.table = h("div", { class: "wide" }, h("table", { class: "jobs" }, h("thead", {}, this.heads), this.body));
    this.tools = h("div", { class: "tools" });
    /** @type {Set<string>} */
    this.compared = new Set();
    this.go = h("a", { class: "plain link", hidden: true });
    this.#drawTools();
    fill(place, h("div", { class: "head" }, h("h1", { text: w.title }), this.count, h("span", { class: "spacer" }), this.go), this.tools, this.table, this.blank, this.more);
    want({ list: true });
    await this.load(false);
  }

  leave() {
    this.asked++;
    clearTimeout(this.waiting);
    clearTimeout(this.refreshing);
  }

  #drawTools() {
    const w = words().jobs;
    const text = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ width) => h("input", {
      type: "search", class: width, placeholder: label, "aria-label": label, ".value": this.view[name] ?? "", maxlength: "200",
      oninput: (/** @type {any} */ e) => this.set(name, e.target.value.trim()),
    });
    fill(this.tools ?? h("div"), text("name", w.search, "long"),
      choice({ label: w.state, value: this.view.state ?? "all", options: Object.keys(groups).map(g => [g, w[/** @type {"all"} */ (g)]]), change: v => this.set("state", v === "all" ? "" : v) }),
      text("owner", w.owner, "short"), text("project", w.project, "short"), text("workload", w.workload, "short"), text("campaign", w.campaign, "short"));
  }

  /** Headings by which the server orders; those of the time of submission turn round at once. */
  #drawHeads() {
    const w = words().jobs, by = this.view.by ?? "Submitted", isDown = this.#isDown();
    /** @type {[string, string, string][]} */
    const columns = [["Name", w.job, ""], ["State", w.state, ""], ["", w.objective, ""], ["Finish", w.finish, "n"], ["Saved", w.saved, "n"],
      ["DeviceTime", w.device, "n"], ["Owner", w.owner, ""], ["Project", w.project, ""], ["Submitted", w.submitted, ""]];
    fill(this.heads ?? h("tr"), h("th", { scope: "col" }, h("span", { class: "unseen", text: words().compare.pick })), columns.map(([name, text, kind]) => h("th", { scope: "col", class: kind, "aria-sort": name === by ? (isDown ? "descending" : "ascending") : null },
      name === "" ? text : h("button", { type: "button", class: "sort", text, data: { by: name }, onclick: () => this.order(name) }))));
  }

  #isDown() {
    return this.view.order ? this.view.order === "down" : ["DeviceTime", "Saved", "Submitted"].includes(this.view.by ?? "Submitted");
  }

  /** @param {string} by */
  order(by) {
    const isSame = by === (this.view.by ?? "Submitted"), isDown = this.#isDown();
    this.view = { ...this.view, by, order: isSame ? (isDown ? "up" : "down") : "" };
    if (by === "Submitted") delete this.view.by;
    if (!this.view.order) delete this.view.order;
    this.keepView(this.view);
    this.#drawHeads();
    /** @type {HTMLElement | null | undefined} */ (this.heads?.querySelector(`[data-by="${by}"]`))?.focus();
    this.load(false);
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    if ((this.view[name] ?? "") === value) return;
    this.view = { ...this.view, [name]: value };
    if (!value) delete this.view[name];
    this.keepView(this.view);
    clearTimeout(this.waiting);
    // Just so long that a word which is typed is asked for once.
    this.waiting = setTimeout(() => this.#try(false), 60);
  }

  query() {
    const query = new URLSearchParams({ size: String(pageSize) });
    if (this.view.by) query.set("by", this.view.by);
    if (this.#isDown()) query.set("newest", "true");
    for (const phase of groups[this.view.state ?? "all"] ?? []) query.append("state", phase);
    for (const name of ["name", "owner", "project", "workload"]) if (this.view[name]) query.set(name, this.view[name]);
    if (this.view.campaign) query.set("label", `campaign=${this.view.campaign}`);
    return query;
  }

  /** @param {boolean} isMore the next page, below those there are @param {number} [least] rows to read, where there are as many */
  async load(isMore, least = 0) {
    const query = this.query(), mine = ++this.asked, read = /** @type {any[]} */ ([]);
    let next = isMore ? this.next : null;
    this.loading++;
    try {
      do {
        if (next) query.set("after", next);
        const list = await ask(`/v1/jobs?${query}`).catch(fault => {
          // A project that is no name, while it is typed: nobody's.
          if (fault.status === 400) return { jobs: [], next: null };
          throw fault;
        });
        // What was asked for later counts.
        if (mine !== this.asked) return;
        read.push(...list.jobs);
        next = list.next ?? null;
      } while (read.length < least && next);
    } finally {
      this.loading--;
    }
    // What was told meanwhile may be newer than what was read.
    const known = new Map(this.jobs.map(j => [j.id, j]));
    const newest = read.map(j => Date.parse(known.get(j.id)?.updatedAt) > Date.parse(j.updatedAt) ? known.get(j.id) : j);
    this.next = next;
    this.jobs = isMore ? [...this.jobs, ...newest.filter(j => !known.has(j.id))] : newest;
    this.draw();
  }

  /** What somebody asked for; where it fails they are told. @param {boolean} isMore */
  #try(isMore) {
    this.load(isMore).catch(fault => tell(fault instanceof Refusal ? fault.message : words().error.away, true));
  }

  draw() {
    const w = words().jobs, body = /** @type {HTMLElement} */ (this.body);
    this.rows = new Map(this.jobs.map(job => [job.id, this.rows.get(job.id) ?? h("tr", { data: { key: job.id } })]));
    keepFocus(body, () => {
      for (const job of this.jobs) this.#drawRow(/** @type {HTMLTableRowElement} */ (this.rows.get(job.id)), job);
      const rows = [...this.rows.values()];
      if (rows.length !== body.children.length || rows.some((row, i) => row !== body.children[i])) fill(body, rows);
    });
    const none = this.jobs.length === 0, isFiltered = Object.keys(this.view).some(k => k !== "order" && k !== "by");
    if (this.table) this.table.hidden = none;
    if (this.more) this.more.hidden = !this.next;
    if (this.count) say(this.count, none ? "" : w.count(this.jobs.length, this.next != null));
    const blank = /** @type {HTMLElement} */ (this.blank);
    blank.hidden = !none;
    if (!none) return;
    if (isFiltered) fill(blank, h("h2", { text: w.noMatch }), h("p", { text: w.noMatchAbout }), h("button", {
      type: "button", class: "plain", text: w.clear, onclick: () => { this.view = {}; this.keepView({}); this.#drawTools(); this.#try(false); },
    }));
    else fill(blank, h("h2", { text: w.none }), h("p", { text: w.noneAbout }), h("pre", { tabindex: "0", text: "autoselect submit examples/fashion-mnist.yaml" }));
  }

  /** @param {any[]} news */
  news(news) {
    const phases = groups[this.view.state ?? "all"] ?? [];
    let isOther = false;
    for (const { listed } of news) {
      if (!listed) continue;
      const row = this.rows.get(listed.id), belongs = phases.length === 0 || phases.includes(listed.phase);
      if (row && belongs) {
        keepFocus(row, () => this.#drawRow(row, listed));
        this.jobs = this.jobs.map(j => j.id === listed.id ? listed : j);
      } else if (row) {
        this.jobs = this.jobs.filter(j => j.id !== listed.id);
        this.draw();
      } else isOther = true;
    }
    // Whether one that is not here belongs here the server knows.
    if (isOther && this.jobs.length <= pageSize) this.#refresh();
  }

  /** Reads the list anew, at once or when it has rested. */
  #refresh() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => {
      // What somebody waits for comes first.
      if (this.loading > 0) { this.#refresh(); return; }
      this.refreshed = Date.now();
      this.caughtUp();
    }, Math.max(this.loading > 0 ? 500 : 0, this.refreshed + rest - Date.now()));
  }

  /** @param {HTMLTableRowElement} row @param {any} job */
  #drawRow(row, job) {
    const key = JSON.stringify(job);
    if (this.drawn.get(row) === key) return;
    this.drawn.set(row, key);
    drawRow(row, job);
    row.prepend(h("td", { class: "pick" }, h("input", {
      type: "checkbox", "aria-label": `${words().compare.pick}: ${job.id}`, ".checked": this.compared?.has(job.id) ?? false,
      onchange: (/** @type {any} */ e) => { if (e.target.checked) this.compared?.add(job.id); else this.compared?.delete(job.id); this.#drawGo(); },
    })));
  }

  #drawGo() {
    const ids = [...this.compared ?? []], go = /** @type {HTMLAnchorElement} */ (this.go);
    go.hidden = ids.length < 2;
    go.textContent = words().compare.go(ids.length);
    go.href = `/compare?jobs=${ids.map(encodeURIComponent).join(",")}`;
  }

  /** Reads as many as there are. */
  async caughtUp() {
    try {
      await this.load(false, this.jobs.length);
    } catch {
      // The next stream that opens has it read again.
    }
  }
}

/** @param {HTMLTableRowElement} row @param {any} job */
function drawRow(row, job) {
  const w = words().jobs, isSimulated = job.labels?.simulated != null;
  const cell = (/** @type {string} */ label, /** @type {any} */ given, /** @type {any[]} */ ...children) => h("td", { data: { label }, ...given }, ...children);
  fill(row,
    h("th", { scope: "row" }, h("a", { href: `/jobs/${encodeURIComponent(job.id)}`, text: job.id }),
      h("small", {}, job.workload, isSimulated ? ` · ${w.simulated}` : ""), h("small", {}, campaignLink(job), labelsOf(job).map(text => h("span", { class: "label", text })))),
    cell(w.state, {}, phaseBadge(job.phase, false), job.winner ? h("small", { text: job.winner }) : null),
    cell(w.objective, {}, objective(job.objective)),
    cell(w.finish, { class: "n" }, finish(job)),
    cell(w.saved, { class: "n" }, saved(job)),
    cell(w.device, { class: "n" }, duration(job.chargedSeconds)),
    cell(w.owner, {}, job.owner || "–"), cell(w.project, {}, job.project),
    cell(w.submitted, { class: "n left" }, h("time", { datetime: job.submittedAt, text: moment(job.submittedAt) })));
}

/** The campaign that a job is of, as a link to it; null where it is of none. @param {any} job */
export function campaignLink(job) {
  const { campaign, point } = job.labels ?? {};
  return campaign == null ? null : h("a", { class: "label", href: `/campaigns/${encodeURIComponent(campaign)}`, text: `${campaign} · ${words().campaign.point(Number(point) || 0)}` });
}

/** Labels as a list shows them: those of a campaign are told by its link, and by the values of its point. @param {any} job @returns {string[]} */
function labelsOf(job) {
  const labels = Object.entries(job.labels ?? {}).filter(([k]) => k !== "simulated"), point = fromSummary(job);
  if (point === null) return labels.map(([k, v]) => `${k}=${v}`);
  const keys = Object.keys(point.values), told = new Set(["campaign", "point", "learning", "baseline", ...keys.map(k => `space.${k}`)]);
  return [...labels.filter(([k]) => !told.has(k)).map(([k, v]) => `${k}=${v}`), ...keys.slice(0, mostValues).map(k => `${shortKey(k, keys)}=${point.values[k]}`)];
}

/** @param {any} job */
function finish(job) {
  const w = words().jobs, end = job.expected?.end;
  if (endedPhases.includes(job.phase)) return h("span", { class: "soft", text: w.took(duration(job.elapsedSeconds)) });
  if (!end) return "–";
  return [h("span", { text: w.after(duration(end.p50)) }), end.p05 === end.p95 ? null : h("small", { text: interval(end, duration) })];
}

/** @param {any} job */
function saved(job) {
  const saved = job.expected?.saved;
  if (!saved || !Number.isFinite(saved.p50)) return "–";
  const unit = job.expected.unit, ended = endedPhases.includes(job.phase);
  return [
    h("span", { class: saved.p50 >= 0 ? "good" : "bad", text: (saved.p50 >= 0 ? "+" : "") + amount(saved.p50, unit) }),
    saved.p05 === saved.p95 || (ended && !Number.isFinite(saved.p95)) ? null : h("small", { text: interval(saved, v => unit === "s" ? duration(v) : metric(v)) }),
  ];
}

/** @param {string} phase @param {boolean} pausing */
export function phaseBadge(phase, pausing) {
  const name = pausing && runningPhases.includes(phase) ? "Pausing" : phase;
  return h("span", { class: `badge ${name}`, text: words().phase[/** @type {"Paused"} */ (name)] ?? name });
}
