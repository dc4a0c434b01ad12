import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, interval, metric, number, objective, percent, size } from "../../../src/AutoSelect.Web/wwwroot/app/format.js";
import { languages, speak } from "../../../src/AutoSelect.Web/wwwroot/words/words.js";

test("durations read as those of the command line", () => {
  speak("en");
  for (const [seconds, text] of [[0.0021, "2.1 ms"], [0.25, "0.25 s"], [42, "42.0 s"], [192, "3 min 12 s"], [600, "10 min"], [7500, "2 h 05 min"],
    [Infinity, "never"], [-90, "−1 min 30 s"], [NaN, "–"], [null, "–"]]) assert.equal(duration(seconds), text);
  speak("ja");
  assert.equal(duration(192), "3分12秒");
  speak("en");
});

test("values have four digits that stand below each other, and numbers are as short as they go", () => {
  assert.deepEqual([0.82, 12.5, 1.23e-5, 0, NaN].map(metric), ["0.8200", "12.50", "1.23e-5", "0.0000", "–"]);
  assert.deepEqual([0.9, 1.4e-8, Infinity].map(v => number(v)), ["0.9", "1.40e-8", "∞"]);
  assert.deepEqual([0, 0.001, 0.47, 0.999, 1].map(percent), ["0 %", "<1 %", "47 %", ">99 %", "100 %"]);
  assert.deepEqual([512, 1536, 3 << 20].map(size), ["512 B", "1.5 KiB", "3.0 MiB"]);
  assert.equal(interval({ p05: 14, p50: 20, p95: Infinity }, duration), "14.0 s – ∞");
  assert.equal(interval({ p05: -Infinity, p50: 20, p95: 30 }, number), "−∞ – 30");
});

test("an objective is told in both languages", () => {
  const given = { kind: "FastestTo", metric: "accuracy", direction: "Maximize", target: 0.9, deadlineSeconds: 600 };
  assert.equal(objective(given), "fastest to accuracy ≥ 0.9 within 10 min");
  speak("ja");
  assert.match(objective(given), /accuracy ≥ 0.9 に最速で到達/);
  speak("en");
});

test("every language has every word, and takes what it takes", () => {
  const shape = (value, path) => typeof value === "function" ? [`${path}(${value.length})`]
    : typeof value === "object" ? Object.entries(value).flatMap(([k, v]) => shape(v, `${path}.${k}`)) : [path];
  // English headings of tables are the headings themselves.
  const { en, ...others } = Object.fromEntries(Object.entries(languages).map(([name, { columns, ...words }]) => [name, words]));
  for (const [name, words] of Object.entries(others)) {
    assert.deepEqual(shape(words, "").map(p => p.replace(/\(\d\)/, "()")), shape(en, "").map(p => p.replace(/\(\d\)/, "()")), name);
    const empty = Object.entries(words).filter(([, v]) => v === "").map(([k]) => k);
    assert.deepEqual(empty, []);
  }
});
