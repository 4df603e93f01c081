/** Languages, translated texts and numbers. */

/** Code and own name of each language that the programme speaks. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  pt: "Português",
  uk: "Українська",
  ar: "العربية",
};

const RIGHT_TO_LEFT = new Set(["ar"]);

/**
 * The first wish that is spoken here; a region does not matter ("pt-BR" is "pt").
 *
 * @param {(string | null | undefined)[]} wishes  most wanted first
 */
export function chooseLanguage(...wishes) {
  const codes = wishes.map((wish) => wish?.toLowerCase().split(/[-_]/)[0]);
  return codes.find((code) => code && code in LANGUAGES) ?? "en";
}

export class Translator {
  #texts;

  /**
   * @param {string} language
   * @param {Record<string, string>} texts
   */
  constructor(language, texts) {
    this.language = language;
    this.direction = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
    this.#texts = texts;
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]  for the {name}s in the text
   */
  text(key, values = {}) {
    return (this.#texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  /** @param {import("./types.js").Texts} texts */
  pick(texts) {
    return texts[this.language] ?? texts.en;
  }

  /** @param {number | string} value  a decimal string keeps its decimals ("0.50" is not "0.5"), two at most */
  number(value) {
    const decimals = Math.min(String(value).split(".")[1]?.length ?? 0, 2);
    const format = new Intl.NumberFormat(this.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return format.format(value);
  }
}

/** @param {string} language */
export async function loadTranslator(language) {
  const [english, own] = await Promise.all(["en", language].map(loadTexts));
  return new Translator(language, { ...english, ...own });
}

/**
 * @param {string} language
 * @returns {Promise<Record<string, string>>}
 */
async function loadTexts(language) {
  const response = await fetch(`/widget/locales/${language}.json`);
  return response.json();
}
