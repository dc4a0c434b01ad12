import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, clockAhead, serverTime } from "../../../src/AutoSelect.Web/wwwroot/app/api.js";

const date = milliseconds => new Date(milliseconds).toUTCString();

test("clocks that may agree to the second do, and others differ by what the server says", () => {
  const now = Date.parse("2026-01-01T00:00:10Z");
  assert.equal(clockAhead(date(now), now + 300, now + 400), 0);
  assert.equal(clockAhead(date(now), now - 200, now + 100), 0);
  assert.equal(clockAhead(null, now, now), 0);
  assert.equal(clockAhead(date(now - 3_600_000), now + 400, now + 600), -3_600_000);
  assert.equal(clockAhead(date(now + 60_000), now + 400, now + 600), 60_000);
});

test("the time of the server is told by its answers", async () => {
  globalThis.fetch = async () => new Response("{}", { headers: { Date: date(Date.now() - 3_600_000) } });
  await ask("/v1/session");
  assert.ok(Math.abs(serverTime() - (Date.now() - 3_600_000)) < 2_000);
  globalThis.fetch = async () => new Response("{}", { headers: { Date: date(Date.now()) } });
  await ask("/v1/session");
  assert.ok(Math.abs(serverTime() - Date.now()) < 100);
});
