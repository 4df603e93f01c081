/** The choice of the language. */

import { h, icon } from "/widget/modules/dom.js";
import { LANGUAGES } from "/widget/modules/i18n.js";

/**
 * @param {import("./i18n.js").Translator} t
 * @param {(language: string) => void} change
 */
export function languageChoice(t, change) {
  const options = Object.entries(LANGUAGES).map(([code, name]) =>
    h("option", { value: code, lang: code, selected: code === t.language }, name),
  );
  return h(
    "label.language",
    {},
    icon("globe"),
    h("span.unseen", {}, t.text("language")),
    h("select", { onchange: (event) => change(event.target.value) }, ...options),
  );
}
