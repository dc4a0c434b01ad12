// Colours of strategies and of candidates. Colours are read off the page, whose tokens change with the theme.

/** Known strategies in the order in which they take colours, so that the usual ones keep theirs from job to job. */
const usual = ["nadamw", "kfac", "sgd", "schedule-free-adamw", "adamw", "shampoo", "soap", "muon", "lamb", "lars", "lion", "radam", "ademamix",
  "noisy-kfac", "kfac-large-batch"];

const colours = 8;

/** Index of the colour of each strategy. @param {string[]} strategies @returns {Map<string, number>} */
export function assign(strategies) {
  const rank = (/** @type {string} */ s) => { const at = usual.indexOf(s); return at < 0 ? usual.length : at; };
  const all = [...new Set(strategies)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return new Map(all.map((s, i) => [s, i % colours]));
}

/** The tokens of the page, for canvases, which know no variables. */
export function tokens() {
  const style = getComputedStyle(document.documentElement);
  const get = (/** @type {string} */ name) => style.getPropertyValue("--" + name).trim();
  return {
    page: get("page"), card: get("card"), ink: get("ink"), soft: get("soft"), faint: get("faint"), line: get("line"), accent: get("accent"),
    good: get("good"), bad: get("bad"), warn: get("warn"), target: get("target"), crowd: Number(get("crowd")) || 0.35,
    series: Array.from({ length: colours }, (_, i) => get("c" + i)), // Pictures have it in an attribute, which ECharts puts in double quotes.
    font: getComputedStyle(document.body).fontFamily.replaceAll('"', "'"),
  };
}

/** @typedef {ReturnType<typeof tokens>} Tokens */

/** Candidates of one strategy have one colour, and differ by dash. */
export const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/**
 * How each chosen candidate is drawn: the colour of its strategy, and a dash where several of it are chosen.
 * @param {{id: string, candidate: any}[]} chosen @param {Map<string, number>} strategies
 * @returns {Map<string, {colour: number, dash: number[]}>}
 */
export function strokes(chosen, strategies) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return new Map(chosen.map(t => {
    const strategy = t.candidate.strategy, n = seen.get(strategy) ?? 0;
    seen.set(strategy, n + 1);
    return [t.id, { colour: strategies.get(strategy) ?? 0, dash: dashes[n % dashes.length] }];
  }));
}
