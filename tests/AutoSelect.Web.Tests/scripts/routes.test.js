import assert from "node:assert/strict";
import { test } from "node:test";
import { format, linkCode, parse } from "../../../src/AutoSelect.Web/wwwroot/app/routes.js";
import { parseJson } from "../../../src/AutoSelect.Web/wwwroot/app/api.js";

test("an address says the page, the job and the view, and a view says the address", () => {
  assert.deepEqual(parse("/", ""), { page: "jobs", view: {} });
  assert.deepEqual(parse("/jobs", "?state=running"), { page: "jobs", view: { state: "running" } });
  assert.deepEqual(parse("/jobs/digits-1", "?x=step&pick=t01%2Ct02"), { page: "job", job: "digits-1", view: { x: "step", pick: "t01,t02" } });
  assert.deepEqual(parse("/nothing", ""), { page: "none", view: {} });
  assert.equal(parse("/jobs/%zz", "").job, "%zz");
  assert.deepEqual(parse("/campaigns", ""), { page: "campaigns", view: {} });
  assert.deepEqual(parse("/campaigns/widths", "?by=reached"), { page: "campaign", campaign: "widths", view: { by: "reached" } });
  for (const path of ["/jobs", "/campaigns", "/campaigns/wide%20ones?find=hidden%3D64", "/compare?jobs=a%2Cb", "/devices?hours=6", "/jobs/digits-1?x=step&pick=t01%2Ct02"]) {
    const [name, query = ""] = path.split("?");
    assert.equal(format(parse(name, query)), path);
  }
});

test("only a link's own fragment is a code", () => {
  assert.equal(linkCode("#link=autoselect-link_0aF"), "autoselect-link_0aF");
  for (const other of ["", "#", "#link=", "#link=a b", "#link=<script>", "#x=1"]) assert.equal(linkCode(other), null);
});

test("numbers that are none are numbers, and names that read so stay names", () => {
  const parsed = parseJson('{"value":"NaN","p95":"Infinity","low":"-Infinity","name":"NaN","rows":["Infinity",1]}');
  assert.deepEqual([parsed.value, parsed.p95, parsed.low, parsed.name, parsed.rows], [NaN, Infinity, -Infinity, "NaN", [Infinity, 1]]);
});
