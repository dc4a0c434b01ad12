// Loads the dashboard. Where a file of it does not come, as when the network changes at that moment or the server begins anew, the page is
// loaded again a little later, some times: a browser does not ask again for a module that failed it.
(() => {
  const kept = "autoselect.reloads", most = 5;

  function reloads() {
    try {
      return Number(sessionStorage.getItem(kept) ?? 0);
    } catch {
      return most;
    }
  }

  /** @param {number} count */
  function keep(count) {
    try {
      if (count === 0) sessionStorage.removeItem(kept);
      else sessionStorage.setItem(kept, String(count));
    } catch {
      // A browser that keeps nothing is not made to load again: it could not count.
    }
  }

  /** Every style of the page is there, or the browser would have left its sheet out. */
  function isStyled() {
    return [...document.querySelectorAll("link[rel=stylesheet]")].every(l => /** @type {HTMLLinkElement} */ (l).sheet !== null);
  }

  /** @param {unknown} fault */
  function again(fault) {
    const count = reloads();
    if (count >= most) throw fault;
    keep(count + 1);
    setTimeout(() => location.reload(), 250 * 2 ** count);
  }

  const loaded = document.readyState === "complete" ? Promise.resolve() : new Promise(done => addEventListener("load", done, { once: true }));
  Promise.all([import("./main.js"), loaded]).then(() => {
    if (!isStyled()) throw new Error("A style sheet could not be loaded.");
    keep(0);
  }).catch(again);
})();
