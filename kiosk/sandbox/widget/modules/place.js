/** Where the visitor is: a section, and perhaps an item in it. */

/** @type {import("./types.js").Section[]} */
export const SECTIONS = ["missions", "rewards", "referral", "t2e", "h2e", "leaderboard"];

/**
 * @param {string | null} feature
 * @param {string | null} itemId
 * @returns {import("./types.js").Place | null}  null when no known section was asked for
 */
export function parsePlace(feature, itemId) {
  const section = SECTIONS.find((known) => known === feature);
  return section ? { section, itemId: itemId?.toLowerCase() ?? null } : null;
}

/**
 * The same place, without an item that this visitor's data does not have.
 *
 * @param {import("./types.js").Place} place
 * @param {import("./types.js").Data} data
 * @returns {import("./types.js").Place}
 */
export function existing(place, data) {
  const items = { missions: data.missions, rewards: data.rewards }[place.section] ?? [];
  const found = items.find((item) => item.id === place.itemId);
  return { section: place.section, itemId: found?.id ?? null };
}

/** @param {import("./types.js").Place} place */
export function addressOf({ section, itemId }) {
  const address = new URL(location.href);
  address.searchParams.set("feature", section);
  if (itemId) address.searchParams.set("itemId", itemId);
  else address.searchParams.delete("itemId");
  return address;
}
