// What all plots draw alike.

/** @typedef {import("./palette.js").Tokens} Tokens */

/** @param {Tokens} t @param {string} name @param {object} [extra] */
export function axis(t, name, extra = {}) {
  return {
    type: "value", name, nameLocation: "middle", nameGap: 30, nameTextStyle: { color: t.soft, fontSize: 12 },
    axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { color: t.soft, fontSize: 11.5, hideOverlap: true, showMaxLabel: false },
    splitLine: { lineStyle: { color: t.line } }, minorSplitLine: { show: false }, ...extra,
  };
}

/** @param {Tokens} t @param {object} option */
export function framed(t, option) {
  return {
    animation: false, textStyle: { fontFamily: t.font, color: t.ink },
    tooltip: {
      confine: true, backgroundColor: t.card, borderColor: t.line, borderWidth: 1, padding: [7, 10], extraCssText: "",
      textStyle: { color: t.ink, fontSize: 12.5 },
    },
    ...option,
  };
}

/** Words of a tooltip as an element: they come from others, and are only ever text. @param {string} title @param {...string} lines */
export function tip(title, ...lines) {
  const element = document.createElement("div");
  element.className = "tip";
  const head = document.createElement("b");
  head.textContent = title;
  element.append(head);
  for (const line of lines.filter(Boolean)) {
    const row = document.createElement("div");
    row.textContent = line;
    element.append(row);
  }
  return element;
}

/**
 * The part of the values worth looking at: all but the worst eighth, so that first steps and a blown-up loss do not flatten the rest.
 * @param {number[]} values @param {boolean} maximize @param {number | null | undefined} [target]
 */
export function valueRange(values, maximize, target) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  let [low, high] = maximize ? [at(0.12), sorted[sorted.length - 1]] : [sorted[0], at(0.88)];
  if (target != null) [low, high] = [Math.min(low, target), Math.max(high, target)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return { min: low - room, max: high + room };
}

/**
 * A range for an axis that has no place for what is not positive: it begins below the least of values and target.
 * @param {{min: number, max: number}} range @param {number[]} values @param {number | null | undefined} [target]
 */
export function logRange(range, values, target) {
  let least = target != null && target > 0 ? target : Infinity;
  for (const v of values) if (v > 0 && v < least) least = v;
  return { ...range, min: Math.max(range.min, 0.97 * least) };
}

/**
 * An interval as a filled shape along x.
 * @param {number[][]} rows of [x, low, high] @param {string} fill @param {number} opacity
 */
export function band(rows, fill, opacity) {
  return {
    type: "custom", silent: true, z: 1, clip: true, data: [[rows[0]?.[0] ?? 0, rows[0]?.[1] ?? 0]], encode: { x: [], y: [] }, tooltip: { show: false },
    renderItem: (/** @type {any} */ _, /** @type {any} */ api) => ({
      type: "polygon",
      shape: { points: [...rows.map(r => api.coord([r[0], r[1]])), ...[...rows].reverse().map(r => api.coord([r[0], r[2]]))] },
      style: { fill, opacity },
    }),
  };
}
