// Colours and language that were chosen in this browser. Nothing secret is ever kept here.
import { chosen, languages, speak } from "../words/words.js";

/** @param {string} key */
function kept(key) {
  try {
    return localStorage.getItem("autoselect." + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
function keep(key, value) {
  try {
    if (value) localStorage.setItem("autoselect." + key, value);
    else localStorage.removeItem("autoselect." + key);
  } catch {
    // A browser that keeps nothing shows its defaults the next time.
  }
}

/** "light", "dark", or "" as the system has it. */
export function theme() {
  const value = kept("theme");
  return value === "light" || value === "dark" ? value : "";
}

/** @param {string} value */
export function setTheme(value) {
  keep("theme", value);
  showTheme();
}

function showTheme() {
  const value = theme();
  if (value) document.documentElement.dataset.theme = value;
  else delete document.documentElement.dataset.theme;
}

/** @param {string} value */
export function setLanguage(value) {
  keep("language", value);
  show();
}

/** Puts what was chosen into force. */
export function show() {
  const value = kept("language"), language = value && value in languages ? value : chosen(navigator.languages ?? ["en"]);
  speak(language);
  document.documentElement.lang = language;
  showTheme();
}
