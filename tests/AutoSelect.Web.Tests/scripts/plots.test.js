import assert from "node:assert/strict";
import { test } from "node:test";
import { logRange, valueRange } from "../../../src/AutoSelect.Web/wwwroot/plots/axes.js";
import { crowdPaths, mapping, nearest } from "../../../src/AutoSelect.Web/wwwroot/plots/crowd.js";
import { utilisation } from "../../../src/AutoSelect.Web/wwwroot/plots/deviceuse.js";
import { csv, svgOf } from "../../../src/AutoSelect.Web/wwwroot/plots/download.js";
import { assign, strokes } from "../../../src/AutoSelect.Web/wwwroot/plots/palette.js";

const frame = { left: 10, top: 20, width: 100, height: 50, x: [0, 10], y: [0, 1], logX: false, logY: false };

test("values are placed by linear and logarithmic axes", () => {
  const linear = mapping(frame);
  assert.deepEqual([linear.x(0), linear.x(10), linear.y(0), linear.y(1)], [10, 110, 70, 20]);
  const log = mapping({ ...frame, x: [1, 100], logX: true });
  assert.deepEqual([log.x(1), log.x(10), log.x(100)].map(Math.round), [10, 60, 110]);
});

test("the nearest point is found among all lines, and none where none is near", () => {
  const lines = [{ x: [0, 5, 10], y: [0, 0.5, 1], colour: 0 }, { x: [5], y: [0.9], colour: 1 }];
  assert.deepEqual(nearest(lines, frame, 61, 46, 10), { line: 0, point: 1 });
  assert.deepEqual(nearest(lines, frame, 61, 26, 10), { line: 1, point: 0 });
  assert.equal(nearest(lines, frame, 61, 5, 10), null);
});

test("paths break where a value is none, and stay in the picture where it blew up", () => {
  const svg = crowdPaths([{ x: [0, 5, 7, 10], y: [0, NaN, 0.5, 1e30], colour: 0 }], frame, { series: ["red"], opacity: 0.3, width: 1 });
  assert.match(svg, /d="M10 70M80 45L110 -4980"/);
});

test("ranges leave first steps and blown-up losses out, and hold the target", () => {
  const values = [0.1, ...Array.from({ length: 50 }, (_, i) => 0.8 + i / 1000), NaN, Infinity];
  const { min, max } = valueRange(values, true, 0.9);
  assert.ok(min > 0.7 && max > 0.9 && max < 1);
  assert.equal(valueRange([NaN], true, 0.9), null);
});

test("a spreadsheet takes nothing of a table for a formula, and gets every value", () => {
  assert.equal(csv({ columns: ["a", "b"], rows: [["=1+1", -1], ['say "x", y', null]] }), "a,b\r\n'=1+1,-1\r\n\"say \"\"x\"\", y\",\r\n");
});

test("a picture has its background and what lies below it before all else", () => {
  assert.equal(svgOf("<svg width=\"1\"><g/></svg>", { width: 2, height: 3, background: "#fff", under: "<u/>" }),
    "<svg width=\"1\"><rect width=\"2\" height=\"3\" fill=\"#fff\"/><u/><g/></svg>");
});

test("strategies keep their colours from job to job, and candidates of one differ by dash", () => {
  const colours = assign(["sgd", "kfac", "nadamw", "own", "kfac"]);
  assert.deepEqual([...colours], [["nadamw", 0], ["kfac", 1], ["sgd", 2], ["own", 3]]);
  const looks = strokes([{ id: "a", candidate: { strategy: "kfac" } }, { id: "b", candidate: { strategy: "kfac" } }], colours);
  assert.deepEqual([looks.get("a"), looks.get("b")], [{ colour: 1, dash: [] }, { colour: 1, dash: [7, 4] }]);
});

test("a device is used for the union of its times", () => {
  const use = (from, until, device = "d") => ({ device, from: new Date(from).toISOString(), until: until === null ? null : new Date(until).toISOString() });
  assert.equal(utilisation([use(0, 40), use(20, 60), use(0, 100, "other"), use(90, null)], "d", 0, 100), 0.7);
});

test("a logarithmic axis begins below the least value and a target that nobody has reached", () => {
  const values = [2, 1, 0.5], range = valueRange(values, false, 0.1);
  assert.ok(logRange(range, values, 0.1).min < 0.1);
  assert.ok(logRange(range, values, 0.1).min > 0);
  assert.equal(logRange({ min: -1, max: 3 }, values, null).min, 0.97 * 0.5);
  assert.equal(logRange({ min: 0.7, max: 0.9 }, [0.1], null).min, 0.7);
});
