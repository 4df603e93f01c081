/** Hold to earn: points rise for as long as the button is held. */

import { h, icon } from "/widget/modules/dom.js";

const FULL_RING = 20; // seconds until the ring has closed once; it then begins again
const HOLD_KEYS = new Set([" ", "Enter"]);

/** @param {import("../types.js").View} view */
export function draw({ data, t, act }) {
  const rate = Number(data.holdToEarn.ratePerSecond);
  const score = h("p.score", { dir: "ltr" }, "+0");
  const button = h("button.round.hold", { type: "button", "data-action": "hold" }, icon("h2e"), h("span", {}, t.text("h2e.button")));
  /** @type {number | null} */
  let since = null;

  const held = () => (since === null ? 0 : (performance.now() - since) / 1000);

  function begin() {
    if (since !== null) return;
    since = performance.now();
    button.classList.add("held");
    rise();
  }

  function rise() {
    if (since === null) return;
    score.textContent = `+${t.number((Math.floor(held() * rate * 10) / 10).toFixed(1))}`;
    button.style.setProperty("--filled", `${((held() / FULL_RING) % 1) * 100}%`);
    requestAnimationFrame(rise);
  }

  /** The server has one call, and one limit, for points earned by hand. */
  async function end() {
    const points = Math.floor(held() * rate);
    since = null;
    button.classList.remove("held");
    button.style.setProperty("--filled", "0%");
    const earned = points > 0 && (await act("tap", { taps: points }));
    if (earned) data.tapToEarn.limit -= points;
    score.textContent = `+${t.number(earned ? points : 0)}`;
  }

  const release = () => since !== null && end();
  button.addEventListener("pointerdown", begin);
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur", "keyup"]) button.addEventListener(name, release);
  button.addEventListener("keydown", (event) => HOLD_KEYS.has(event.key) && begin());
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch asks for a menu

  const hint = h("p.hint", {}, t.text("h2e.rate", { n: t.number(data.holdToEarn.ratePerSecond) }));
  return [h("div.stage", {}, h("p.kind", {}, t.text("round")), score, button, hint)];
}
