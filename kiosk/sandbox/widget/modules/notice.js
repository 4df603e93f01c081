/** A full page with one message: the visit is over, the server is away, the page is outside a kiosk. */

import { h } from "/widget/modules/dom.js";

/**
 * @param {import("./i18n.js").Translator} t
 * @param {"expired" | "offline" | "outside"} what
 * @param {(() => void) | null} [action]  what the button does, if there is one
 */
export function notice(t, what, action = null) {
  return h(
    "main.notice",
    {},
    h("img", { src: "/widget/images/harbour.svg", alt: "", width: 480, height: 300 }),
    h("h1", {}, t.text(`${what}.title`)),
    h("p", {}, t.text(`${what}.text`)),
    action && h("button.primary", { type: "button", onclick: action }, t.text(`${what}.action`)),
  );
}
