/** One short message at a time, above everything, read out politely. */

const SHOWN_FOR = 5000; // ms: time enough to read one sentence
let timer = 0;

/** @param {string} text */
export function say(text) {
  const toast = /** @type {HTMLElement} */ (document.getElementById("toast"));
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => toast.classList.remove("shown"), SHOWN_FOR);
}
