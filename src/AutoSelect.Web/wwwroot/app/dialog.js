// Asks before anything is done.
import { h } from "./dom.js";
import { words } from "../words/words.js";

/**
 * A question with what follows from it, and room for a reason.
 * @param {{title: string, about: string, yes: string, isGrave?: boolean}} given
 * @returns {Promise<string | null>} the reason; null where it is not to be done
 */
export function confirm(given) {
  const w = words().act;
  return new Promise(resolve => {
    const reason = h("input", { type: "text", id: "reason", maxlength: "500", autocomplete: "off" });
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-about" },
      h("form", { method: "dialog", onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); close(reason.value); } },
        h("h2", { id: "ask-title", text: given.title }), h("p", { id: "ask-about", text: given.about }),
        h("label", { for: "reason", text: w.reason }), reason,
        h("div", { class: "buttons" },
          h("button", { type: "button", class: "plain", text: w.no, onclick: () => close(null) }),
          h("button", { type: "submit", class: given.isGrave ? "grave" : "strong", text: given.yes })),
      ));
    /** @param {string | null} answer */
    function close(answer) {
      dialog.close();
      dialog.remove();
      resolve(answer);
    }
    dialog.addEventListener("cancel", e => { e.preventDefault(); close(null); });
    document.body.append(dialog);
    dialog.showModal();
    reason.focus();
  });
}

/** Tells of something for some seconds, also those who hear the page. @param {string} text @param {boolean} [isBad] */
export function tell(text, isBad = false) {
  let place = document.getElementById("toasts");
  if (!place) {
    place = h("div", { id: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(place);
  }
  const toast = h("p", { class: isBad ? "toast bad" : "toast", text });
  place.append(toast);
  setTimeout(() => toast.remove(), isBad ? 9000 : 5000);
}
