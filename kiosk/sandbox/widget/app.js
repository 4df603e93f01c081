/** The widget's entrance: takes the token out of the address, then starts the programme. */

import { Client } from "/widget/modules/client.js";
import { parsePlace } from "/widget/modules/place.js";
import { start } from "/widget/modules/program.js";

/**
 * Read the token and remove it from the visible address, so that it is neither in the history nor in a screenshot.
 * What stays is a name for this visit's snapshot (a hash of the token), which lets a reload paint at once.
 *
 * @returns {Promise<{token: string | null, visit: string | null}>}
 */
async function takeToken() {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (token === null) return { token, visit: history.state?.visit ?? null };
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  const visit = await fingerprint(token);
  history.replaceState({ visit }, "", address);
  return { token, visit };
}

/** @param {string} text */
async function fingerprint(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const query = new URLSearchParams(location.search);
const { token, visit } = await takeToken();
await start({
  client: new Client("/widget/", token),
  language: query.get("language"),
  place: parsePlace(query.get("feature"), query.get("itemId")),
  visit,
});
navigator.serviceWorker
  ?.register("/widget/sw.js", { scope: "/widget/" })
  .catch((error) => console.warn("no service worker:", error.message)); // for example with a certificate of one's own
