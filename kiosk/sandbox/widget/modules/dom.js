/** Building elements. Texts are always set as text, never as markup. */

/**
 * @param {string} name  "button.primary" makes a button of class primary
 * @param {Record<string, unknown>} [options]  on* are listeners, the rest are attributes (false and null: left out)
 * @param {...(Node | string | null | false)} children
 * @returns {HTMLElement}
 */
export function h(name, options = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(options)) {
    if (key === "class") element.className += ` ${value}`;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Shapes on a 24 × 24 grid, drawn as strokes in the colour of the text. */
const ICONS = {
  missions: "M5 21V4m0 1c5-3 8 3 14 0v9c-6 3-9-3-14 0",
  rewards: "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7c-5 0-6-5-3-5 2 0 3 3 3 5 0-2 1-5 3-5 3 0 2 5-3 5",
  referral: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M19 8v6M16 11h6",
  t2e: "M9 12V5.5a1.5 1.5 0 0 1 3 0V11l5 1c2 .4 2.5 1.5 2.300 3l-.8 6H10l-4.5-5.5c-1-1.5.8-3 2-1.800L9 15M6 3l1 1M15 3l-1 1M5 7h1M15 7h1",
  h2e: "M7 3h10M7 21h10M8 3v3c0 3 4 4 4 6s-4 3-4 6v3M16 3v3c0 3-4 4-4 6s4 3 4 6v3M10 19h4",
  leaderboard: "M8 4h8v6a4 4 0 0 1-8 0zM8 5H4c0 4 1.5 6 4 6M16 5h4c0 4-1.5 6-4 6M12 14v4M8 21h8M9 21c0-2 1-3 3-3s3 1 3 3",
  check: "M5 12.5l4.5 4.5L19 7.5",
  back: "M14 5l-7 7 7 7",
  out: "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
  camera: "M4 8h4l1.5-3h5L16 8h4v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  survey: "M4 5h16v11H11l-4 4v-4H4zM8 9h8M8 12.5h5",
  pin: "M12 21c5-5.5 7-8.5 7-11a7 7 0 0 0-14 0c0 2.5 2 5.5 7 11M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  social: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3 12h18M12 3c3 2.5 4 5.5 4 9s-1 6.5-4 9c-3-2.5-4-5.5-4-9s1-6.5 4-9",
};

/** @param {keyof typeof ICONS} name  purely decorative: the text beside it says the same */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A number of points with a coin before it.
 *
 * @param {import("./i18n.js").Translator} t
 * @param {number | string} value
 * @param {string} [sign]
 */
export function coins(t, value, sign = "") {
  const amount = h("span", { class: "amount", dir: "ltr" }, sign + t.number(value));
  return h("span.coins", {}, h("span.coin"), amount, h("span.unseen", {}, ` ${t.text("points")}`));
}
