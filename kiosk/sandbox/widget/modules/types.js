/**
 * The shapes that the modules share.
 *
 * @typedef {"missions" | "rewards" | "referral" | "t2e" | "h2e" | "leaderboard"} Section
 * @typedef {{section: Section, itemId: string | null}} Place
 * @typedef {Record<string, string>} Texts  one text by language code; "en" is always there
 *
 * @typedef {object} Mission
 * @property {string} id  a UUID
 * @property {Texts} title
 * @property {Texts} text
 * @property {number} points
 * @property {"check-in" | "social" | "proof" | "survey"} kind
 * @property {boolean} done
 * @property {string | null} link
 *
 * @typedef {object} Reward
 * @property {string} id  a UUID
 * @property {Texts} title
 * @property {Texts} text
 * @property {number} price
 * @property {string} image  a file name in images/
 * @property {number} stock
 *
 * @typedef {object} Data
 * @property {{name: string, balance: string, language: string, termsAccepted: boolean, referralCode: string}} user
 * @property {Mission[]} missions
 * @property {Reward[]} rewards
 * @property {{name: string, points: number, me: boolean}[]} leaderboard
 * @property {{perTap: number, limit: number}} tapToEarn
 * @property {{ratePerSecond: string}} holdToEarn
 *
 * @typedef {object} View  what a section is given to draw itself
 * @property {Data} data
 * @property {Place} place
 * @property {import("./i18n.js").Translator} t
 * @property {(place: Place) => void} go
 * @property {(name: string, body: object) => Promise<boolean>} act  true when the server agreed
 * @property {(text: string) => void} say
 * @property {() => void} redraw
 */

export {};
