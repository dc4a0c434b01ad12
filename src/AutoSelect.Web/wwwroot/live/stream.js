// What the hub needs of a browser.

/** @type {import("./hub.js").World} */
export const world = {
  async open(path, lastId, signal) {
    const answer = await fetch(path, {
      headers: { Accept: "text/event-stream", ...(lastId ? { "Last-Event-ID": lastId } : {}) },
      credentials: "same-origin", cache: "no-store", signal,
    });
    return { status: answer.status, chunks: pieces(answer.body) };
  },
  later: (milliseconds, act) => setTimeout(act, milliseconds),
  forget: timer => clearTimeout(timer),
};

/** @param {ReadableStream<Uint8Array> | null} body */
async function* pieces(body) {
  if (!body) return;
  const reader = body.getReader(), decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
