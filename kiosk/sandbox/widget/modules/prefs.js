/** What the browser remembers between visits of one person: the language, and that the terms were accepted. */

const LANGUAGE = "harbour-arcade.language";
const TERMS = "harbour-arcade.terms";

export const language = {
  read: () => localStorage.getItem(LANGUAGE),
  /** @param {string} code */
  write: (code) => localStorage.setItem(LANGUAGE, code),
};

export const terms = {
  accepted: () => localStorage.getItem(TERMS) === "accepted",
  accept: () => localStorage.setItem(TERMS, "accepted"),
};
