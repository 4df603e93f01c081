/** The programme: loads the visitor's data, knows the place, draws it, and carries out what the visitor does. */

import { readSnapshot, writeSnapshot } from "/widget/modules/cache.js";
import { Expired, Refused, SignedOut } from "/widget/modules/client.js";
import { frame } from "/widget/modules/frame.js";
import { chooseLanguage, loadTranslator } from "/widget/modules/i18n.js";
import { notice } from "/widget/modules/notice.js";
import { addressOf, existing, parsePlace } from "/widget/modules/place.js";
import { language as languagePreference, terms } from "/widget/modules/prefs.js";
import { draw as h2e } from "/widget/modules/sections/h2e.js";
import { draw as leaderboard } from "/widget/modules/sections/leaderboard.js";
import { draw as missions } from "/widget/modules/sections/missions.js";
import { draw as referral } from "/widget/modules/sections/referral.js";
import { draw as rewards } from "/widget/modules/sections/rewards.js";
import { draw as t2e } from "/widget/modules/sections/t2e.js";
import { termsSheet, welcome } from "/widget/modules/terms.js";
import { say } from "/widget/modules/toast.js";

const DRAW = { missions, rewards, referral, t2e, h2e, leaderboard };
const page = document.documentElement;
const root = /** @type {HTMLElement} */ (document.getElementById("app"));

/**
 * @typedef {object} Start
 * @property {import("./client.js").Client} client
 * @property {string | null} language  asked for by whoever opened the page
 * @property {import("./types.js").Place | null} place  the deep link
 * @property {string | null} visit  names the snapshot of this visit, if it may have one
 */

/** @param {Start} options */
export async function start(options) {
  const program = new Program(options);
  window.addEventListener("popstate", () => program.returned());
  await program.open();
}

class Program {
  /** @type {import("./types.js").Data} */
  #data;
  /** @type {import("./i18n.js").Translator} */
  #t;
  /** @type {import("./types.js").Place | null} */
  #place;
  #client;
  #asked;
  #visit;

  /** @param {Start} options */
  constructor({ client, language, place, visit }) {
    this.#client = client;
    this.#asked = language;
    this.#place = place;
    this.#visit = visit;
  }

  /** Paint what is kept of this visit at once, then what the server says. */
  async open() {
    const kept = await readSnapshot(this.#visit);
    if (kept) await this.#show(kept);
    try {
      const fresh = await this.#client.load();
      if (this.#place) this.#settle(existing(this.#place, fresh));
      await this.#show(fresh);
      this.#opened();
      await writeSnapshot(this.#visit, fresh);
    } catch (error) {
      await this.#failed(error, kept !== undefined);
    }
  }

  /**
   * Where the visit begins, in the address too: Back comes to it again.
   *
   * @param {import("./types.js").Place} place
   */
  #settle(place) {
    this.#place = place;
    history.replaceState(history.state, "", addressOf(place));
  }

  /** The browser's Back and Forward. */
  returned() {
    const query = new URLSearchParams(location.search);
    this.#place = parsePlace(query.get("feature"), query.get("itemId"));
    this.#arrive();
  }

  /** @param {import("./types.js").Data} data */
  async #show(data) {
    this.#data = data;
    await this.#speak(chooseLanguage(this.#asked, languagePreference.read(), data.user.language, navigator.language));
    this.#draw();
  }

  /** @param {string} language */
  async #speak(language) {
    this.#t = await loadTranslator(language);
    page.lang = this.#t.language;
    page.dir = this.#t.direction;
  }

  #termsAccepted() {
    return this.#data.user.termsAccepted || terms.accepted();
  }

  /** Without a deep link the first visit begins with the terms; with one they lie below the section that was asked for. */
  #draw() {
    const accepted = this.#termsAccepted();
    if (!this.#place && accepted) this.#place = { section: "missions", itemId: null };
    page.dataset.section = this.#place?.section ?? "welcome";
    page.dataset.item = (this.#place && existing(this.#place, this.#data).itemId) ?? "";
    root.className = this.#place ? "framed" : "";
    root.replaceChildren(...(this.#place ? this.#framed(this.#place, accepted) : [this.#welcome()]));
  }

  #welcome() {
    return welcome(
      this.#t,
      () => this.#accept(),
      (language) => this.#changeLanguage(language),
    );
  }

  /**
   * @param {import("./types.js").Place} wanted
   * @param {boolean} accepted
   */
  #framed(wanted, accepted) {
    const place = existing(wanted, this.#data);
    const view = {
      data: this.#data,
      place,
      t: this.#t,
      go: (next) => this.#go(next),
      act: (name, body) => this.#act(name, body),
      say,
      redraw: () => this.#redraw(),
    };
    const parts = frame(view, DRAW[place.section](view), (language) => this.#changeLanguage(language));
    return accepted ? parts : [...parts, termsSheet(this.#t, () => this.#accept())];
  }

  /** Draw the same place again, where the visitor is in it. */
  #redraw() {
    const scrolled = root.querySelector("main")?.scrollTop ?? 0;
    const focused = root.contains(document.activeElement);
    this.#draw();
    const main = root.querySelector("main");
    if (main) main.scrollTop = scrolled;
    if (focused) this.#focusHeading();
  }

  /** @param {import("./types.js").Place} place */
  #go(place) {
    this.#place = place;
    history.pushState(history.state, "", addressOf(place));
    this.#arrive();
  }

  #arrive() {
    this.#draw();
    this.#focusHeading();
    this.#opened();
  }

  /** A reader of screens starts at what is new. */
  #focusHeading() {
    const heading = /** @type {HTMLElement | null} */ (root.querySelector("[data-heading]"));
    heading?.focus({ preventScroll: true });
  }

  /** Tell the server which section is on the screen. */
  #opened() {
    if (!this.#place) return;
    const { section, itemId } = existing(this.#place, this.#data);
    this.#client.post("opened", { feature: section, itemId }).catch((error) => this.#failed(error, true));
  }

  async #accept() {
    terms.accept();
    this.#data.user.termsAccepted = true;
    const arriving = !this.#place;
    this.#draw();
    this.#focusHeading();
    if (arriving) this.#opened();
    await this.#post("accept-terms", {});
  }

  /**
   * Something that earns or spends points. Needs the terms.
   *
   * @param {string} name
   * @param {object} body
   */
  async #act(name, body) {
    if (!this.#termsAccepted()) {
      say(this.#t.text("terms.first"));
      /** @type {HTMLElement | null} */ (root.querySelector("[data-action=accept]"))?.focus();
      return false;
    }
    return this.#post(name, body);
  }

  /**
   * @param {string} name
   * @param {object} body
   */
  async #post(name, body) {
    try {
      const { balance } = await this.#client.post(name, body);
      this.#data.user.balance = balance;
      for (const shown of root.querySelectorAll("[data-balance]")) shown.textContent = this.#t.number(balance);
      return true;
    } catch (error) {
      await this.#failed(error, true);
      return false;
    }
  }

  /** @param {string} language */
  async #changeLanguage(language) {
    this.#asked = null;
    languagePreference.write(language);
    const address = new URL(location.href);
    address.searchParams.delete("language");
    history.replaceState(history.state, "", address);
    await this.#speak(language);
    this.#redraw();
  }

  /**
   * @param {unknown} error
   * @param {boolean} painted  whether there is something on the screen that may stay
   */
  async #failed(error, painted) {
    if (painted && error instanceof SignedOut) say(this.#t.text("saved"));
    else if (error instanceof Expired || error instanceof SignedOut) await this.#end("expired");
    else if (error instanceof Refused) say(this.#t.text("toast.refused"));
    else if (painted) say(this.#t.text("toast.failed"));
    else await this.#end("offline");
  }

  /** @param {"expired" | "offline"} why */
  async #end(why) {
    if (!this.#t) await this.#speak(chooseLanguage(this.#asked, languagePreference.read(), navigator.language));
    page.dataset.section = why;
    page.dataset.item = "";
    root.className = "";
    root.replaceChildren(notice(this.#t, why, why === "offline" ? () => this.open() : null));
  }
}
