// Builds elements. Text is only ever set as text: names, labels and reasons come from others.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element with attributes and children. `on…` are listeners, `class`, `text`, `data` and properties that start with a dot are set as
 * such; false and null leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [given]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

/** @param {Element} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "text") element.textContent = value ?? "";
  else if (name === "class") { if (value) element.setAttribute("class", value); }
  else if (name === "data") Object.assign(/** @type {HTMLElement} */ (element).dataset, value);
  else if (name.startsWith(".")) /** @type {any} */ (element)[name.slice(1)] = value;
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value != null) element.setAttribute(name, String(value));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flat().filter(c => c != null && c !== false && c !== "").map(c => c instanceof Node ? c : String(c));
}

/** Puts children in the place of those there are. @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** What can have the focus. @param {Element} element */
function places(element) {
  return /** @type {HTMLElement[]} */ ([...element.querySelectorAll("a, button, input, select, summary, [tabindex]")]);
}

/**
 * Does what draws an element's parts anew, and gives the focus to the one in the place of that which had it: in the same part by its
 * `data-key`, else in the same order.
 * @param {Element} element @param {() => void} act
 */
export function keepFocus(element, act) {
  const had = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement : null;
  const key = /** @type {HTMLElement | null | undefined} */ (had?.closest("[data-key]"))?.dataset.key;
  const part = () => key === undefined ? element : element.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? (element instanceof HTMLElement && element.dataset.key === key ? element : null);
  const before = part(), at = had && before ? places(before).indexOf(had) : -1;
  act();
  if (!had || document.activeElement === had) return;
  const after = part(), next = had.isConnected ? had : after ? places(after)[at] : null;
  next?.focus({ preventScroll: true });
}

/** Sets a text where it is another one, so that readers are not told again of what has not changed. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A choice of one of several. @param {{label: string, value: string, options: [string, string][], change: (value: string) => void}} given */
export function choice(given) {
  const group = h("span", { class: "choice", role: "group", "aria-label": given.label });
  for (const [value, text] of given.options) {
    group.append(h("button", {
      type: "button", text, value, "aria-pressed": String(value === given.value),
      onclick: () => {
        for (const b of group.children) b.setAttribute("aria-pressed", String(/** @type {HTMLButtonElement} */ (b).value === value));
        given.change(value);
      },
    }));
  }
  return group;
}
