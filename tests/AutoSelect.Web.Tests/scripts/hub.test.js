import assert from "node:assert/strict";
import { test } from "node:test";
import { Hub, pace } from "../../../src/AutoSelect.Web/wwwroot/live/hub.js";
import { Reader, hasSlept, lookEvery, patience } from "../../../src/AutoSelect.Web/wwwroot/live/protocol.js";

const event = (job, number, kind = "reported") => `id: ${job}:${number}\ndata: {"job":"${job}","event":{"number":${number},"change":{"kind":"${kind}"}}}\n\n`;

/** A world whose time and streams are in the test's hands. */
class World {
  now = 0;
  timers = [];
  streams = [];

  later(milliseconds, act) { const timer = { at: this.now + milliseconds, act }; this.timers.push(timer); return timer; }

  forget(timer) { this.timers = this.timers.filter(t => t !== timer); }

  async open(path, lastId, signal) {
    const stream = { path, lastId, signal, status: 200, queue: [], wake: null, isOver: false };
    signal.addEventListener("abort", () => this.end(stream));
    this.streams.push(stream);
    return { status: this.status ?? 200, chunks: this.#chunks(stream) };
  }

  async *#chunks(stream) {
    for (;;) {
      while (stream.queue.length > 0) yield stream.queue.shift();
      if (stream.isOver) return;
      await new Promise(resolve => { stream.wake = resolve; });
    }
  }

  send(stream, text) { stream.queue.push(text); stream.wake?.(); }

  end(stream) { stream.isOver = true; stream.wake?.(); }

  /** Lets time pass, and all that follows of it happen. */
  async pass(milliseconds) {
    for (const until = this.now + milliseconds; ;) {
      await settled();
      const next = this.timers.filter(t => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) { this.now = until; break; }
      this.now = next.at;
      this.forget(next);
      next.act();
    }
    await settled();
  }
}

const settled = () => new Promise(resolve => setImmediate(resolve));

/** A page that notes what it is told. */
function page(hub, key, wish) {
  const told = { news: [], states: [], messages: 0, opened: 0 };
  hub.join(key, message => {
    if (message.opened) told.opened++;
    if (message.state) told.states.push(message.state);
    if (message.news) { told.messages++; told.news.push(...message.news.map(n => JSON.parse(n).event?.number ?? JSON.parse(n))); }
  });
  hub.wish(key, { jobs: {}, list: false, devices: false, ...wish });
  return told;
}

test("pieces that end anywhere are put together, and comments are no messages", () => {
  const reader = new Reader(), text = ": open\n\nid: a:1\ndata: {\"x\":1}\n\n: \n\nid: a:2\r\ndata: y\r\n\r\n";
  for (const cut of [1, 3, 7, 1000]) {
    const messages = [];
    for (let i = 0; i < text.length; i += cut) messages.push(...reader.read(text.slice(i, i + cut)));
    assert.deepEqual(messages, [{ id: "a:1", data: "{\"x\":1}" }, { id: "a:2", data: "y" }]);
  }
});

test("a dozen pages share one stream, and each gets what it wants at most five times a second", async () => {
  const world = new World(), hub = new Hub(world);
  const pages = Array.from({ length: 12 }, (_, i) => page(hub, i, i === 11 ? { list: true } : { jobs: { a: 0 } }));
  await world.pass(50);
  assert.equal(world.streams.length, 1);
  assert.equal(world.streams[0].path, "/v1/events?job=a&jobs=true");
  world.send(world.streams[0], ": open\n\n");
  for (let n = 1; n <= 100; n++) { world.send(world.streams[0], event("a", n)); await world.pass(10); }
  await world.pass(pace);
  assert.deepEqual(pages[0].news, Array.from({ length: 100 }, (_, i) => i + 1));
  assert.deepEqual(pages[11].news, []);
  assert.ok(pages[0].messages <= 7, `${pages[0].messages} messages in 1.2 s`);
  assert.deepEqual(pages[0].states, ["waiting", "live"]);
});

test("a stream that is cut goes on after the last event, and says meanwhile that it is lost", async () => {
  const world = new World(), hub = new Hub(world), told = page(hub, "p", { jobs: { a: 3 } });
  await world.pass(50);
  assert.equal(world.streams[0].lastId, "a:3");
  world.send(world.streams[0], event("a", 4));
  await world.pass(pace);
  world.end(world.streams[0]);
  await world.pass(1);
  assert.deepEqual(told.states, ["waiting", "live", "lost"]);
  await world.pass(1000);
  assert.equal(world.streams[1].lastId, "a:4");
  world.send(world.streams[1], event("a", 5));
  await world.pass(pace);
  assert.deepEqual([told.news, told.states.at(-1)], [[4, 5], "live"]);
});

test("a stream that is silent for too long is given up, and one that says it is alive is not", async () => {
  const world = new World(), hub = new Hub(world);
  page(hub, "p", { list: true });
  await world.pass(50);
  for (let i = 0; i < 4; i++) { world.send(world.streams[0], ": \n\n"); await world.pass(15_000); }
  assert.equal(world.streams.length, 1);
  await world.pass(60_000);
  assert.ok(world.streams.length > 1 && world.streams[0].signal.aborted);
});

test("who is signed out is told so and not tried for again until it is woken", async () => {
  const world = new World(), hub = new Hub(world);
  world.status = 401;
  const told = page(hub, "p", { list: true });
  await world.pass(120_000);
  assert.deepEqual([told.states.at(-1), world.streams.length], ["out", 1]);
  world.status = 200;
  hub.wake();
  await world.pass(50);
  assert.equal(world.streams.length, 2);
});

test("the stream of a job that has ended is not opened again", async () => {
  const world = new World(), hub = new Hub(world), told = page(hub, "p", { jobs: { a: 0 } });
  await world.pass(50);
  world.send(world.streams[0], event("a", 1, "ended"));
  await world.pass(pace);
  world.end(world.streams[0]);
  await world.pass(60_000);
  assert.deepEqual([world.streams.length, told.states.at(-1)], [1, "live"]);
});

test("a job that had ended before its page was opened, or is gone, is told to be over, and its stream is not opened again", async () => {
  const world = new World(), hub = new Hub(world), told = page(hub, "p", { jobs: { a: 7 } });
  await world.pass(50);
  world.send(world.streams[0], ": open\n\n");
  world.send(world.streams[0], `id: a:7\ndata: {"job":"a","isOver":true}\n\n`);
  await world.pass(pace);
  world.end(world.streams[0]);
  await world.pass(60_000);
  assert.deepEqual([world.streams.length, told.states, told.news], [1, ["waiting", "live"], [{ job: "a", isOver: true }]]);
});

test("a stream that closes whenever it has opened is asked for ever more seldom", async () => {
  const world = new World(), hub = new Hub(world);
  page(hub, "p", { jobs: { a: 7 } });
  for (let i = 0; i < 600; i++) {
    await world.pass(100);
    for (const stream of world.streams.filter(s => !s.isOver)) { world.send(stream, ": open\n\n"); world.end(stream); }
  }
  assert.ok(world.streams.length <= 20, `${world.streams.length} streams in a minute`);
});

test("a page that comes later and knows less is told again, and one that leaves is not told any more", async () => {
  const world = new World(), hub = new Hub(world), first = page(hub, "first", { jobs: { a: 0 } });
  await world.pass(50);
  world.send(world.streams[0], event("a", 1) + event("a", 2));
  await world.pass(pace);
  const second = page(hub, "second", { jobs: { a: 1 } });
  await world.pass(50);
  assert.equal(world.streams.at(-1).lastId, "a:1");
  hub.leave("first");
  world.send(world.streams.at(-1), event("a", 2));
  await world.pass(pace);
  assert.deepEqual([second.news, first.news], [[2], [1, 2]]);
});

test("a page with the list is told whenever a stream begins to tell of it, since its changes have no numbers", async () => {
  const world = new World(), hub = new Hub(world), list = page(hub, "list", { list: true }), job = page(hub, "job", { jobs: { a: 0 } });
  await world.pass(50);
  assert.equal(list.opened, 0);
  world.send(world.streams[0], ": open\n\n");
  await world.pass(10);
  world.send(world.streams[0], ": \n\n");
  await world.pass(10);
  assert.deepEqual([list.opened, job.opened], [1, 0]);
  page(hub, "other", { jobs: { b: 0 } });
  await world.pass(50);
  world.send(world.streams[1], ": open\n\n");
  await world.pass(10);
  assert.deepEqual([list.opened, job.opened], [2, 0]);
});

test("a page whose timers a browser held back while it was hidden has not slept", () => {
  assert.deepEqual([hasSlept(lookEvery, false), hasSlept(12 * lookEvery, true), hasSlept(12 * lookEvery, false)], [false, false, true]);
});

test("of more jobs than a stream may tell of, those that were opened last are followed", async () => {
  const world = new World(), hub = new Hub(world);
  for (let i = 0; i < 40; i++) page(hub, i, { jobs: { [`j-${i}`]: 1 } });
  await world.pass(50);
  const jobs = new URL(world.streams.at(-1).path, "http://x").searchParams.getAll("job");
  assert.deepEqual([jobs.length, jobs.includes("j-39"), jobs.includes("j-0"), world.streams.at(-1).lastId.split(",").length], [32, true, false, 32]);
});

test("patience grows to ten seconds", () => {
  assert.deepEqual([0, 1, 2, 20].map(n => patience(n, 1)), [250, 500, 1000, 10_000]);
});
