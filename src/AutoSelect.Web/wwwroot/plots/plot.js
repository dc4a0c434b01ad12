// The frame of a plot: made when it comes into view, kept to the size and the colours of the page, with its data as a table and as files.
import * as echarts from "../vendor/echarts.js";
import { tell } from "../app/dialog.js";
import { h, fill } from "../app/dom.js";
import { words } from "../words/words.js";
import { csv, save, svgOf, pngOf } from "./download.js";
import { tokens } from "./palette.js";

/** @typedef {{columns: string[], rows: (string | number | boolean | null | undefined)[][]}} Table */
/**
 * @typedef {object} Drawing
 * @property {string} title
 * @property {() => string} summary one sentence for those who cannot see it
 * @property {(t: import("./palette.js").Tokens, width: number) => any} option of ECharts; null where there is nothing to draw
 * @property {() => Table} table
 * @property {() => string} [none] what is said where there is nothing to draw
 * @property {() => unknown} [json] its data as they are; the table where it is missing
 * @property {() => number} [height]
 * @property {(plot: Plot) => void} [drawn] after it was drawn
 * @property {() => string} [under] SVG below it, for downloads
 * @property {HTMLElement[]} [layers] what is laid below and above it
 */

/** Plots that are on the page. @type {Set<Plot>} */
const all = new Set();

const seen = typeof IntersectionObserver === "function" ? new IntersectionObserver(entries => {
  for (const entry of entries) for (const plot of all) if (plot.element === entry.target) plot.appear(entry.isIntersecting);
}, { rootMargin: "300px" }) : null;

const sized = typeof ResizeObserver === "function" ? new ResizeObserver(entries => {
  for (const entry of entries) for (const plot of all) if (plot.place === entry.target) plot.resize();
}) : null;

// What came while nobody looked.
if (typeof document === "object") document.addEventListener("visibilitychange", () => { for (const plot of all) plot.catchUp(); });

/**
 * A plot that took so long, until the page had shown it, rests so many times longer before it follows the news once more: on a slow machine,
 * or one with many pages, it comes less often, and what is read and pressed comes first.
 */
const rest = 9;

/** Milliseconds after which a frame that has not come, as in a page that nobody sees, is waited for no longer. */
const longestFrame = 2000;

/** Draws all plots anew, as with another theme or language. */
export function redrawAll() {
  for (const plot of all) plot.redraw();
}

export class Plot {
  /** @param {Drawing} drawing @param {{renderer?: "canvas" | "svg", eager?: boolean}} [given] */
  constructor(drawing, given = {}) {
    this.drawing = drawing;
    this.renderer = given.renderer ?? "canvas";
    this.visible = given.eager ?? !seen;
    this.stale = true;
    /** When it may be drawn again. */
    this.restsUntil = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.soon = undefined;
    /** @type {any} */
    this.chart = null;
    this.place = h("div", { class: "plot-place", role: "img" });
    this.stack = h("div", { class: "plot-stack" }, this.place, ...(drawing.layers ?? []));
    this.empty = h("p", { class: "empty", hidden: true });
    this.data = h("div", { class: "plot-data", hidden: true, tabindex: "0", role: "region" });
    this.tools = h("figcaption", { class: "plot-tools" });
    fill(this.tools, ...this.#toolButtons());
    this.element = h("figure", { class: "plot" }, this.stack, this.empty, this.data, this.tools);
    all.add(this);
    sized?.observe(this.place);
    seen?.observe(this.element);
    // Where nothing tells of views, at once, when it is on the page.
    if (this.visible) queueMicrotask(() => this.draw());
  }

  /** @param {boolean} isVisible */
  appear(isVisible) {
    this.visible = isVisible;
    this.catchUp();
  }

  /** Draws what it has not drawn yet, where it is in view. */
  catchUp() {
    if (this.visible && this.stale && !document.hidden) this.draw();
  }

  /** Has it drawn when it is next in view: at once where it is. */
  update() {
    this.stale = true;
    if (this.visible) this.catchUp();
    else this.#size();
  }

  /** Has it drawn with the news: once it has rested. */
  follow() {
    const wait = this.restsUntil - performance.now();
    if (wait <= 0 || !this.visible) { this.update(); return; }
    this.stale = true;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.catchUp();
    }, wait);
  }

  /** Takes the room that it will need, so that nothing moves when it comes into view. */
  #size() {
    const height = this.drawing.height?.();
    if (height) this.place.style.height = `${height}px`;
  }

  /** Draws it anew with the colours and words of now. */
  redraw() {
    fill(this.tools, ...this.#toolButtons());
    if (this.chart) { this.chart.dispose(); this.chart = null; }
    this.update();
  }

  draw() {
    if (!this.element.isConnected) return;
    this.stale = false;
    this.#rest();
    this.#size();
    const t = tokens();
    const option = this.drawing.option(t, this.place.clientWidth);
    this.stack.hidden = option === null || !this.data.hidden;
    if (option === null) this.data.hidden = true;
    this.empty.hidden = option !== null;
    this.tools.hidden = option === null;
    this.place.setAttribute("aria-label", words().plot.label(this.drawing.title, this.drawing.summary()));
    this.data.setAttribute("aria-label", this.drawing.title);
    if (option === null) {
      this.empty.textContent = this.drawing.none?.() ?? "";
      if (this.chart) { this.chart.dispose(); this.chart = null; }
      return;
    }
    if (!this.data.hidden) this.#fillTable();
    if (this.stack.hidden) return;
    this.chart ??= echarts.init(this.place, null, { renderer: this.renderer, locale: "EN" });
    this.chart.setOption(option, { notMerge: true, lazyUpdate: false });
    this.drawing.drawn?.(this);
  }

  #rest() {
    const begun = performance.now();
    this.restsUntil = begun + longestFrame;
    // The picture itself is made with the frame.
    requestAnimationFrame(() => setTimeout(() => {
      const now = performance.now();
      this.restsUntil = now + rest * Math.min(longestFrame, now - begun);
    }));
  }

  resize() {
    if (!this.chart || this.place.clientWidth === 0) return;
    this.chart.resize();
    this.update();
  }

  dispose() {
    all.delete(this);
    clearTimeout(this.soon);
    sized?.unobserve(this.place);
    seen?.unobserve(this.element);
    this.chart?.dispose();
    this.chart = null;
  }

  /** The picture as SVG. */
  svg() {
    const { stack, data } = this, isTable = stack.hidden;
    // While its table is shown the picture has no place, and may be of other colours.
    if (isTable) { stack.hidden = false; data.hidden = true; this.draw(); }
    try {
      const { clientWidth: width, clientHeight: height } = this.place;
      return { text: this.#svg(width, height), width, height };
    } finally {
      if (isTable) { stack.hidden = true; data.hidden = false; }
    }
  }

  /** @param {number} width @param {number} height */
  #svg(width, height) {
    const t = tokens();
    const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
    const option = this.drawing.option(t, width);
    // Zoomed as it is looked at.
    const zooms = this.chart?.getOption().dataZoom;
    if (zooms && option.dataZoom) option.dataZoom.forEach((/** @type {any} */ z, /** @type {number} */ i) => Object.assign(z, { start: zooms[i].start, end: zooms[i].end }));
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return svgOf(text, { width, height, background: t.card, under: this.drawing.under?.() ?? "" });
  }

  #toolButtons() {
    const w = words().plot, name = () => this.drawing.title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    const button = (/** @type {string} */ text, /** @type {() => unknown} */ act) =>
      h("button", { type: "button", class: "quiet", text, "aria-label": `${w.download} ${text}: ${this.drawing.title}`, onclick: act });
    const table = h("button", {
      type: "button", class: "quiet", text: this.data?.hidden === false ? w.plot : w.table, "aria-pressed": String(this.data?.hidden === false),
      "aria-label": `${w.table}: ${this.drawing.title}`,
      onclick: () => {
        this.data.hidden = !this.data.hidden;
        this.stack.hidden = !this.data.hidden;
        table.textContent = this.data.hidden ? w.table : w.plot;
        table.setAttribute("aria-pressed", String(!this.data.hidden));
        this.update();
      },
    });
    return [
      table, h("span", { class: "spacer" }),
      button(w.png, () => { const { text, width, height } = this.svg(); pngOf(text, width, height).then(b => save(`${name()}.png`, b), () => tell(w.failed, true)); }),
      button(w.svg, () => save(`${name()}.svg`, new Blob([this.svg().text], { type: "image/svg+xml" }))),
      button(w.csv, () => save(`${name()}.csv`, new Blob([csv(this.drawing.table())], { type: "text/csv" }))),
      button(w.json, () => save(`${name()}.json`, new Blob([JSON.stringify(this.drawing.json?.() ?? this.drawing.table(), finite)], { type: "application/json" }))),
    ];
  }

  #fillTable() {
    const { columns, rows } = this.drawing.table(), most = 500;
    fill(this.data, h("table", {},
      h("thead", {}, h("tr", {}, columns.map(c => h("th", { scope: "col", text: words().columns[c] ?? c })))),
      h("tbody", {}, rows.slice(0, most).map(r => h("tr", {}, r.map(c => h("td", { class: typeof c === "number" ? "n" : "", text: cell(c) }))))),
    ), rows.length > most ? h("p", { class: "soft", text: `… ${rows.length - most}` }) : null);
  }
}

/** @param {string | number | boolean | null | undefined} value */
function cell(value) {
  if (typeof value === "boolean") return value ? words().plot.yes : words().plot.no;
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : value ?? "–";
}

/** @param {string} _ @param {unknown} value */
function finite(_, value) {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
