import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { csv } from "../../../src/AutoSelect.Web/wwwroot/plots/download.js";
import { ja } from "../../../src/AutoSelect.Web/wwwroot/words/ja.js";

const plots = new URL("../../../src/AutoSelect.Web/wwwroot/plots/", import.meta.url);

test("every heading of a plot's table is there in Japanese", () => {
  const headings = readdirSync(plots).filter(f => f.endsWith(".js")).flatMap(f => [...readFileSync(new URL(f, plots), "utf8").matchAll(/columns: (\[.*?\]),/g)])
    .flatMap(found => [...found[1].matchAll(/"([^"]+)"/g)].map(m => m[1])).filter(text => text !== "time" && !/^p\d\d$/.test(text));
  assert.ok(headings.length > 40, `${headings.length} headings`);
  assert.deepEqual(headings.filter(text => !(text in ja.columns)), []);
});

test("files say yes and no in English", () => {
  assert.equal(csv({ columns: ["a"], rows: [[true], [false]] }), "a\r\nyes\r\nno\r\n");
});
