// Begins the dashboard: who is signed in, which page, and how one goes from one to another.
import { Refusal } from "./api.js";
import { fill, h } from "./dom.js";
import { show } from "./preferences.js";
import { format, linkCode, parse } from "./routes.js";
import { begin, end, find, session } from "./session.js";
import { drawShell, showState } from "./shell.js";
import { listen, wake, want } from "../live/feed.js";
import { CampaignPage } from "../pages/campaign.js";
import { CampaignsPage } from "../pages/campaigns.js";
import { ComparePage } from "../pages/compare.js";
import { DevicesPage } from "../pages/devices.js";
import { JobPage } from "../pages/job.js";
import { JobsPage } from "../pages/jobs.js";
import { signInPage } from "../pages/signin.js";
import { redrawAll } from "../plots/plot.js";
import { words } from "../words/words.js";

/**
 * A page.
 * @typedef {object} Page
 * @property {(place: HTMLElement) => Promise<void> | void} show
 * @property {() => void} leave
 * @property {string} title
 * @property {(news: any[]) => void} [news]
 * @property {() => void} [caughtUp] once a stream tells of the list of jobs: what is read from now on misses nothing
 */

const top = /** @type {HTMLElement} */ (document.getElementById("top"));
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** @type {Page | null} */
let page = null;
let route = parse(location.pathname, location.search);

/** Goes to another page. @param {string} path */
export function go(path) {
  history.pushState(null, "", path);
  open().then(() => main.focus({ preventScroll: true }));
  scrollTo(0, 0);
}

/** Keeps how a page is looked at in its address. @param {Record<string, string>} view */
function keepView(view) {
  route = { ...route, view };
  history.replaceState(null, "", format(route));
  shownAt = location.pathname + location.search;
}

async function open() {
  page?.leave();
  page = null;
  want({});
  route = parse(location.pathname, location.search);
  shownAt = location.pathname + location.search;
  frame();
  if (!session()) return signIn("");
  const made = pageOf(route);
  if (!made) return missing();
  page = made;
  document.title = `${made.title} · AutoSelect`;
  fill(main);
  try {
    await made.show(main);
    document.title = `${made.title} · AutoSelect`;
  } catch (fault) {
    if (page === made) failed(fault);
  }
}

/** @param {import("./routes.js").Route} route @returns {Page | null} */
function pageOf({ page, job, campaign, view }) {
  switch (page) {
    case "jobs": return new JobsPage(view, keepView);
    case "job": return new JobPage(job ?? "", view, keepView, failed);
    case "campaigns": return new CampaignsPage();
    case "campaign": return new CampaignPage(campaign ?? "", view, keepView);
    case "devices": return new DevicesPage(view, keepView);
    case "compare": return new ComparePage(view);
    default: return null;
  }
}

/** @param {unknown} fault */
function failed(fault) {
  page?.leave();
  page = null;
  want({});
  if (fault instanceof Refusal && fault.status === 401) return signIn(words().signIn.expired);
  if (fault instanceof Refusal && fault.status === 404) return missing();
  const w = words().error, text = fault instanceof Refusal ? fault.message : fault instanceof TypeError ? w.away : String(fault);
  fill(main, h("section", { class: "blank" }, h("h1", { text: w.title }), h("p", { text }),
    h("button", { type: "button", class: "strong", text: w.again, onclick: open })));
}

function missing() {
  const w = words();
  document.title = "AutoSelect";
  fill(main, h("section", { class: "blank" }, h("h1", { text: w.error.notFound }), h("p", { text: w.error.notFoundAbout }),
    h("p", {}, h("a", { href: "/jobs", text: w.job.back }))));
}

/** @param {string} why */
function signIn(why) {
  frame();
  showState("none");
  document.title = `${words().signIn.title} · AutoSelect`;
  fill(main, signInPage(why, async key => {
    await begin(key);
    wake();
    await open();
  }));
}

function frame() {
  drawShell(top, {
    page: route.page, go,
    redraw: () => { redrawAll(); open(); },
    signOut: async () => { await end(); await open(); },
  });
  showLive();
}

/** Of the stream, which may be told before it is known who is signed in. @type {import("../live/hub.js").State} */
let live = "waiting";

function showLive() {
  showState(session() ? live : "none");
}

listen({
  news: news => page?.news?.(news),
  opened: () => page?.caughtUp?.(),
  state: state => {
    live = state;
    showLive();
    if (state === "out" && session()) find().then(who => { if (!who) signIn(words().signIn.expired); else wake(); }, () => {});
  },
});

document.addEventListener("click", event => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || link.getAttribute("href")?.startsWith("#")) return;
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
// A link within the page, as to its content, is no way to another.
let shownAt = location.pathname + location.search;
addEventListener("popstate", () => { if (location.pathname + location.search !== shownAt) open(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);

async function start() {
  show();
  const code = linkCode(location.hash);
  // Out of the address, and of the history, before anything else: it is good for once.
  if (code) history.replaceState(null, "", location.pathname + location.search);
  try {
    await find();
    if (code && !session()) await begin(code);
  } catch (fault) {
    if (!(fault instanceof Refusal)) { frame(); failed(fault); return; }
    frame();
    return signIn(code ? words().signIn.badLink : "");
  }
  await open();
}

start();
