/** Tap to earn: every tap counts, up to a limit. */

import { h, icon } from "/widget/modules/dom.js";

const QUIET = 500; // ms without a tap after which the taps are sent

/** @param {import("../types.js").View} view */
export function draw({ data, t, act }) {
  const rules = data.tapToEarn;
  let earned = 0;
  let unsent = 0;
  let timer = 0;

  const score = h("p.score", { dir: "ltr" });
  const left = h("p.hint");
  const button = /** @type {HTMLButtonElement} */ (
    h("button.round", { type: "button", "data-action": "tap", onclick: tap }, icon("t2e"), h("span", {}, t.text("t2e.button")))
  );
  show();

  function show() {
    score.textContent = `+${t.number(earned)}`;
    left.textContent = rules.limit > 0 ? t.text("t2e.left", { n: t.number(rules.limit) }) : t.text("t2e.full");
    button.disabled = rules.limit <= 0;
  }

  function tap() {
    unsent += 1;
    earned += rules.perTap;
    rules.limit -= 1;
    show();
    clearTimeout(timer);
    timer = setTimeout(send, QUIET);
  }

  async function send() {
    const taps = unsent;
    unsent = 0;
    if (await act("tap", { taps })) return;
    earned -= taps * rules.perTap;
    rules.limit += taps;
    show();
  }

  return [h("div.stage", {}, h("p.kind", {}, t.text("round")), score, button, left)];
}
