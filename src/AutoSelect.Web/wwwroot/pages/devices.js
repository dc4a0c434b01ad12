// The devices of the pool: who holds which, who used them of late, and who waits.
import { ask, serverTime } from "../app/api.js";
import { choice, fill, h, keepFocus } from "../app/dom.js";
import { moment, number, percent } from "../app/format.js";
import { want } from "../live/feed.js";
import { DeviceUsePlot, utilisation } from "../plots/deviceuse.js";
import { Plot } from "../plots/plot.js";
import { words } from "../words/words.js";

export class DevicesPage {
  /** @param {Record<string, string>} view @param {(view: Record<string, string>) => void} keepView */
  constructor(view, keepView) {
    this.view = view;
    this.keepView = keepView;
    this.hours = [1, 6, 24, 168].includes(Number(view.hours)) ? Number(view.hours) : 6;
    /** @type {any[]} */
    this.uses = [];
    /** @type {{devices: any[], queue: any[]}} */
    this.pool = { devices: [], queue: [] };
    this.left = false;
    this.asked = 0;
  }

  get title() { return words().devices.title; }

  /** @param {HTMLElement} place */
  async show(place) {
    const w = words().devices;
    this.blank = h("div", { class: "blank", hidden: true }, h("h2", { text: w.none }), h("p", { text: w.noneAbout }));
    this.table = h("tbody", {});
    this.queue = h("div", {});
    this.plot = new Plot(new DeviceUsePlot(() => this.uses, () => this.pool.devices.map(d => d.device.id), () => this.hours));
    const heads = [w.device, w.holder, w.utilisation, w.provider, w.price, w.kind, w.model, w.host];
    this.wide = h("div", { class: "wide" }, h("table", { class: "devices" }, h("thead", {}, h("tr", {}, heads.map((t, i) => h("th", { scope: "col", class: i === 2 || i === 4 ? "n" : "", text: t })))), this.table));
    fill(place, h("div", { class: "head" }, h("h1", { text: w.title })), this.blank, this.wide,
      h("section", {}, h("div", { class: "head" }, h("h2", { text: w.use }), choice({
        label: w.use, value: String(this.hours), options: [1, 6, 24, 168].map(n => [String(n), w.hours(n)]),
        change: v => { this.hours = Number(v); this.keepView({ hours: v }); this.load().catch(() => {}); },
      })), h("p", { class: "about", text: w.about }), this.plot.element),
      h("section", {}, h("h2", { text: w.queue }), this.queue));
    want({ devices: true });
    await this.load();
    if (this.left) return;
    this.timer = setInterval(() => { if (!document.hidden) this.load().catch(() => {}); }, 15_000);
  }

  leave() {
    this.left = true;
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.plot?.dispose();
  }

  async load() {
    const mine = ++this.asked;
    const [devices, queue, uses] = await Promise.all([ask("/v1/devices"), ask("/v1/queue"), ask(`/v1/use?hours=${this.hours}`)]);
    // What was asked for later counts.
    if (this.left || mine !== this.asked) return;
    this.pool = { devices, queue };
    this.uses = uses;
    this.draw();
  }

  /** @param {any[]} news */
  news(news) {
    const pool = news.map(n => n.pool).filter(Boolean).at(-1);
    if (!pool) return;
    this.pool = pool;
    this.draw();
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.load().catch(() => {}), 1500);
  }

  draw() {
    const w = words().devices, { devices, queue } = this.pool, now = serverTime();
    if (this.blank) this.blank.hidden = devices.length > 0;
    if (this.wide) this.wide.hidden = devices.length === 0;
    const cell = (/** @type {string} */ label, /** @type {any} */ given, /** @type {any[]} */ ...children) => h("td", { data: { label }, ...given }, ...children);
    const table = /** @type {Element} */ (this.table), waiting = /** @type {Element} */ (this.queue);
    keepFocus(table, () => fill(table, devices.map(({ device, lease }) => h("tr", { data: { key: device.id } },
      h("th", { scope: "row", text: device.id }),
      cell(w.holder, {}, lease ? holder(lease.job) : h("span", { class: "soft", text: w.free }), lease ? h("small", { text: `${w.expires} ${moment(lease.expires).slice(11)}` }) : null),
      cell(w.utilisation, { class: "n" }, bar(utilisation(this.uses, device.id, now - this.hours * 3_600_000, now))),
      cell(w.provider, {}, lease?.provider ?? "–"), cell(w.price, { class: "n" }, lease ? number(lease.price, 3) : "–"),
      cell(w.kind, {}, device.kind.toUpperCase()), cell(w.model, {}, device.model), cell(w.host, {}, device.host)))));
    keepFocus(waiting, () => fill(waiting, queue.length === 0 ? h("p", { class: "empty", text: w.noQueue }) : h("div", { class: "wide" }, h("table", {},
      h("thead", {}, h("tr", {}, [w.place, words().jobs.job, w.wants, w.kind, w.offers].map(t => h("th", { scope: "col", text: t })))),
      h("tbody", {}, queue.map(q => h("tr", { data: { key: q.job } }, cell(w.place, { class: "n left" }, q.place), cell(words().jobs.job, {}, holder(q.job)),
        cell(w.wants, {}, q.least === q.most ? String(q.most) : `${q.least} – ${q.most}`), cell(w.kind, {}, q.class?.toUpperCase() ?? w.any), cell(w.offers, {}, number(q.price, 3)))))))));
    this.plot?.update();
  }
}

/** @param {string | null | undefined} job */
function holder(job) {
  return job ? h("a", { href: `/jobs/${encodeURIComponent(job)}`, text: job }) : h("span", { class: "soft", text: words().devices.other });
}

/** @param {number} share */
function bar(share) {
  return h("span", { class: "meter" }, h("progress", { max: "1", value: String(share), "aria-label": words().devices.utilisation }), h("span", { text: percent(share) }));
}
