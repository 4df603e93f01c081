/** What surrounds every section: brand, account, navigation, and the band in the section's colour. */

import { h, icon } from "/widget/modules/dom.js";
import { languageChoice } from "/widget/modules/language.js";
import { SECTIONS } from "/widget/modules/place.js";

/**
 * @param {import("./types.js").View} view
 * @param {(Node | null)[]} content  the section's own
 * @param {(language: string) => void} changeLanguage
 * @returns {Node[]}
 */
export function frame(view, content, changeLanguage) {
  return [brand(), account(view, changeLanguage), navigation(view), main(view, content)];
}

function brand() {
  return h(
    "header.brand",
    {},
    h("img", { src: "/widget/images/logo.svg", alt: "", width: 48, height: 48 }),
    h("span", {}, "Harbour Arcade"),
  );
}

/**
 * @param {import("./types.js").View} view
 * @param {(language: string) => void} changeLanguage
 */
function account({ t, data }, changeLanguage) {
  return h(
    "section.account",
    { "aria-label": t.text("account") },
    h(
      "p.balance",
      {},
      h("span.balance-label", {}, t.text("balance")),
      h("span.coins", {}, h("span.coin"), h("span", { "data-balance": true, dir: "ltr" }, t.number(data.user.balance))),
    ),
    languageChoice(t, changeLanguage),
  );
}

/** @param {import("./types.js").View} view */
function navigation({ t, place, go }) {
  const buttons = SECTIONS.map((section) =>
    h(
      "button",
      {
        type: "button",
        "data-go": section,
        "aria-current": section === place.section && "page",
        onclick: () => go({ section, itemId: null }),
      },
      icon(section),
      h("span", {}, t.text(`nav.${section}`)),
    ),
  );
  return h("nav.navigation", { "aria-label": t.text("nav") }, ...buttons);
}

/**
 * @param {import("./types.js").View} view
 * @param {(Node | null)[]} content
 */
function main({ t, place }, content) {
  const { section } = place;
  return h(
    "main.section",
    { "data-of": section },
    h(
      "div.band",
      {},
      h("div", {}, h("h1", { tabindex: -1, "data-heading": true }, t.text(`${section}.title`)), h("p", {}, t.text(`${section}.lead`))),
      icon(section),
    ),
    h("div.content", {}, ...content.filter((part) => part !== null)),
  );
}

/**
 * The way from an item back to its section.
 *
 * @param {import("./types.js").View} view
 */
export function backButton({ t, place, go }) {
  const back = () => go({ section: place.section, itemId: null });
  return h("button.back", { type: "button", "data-action": "back", onclick: back }, icon("back"), h("span", {}, t.text(`${place.section}.all`)));
}
