"use strict";
/* What our own pages have in common. `kiosk.shell.pages` puts it into each, before the script of the page itself. */

/** What the page is made from: {page, language, dir, code, say, texts, data}. */
const page = Object.freeze(JSON.parse(document.getElementById("page").textContent));

/** Say a word, perhaps with a value. To be called by a tap, a click or a key: the engine drops what a timer says. */
function say(word, value) {
  location.href = page.say[word] + (value === undefined ? "" : `:${encodeURIComponent(value)}`);
}

/** Call `show` with the whole seconds that are left, now and at every change, until there are none. */
function countDown(seconds, show) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, end - performance.now());
    show(Math.ceil(left / 1000));
    if (left > 0) setTimeout(tick, left % 1000 || 1000);
  };
  tick();
}

/** Seconds as minutes and seconds. */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A decimal as the language writes it, of any length and without rounding; another text as it is. */
function decimal(value) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (!parts) return value;
  const format = new Intl.NumberFormat(page.language, {numberingSystem: "latn"});
  const [, minus, whole, fraction] = parts;
  const point = format.formatToParts(1.5).find((part) => part.type === "decimal").value;
  return (minus && "\u2212") + format.format(BigInt(whole)) + (fraction ? point + fraction : "");
}

{
  // A ring around what has the focus is for keys alone; fingers see where they are.
  const root = document.documentElement;
  root.dataset.input = "touch";
  addEventListener("pointerdown", () => { root.dataset.input = "touch"; }, true);
  addEventListener("keydown", (event) => {
    root.dataset.input = "keys";
    // Space is for links, too; and Enter does nothing by itself once Chromium has asked about a `kiosk:` address.
    if ([" ", "Enter"].includes(event.key) && event.target instanceof HTMLAnchorElement) {
      event.preventDefault();
      if (!event.repeat) event.target.click();
    }
  }, true);
}
