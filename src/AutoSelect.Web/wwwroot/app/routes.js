// What the address says: which page, of which job, and how it is looked at. Pure, so that every view has a link.

/** @typedef {{page: "jobs" | "job" | "campaigns" | "campaign" | "devices" | "compare" | "none", job?: string, campaign?: string, view: Record<string, string>}} Route */

/** @param {string} path @param {string} query @returns {Route} */
export function parse(path, query) {
  const view = Object.fromEntries(new URLSearchParams(query));
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "jobs")) return { page: "jobs", view };
  if (parts.length === 2 && parts[0] === "jobs") return { page: "job", job: decode(parts[1]), view };
  if (parts.length === 1 && parts[0] === "campaigns") return { page: "campaigns", view };
  if (parts.length === 2 && parts[0] === "campaigns") return { page: "campaign", campaign: decode(parts[1]), view };
  if (parts.length === 1 && parts[0] === "devices") return { page: "devices", view };
  if (parts.length === 1 && parts[0] === "compare") return { page: "compare", view };
  return { page: "none", view };
}

/** @param {Route} route */
export function format(route) {
  const path = route.page === "job" ? `/jobs/${encodeURIComponent(route.job ?? "")}` : route.page === "campaign" ? `/campaigns/${encodeURIComponent(route.campaign ?? "")}`
    : route.page === "none" ? "/jobs" : `/${route.page}`;
  const query = new URLSearchParams(Object.entries(route.view).filter(([, value]) => value !== "")).toString();
  return query ? `${path}?${query}` : path;
}

/** The code of a link that signs in; null for none. @param {string} fragment */
export function linkCode(fragment) {
  return /^#link=([A-Za-z0-9_-]+)$/.exec(fragment)?.[1] ?? null;
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
