// The worker that all pages of a browser share.
import { Hub } from "./hub.js";
import { world } from "./stream.js";

const hub = new Hub(world);

/** @type {any} */ (self).onconnect = (/** @type {MessageEvent} */ event) => {
  const port = event.ports[0];
  hub.join(port, message => port.postMessage(message));
  port.onmessage = ({ data }) => {
    if (data.wish) hub.wish(port, data.wish);
    if (data.wake) hub.wake();
    if (data.leave) hub.leave(port);
    // A page that was closed says nothing: the lock that it held comes free.
    if (data.lock && navigator.locks) navigator.locks.request(data.lock, () => hub.leave(port));
  };
};
