// The on-screen keyboard, around the library in assets/vendor/simple-keyboard. The library draws the keys and says which
// one was released; what the keys are, and what becomes of them, is here. Nothing of what is typed is kept.

const KEY_DRAWINGS = {
  "{shift}": "M12 4l7 8h-4v7H9v-7H5z",
  "{bksp}": "M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5",
  "{enter}": "M19 6v7H6M10 9l-4 4 4 4",
  "{hide}": "M3 4h18v10H3zM6.5 7.5h1M10 7.5h1M13.5 7.5h1M17 7.5h.5M8 11h8M9 18l3 3 3-3",
  "{space}": "M5 11v4h14v-4",
  "{arrowleft}": "M19 12H5M11 6l-6 6 6 6",
  "{arrowright}": "M5 12h14M13 6l6 6-6 6",
  "{tab}": "M4 12h12M11 7l5 5-5 5M20 6v12",
};
const KEY_SIGNS = {"{accents}": "àé", "{symbols}": "?123", "{numbers}": "123", "{more}": "#+="};

const NUMBERS = ["1 2 3 + {bksp}", "4 5 6 - {tab}", "7 8 9 . {enter}", "* 0 # , {hide}"];
const SYMBOLS = ["1 2 3 4 5 6 7 8 9 0", "@ # & * - + = ( ) /", "{more} ! ? ' \" : ; _ % {bksp}"];
const MORE = ["[ ] { } < > | \\ ^ ~", "€ $ £ ¥ § ° • « » `", "{numbers} ¿ ¡ „ “ ” ’ – … {bksp}"];
const ACCENTS = ["á à â ä ã å æ ç é è", "ê ë í ì î ï ñ ó ò ô", "ö õ ø œ ú ù û ü ß {bksp}"];
const MOVING = "{letters} {arrowleft} {arrowright} {space} . {enter} {hide}";
const BESIDE_SPACE = {text: [",", "."], email: ["@", "."], url: ["/", "."], latin: ["-", "_"]};

const upperCase = (keys) => keys.replaceAll("ß", "ẞ").replace(/(?<!\{\w*)\p{Ll}+/gu, (letter) => letter.toUpperCase());

/** The three rows of letters in a layout of the library's, which are a computer's keyboard: four rows and a space bar. */
function letterRows(rows, letter) {
  const [first, ...others] = rows.slice(0, 4).map((row) => row.split(" ").filter((key) => letter.test(key)));
  others[2].push(...first);
  return others.map((row) => row.join(" "));
}

/** What is written on the key that leads to the letters of `source`. */
const sampleOf = (source) => letterRows(source.default, /^\p{L}$/u)[0].split(" ").slice(0, 3).join("").toUpperCase();

/** All layers of keys, each of four rows. `foreign` is for a script that is not Latin: it can be left for one that is. */
function keyboardLayers(source, {kind, foreign}) {
  const cased = /\p{Lu}/u.test(source.shift[1]);
  const lower = letterRows(source.default, /^\p{L}[\p{L}\p{M}]*$/u);
  const upper = cased ? lower.map(upperCase) : letterRows(source.shift, /^[\p{L}\p{M}]+$/u);
  const [before, after] = BESIDE_SPACE[kind] ?? BESIDE_SPACE.text;
  const bottom = (key) => `{symbols} ${key} ${before} {space} ${after} {enter} {hide}`;
  const letters = ([top, home, low]) => [top, home, `{shift} ${low} {bksp}`, bottom(foreign ? "{language}" : "{accents}")];
  return {
    default: letters(lower),
    shift: letters(upper),
    accents: [...ACCENTS, bottom("{letters}")],
    accentsshift: [...ACCENTS.map(upperCase), bottom("{letters}")],
    symbols: [...SYMBOLS, MOVING],
    more: [...MORE, MOVING],
    numbers: NUMBERS,
  };
}

const drawing = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;

/**
 * Put a keyboard into `host` for a `kind` of field: text, latin, email, url or numbers. `names` are those of the keys that are no
 * text, for who cannot see them. `press` gets a text, or {bksp}, {enter}, {tab}, {arrowleft}, {arrowright} or {hide}.
 */
function onScreenKeyboard(host, {layouts, language, kind, names, press}) {
  const own = layouts[language] ?? layouts.en;
  const foreign = !/\p{Script=Latin}/u.test(sampleOf(own));
  let source = own, layer = "default", locked = false;

  const options = () => ({
    layout: keyboardLayers(source, {kind, foreign}),
    layoutName: layer,
    display: {
      ...KEY_SIGNS,
      "{letters}": sampleOf(source),
      "{language}": sampleOf(source === own ? layouts.en : own),
      ...Object.fromEntries(Object.entries(KEY_DRAWINGS).map(([key, path]) => [key, drawing(path)])),
    },
  });
  const turn = (to, lock = false) => {
    [layer, locked] = [to, lock];
    keyboard.setOptions(options());
  };
  const changes = {
    "{shift}": () => (layer === "shift" ? turn(locked ? "default" : "shift", !locked) : turn("shift")),
    "{symbols}": () => turn("symbols"),
    "{numbers}": () => turn("symbols"),
    "{more}": () => turn("more"),
    "{letters}": () => turn("default"),
    "{accents}": () => turn(layer === "shift" ? "accentsshift" : "accents"),
    "{language}": () => {
      source = source === own ? layouts.en : own;
      turn("default");
    },
  };
  const released = (key) => {
    if (changes[key]) return changes[key]();
    press(key === "{space}" ? " " : key);
    if ((layer === "shift" && !locked) || layer.startsWith("accents")) turn("default");
  };
  const label = () => {
    for (const button of host.querySelectorAll("button")) {
      const key = button.dataset.skbtn;
      button.tabIndex = -1; // who has a keyboard to tab with does not need this one
      const sign = button.textContent.trim(); // a name begins with what is seen: WCAG 2.5.3
      if (names[key]) button.ariaLabel = sign ? `${sign} ${names[key]}` : names[key];
      if (key === "{shift}") button.ariaPressed = String(layer === "shift");
      button.classList.toggle("locked", key === "{shift}" && locked);
    }
  };
  const use = (next) => {
    kind = next;
    source = kind === "text" || !foreign ? own : layouts.en; // addresses and passwords are in Latin letters
    turn(kind === "numbers" ? "numbers" : "default");
  };
  const place = host.appendChild(Object.assign(document.createElement("div"), {className: "on-screen"})); // the library wants a class
  const keyboard = new SimpleKeyboard.default(place, {
    ...options(),
    theme: "keyboard",
    useButtonTag: true,
    disableButtonHold: true,
    disableCaretPositioning: true,
    preventMouseDownDefault: true, // the focus stays in the field
    beforeInputUpdate: (library) => library.clearInput(),
    onKeyReleased: released,
    onRender: label,
  });
  use(kind);
  return {use};
}

/** The names of the keys that are no text, in the page's language. */
function keyNames() {
  const texts = Object.entries(page.texts).filter(([name]) => name.startsWith("key."));
  return Object.fromEntries(texts.map(([name, text]) => [`{${name.slice("key.".length)}}`, text]));
}

/** Do with the field that has the focus what a key says, as if it had been typed. */
function pressInField(key, hide) {
  const field = document.activeElement;
  if (key === "{hide}") return hide();
  if (!(field instanceof HTMLInputElement)) return undefined;
  if (key === "{enter}") return field.form.requestSubmit();
  const {selectionStart: start, selectionEnd: end, value} = field;
  if (key === "{tab}") {
    const all = [...field.form.querySelectorAll("input")].filter((each) => each.checkVisibility());
    return all[(all.indexOf(field) + 1) % all.length].focus();
  }
  if (key === "{arrowleft}" || key === "{arrowright}") {
    const to = Math.min(value.length, Math.max(0, start + (key === "{arrowleft}" ? -1 : 1)));
    return field.setSelectionRange(to, to);
  }
  const text = key === "{bksp}" ? "" : key;
  const from = key === "{bksp}" && start === end ? start - ([...value.slice(0, start)].at(-1)?.length ?? 0) : start;
  if (field.maxLength >= 0 && value.length - (end - from) + text.length > field.maxLength) return undefined;
  field.setRangeText(text, from, end, "end");
  return field.dispatchEvent(new InputEvent("input", {bubbles: true, data: text}));
}
