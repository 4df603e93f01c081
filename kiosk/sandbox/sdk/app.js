/** An operator's own page: the kiosk hands it the visitor's token in `window.enable3Kiosk`. See docs/sdk-page.md. */

import { Client } from "/widget/modules/client.js";
import { chooseLanguage, loadTranslator } from "/widget/modules/i18n.js";
import { notice } from "/widget/modules/notice.js";
import { parsePlace } from "/widget/modules/place.js";
import { start } from "/widget/modules/program.js";

const VERSION = 1;
const page = document.documentElement;

/**
 * @typedef {object} Visit
 * @property {1} version
 * @property {string} token
 * @property {string} userId
 * @property {string | null} language
 * @property {string | null} feature
 * @property {string | null} itemId
 */

/** @returns {Visit | null}  null outside a kiosk, and for a version that this page does not know */
function visitFromKiosk() {
  return window.enable3Kiosk?.version === VERSION ? window.enable3Kiosk : null;
}

/** @param {Visit} visit */
async function open(visit) {
  const client = new Client("/sdk/", visit.token);
  page.dataset.renewals = "0";
  window.addEventListener("enable3kiosk:renew", () => {
    client.renew(visitFromKiosk()?.token ?? null);
    page.dataset.renewals = String(Number(page.dataset.renewals) + 1);
  });
  // No snapshot: the kiosk hands the token to every load of the page, so there is always an answer to wait for.
  await start({ client, language: visit.language, place: parsePlace(visit.feature, visit.itemId), visit: null });
}

async function explain() {
  const t = await loadTranslator(chooseLanguage(navigator.language));
  page.lang = t.language;
  page.dir = t.direction;
  page.dataset.section = "outside";
  document.getElementById("app")?.replaceChildren(notice(t, "outside"));
}

const visit = visitFromKiosk();
if (visit) await open(visit);
else await explain();
