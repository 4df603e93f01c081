/** The terms of the programme: a welcome page without a deep link, a sheet below the section with one. */

import { h, icon } from "/widget/modules/dom.js";
import { languageChoice } from "/widget/modules/language.js";

const POINTS = /** @type {const} */ (["missions", "rewards", "referral"]);

/**
 * @param {import("./i18n.js").Translator} t
 * @param {() => void} accept
 * @param {(language: string) => void} changeLanguage
 */
export function welcome(t, accept, changeLanguage) {
  return h(
    "main.welcome",
    {},
    h("img.welcome-art", { src: "/widget/images/harbour.svg", alt: "", width: 480, height: 300 }),
    h(
      "div.welcome-card",
      {},
      h("h1", { tabindex: -1, "data-heading": true }, t.text("welcome.title")),
      h("p.lead", {}, t.text("welcome.lead")),
      h("ul.welcome-points", {}, ...POINTS.map((name) => h("li", {}, icon(name), h("span", {}, t.text(`welcome.${name}`))))),
      termsText(t),
      h("p.actions", {}, acceptButton(t, accept), languageChoice(t, changeLanguage)),
    ),
  );
}

/**
 * @param {import("./i18n.js").Translator} t
 * @param {() => void} accept
 */
export function termsSheet(t, accept) {
  return h(
    "section.sheet",
    { "aria-label": t.text("terms.title") },
    h("div.sheet-text", {}, h("p", {}, t.text("terms.short")), termsText(t)),
    acceptButton(t, accept),
  );
}

/** @param {import("./i18n.js").Translator} t */
function termsText(t) {
  return h("details.terms", {}, h("summary", {}, t.text("terms.read")), h("p", {}, t.text("terms.text")));
}

/**
 * @param {import("./i18n.js").Translator} t
 * @param {() => void} accept
 */
function acceptButton(t, accept) {
  return h("button.primary", { type: "button", "data-action": "accept", onclick: accept }, t.text("terms.accept"));
}
