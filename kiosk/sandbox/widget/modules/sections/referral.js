/** Referral: a code that brings a friend. */

import { h, icon } from "/widget/modules/dom.js";

const STEPS = ["1", "2", "3"];

/** @param {import("../types.js").View} view */
export function draw({ data, t, say }) {
  const { referralCode } = data.user;
  const copy = () =>
    navigator.clipboard.writeText(referralCode).then(
      () => say(t.text("referral.copied")),
      () => say(t.text("referral.copy-failed")), // a kiosk may forbid the clipboard
    );
  return [
    h(
      "section.ticket",
      { "aria-label": t.text("referral.code") },
      h("div", {}, h("p.kind", {}, t.text("referral.code")), h("p.code", { dir: "ltr" }, referralCode)),
      h("button.primary", { type: "button", "data-action": "copy", onclick: copy }, t.text("referral.copy")),
    ),
    h(
      "ol.steps",
      {},
      ...STEPS.map((step) => h("li.card", {}, h("span.step", {}, t.number(step)), h("p", {}, t.text(`referral.step${step}`)))),
    ),
    h("p.aside", {}, icon("referral"), h("span", {}, t.text("referral.note"))),
  ];
}
