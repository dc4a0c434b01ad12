// Signing in with a key.
import { Refusal } from "../app/api.js";
import { h } from "../app/dom.js";
import { words } from "../words/words.js";

/** @param {string} why said above, where somebody did not come by themselves @param {(key: string) => Promise<void>} enter */
export function signInPage(why, enter) {
  const w = words().signIn;
  const key = h("input", { type: "password", id: "key", required: true, autocomplete: "current-password", spellcheck: "false", autocapitalize: "none" });
  const fault = h("p", { class: "fault", role: "alert", id: "key-fault" });
  const go = h("button", { type: "submit", class: "strong", text: w.go });
  if (why) fault.textContent = why;
  return h("section", { class: "sign-in" },
    h("h1", { text: w.title }),
    h("form", {
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        go.disabled = true;
        fault.textContent = "";
        try {
          // A key that was typed in full width cannot be sent: what it is in half width may be meant.
          const text = key.value.normalize("NFKC").trim();
          if (/[^\x21-\x7e]/.test(text)) throw new Refusal(401, "");
          await enter(text);
        } catch (e) {
          fault.textContent = e instanceof Refusal && e.status === 401 ? w.refused : e instanceof Refusal ? e.message : words().error.away;
          key.setAttribute("aria-invalid", "true");
          key.setAttribute("aria-describedby", "key-fault");
          key.select();
          key.focus();
        } finally {
          go.disabled = false;
        }
      },
    }, h("label", { for: "key", text: w.key }), key, fault, go),
    h("p", { class: "soft", text: w.about }), h("p", { class: "soft", text: w.where }));
}
