/** Leaderboard: who has earned most. */

import { coins, h } from "/widget/modules/dom.js";

const PODIUM = 3;

/** @param {import("../types.js").View} view */
export function draw({ data, t }) {
  const ranked = [...data.leaderboard].sort((one, other) => other.points - one.points);
  const entries = ranked.map((player, index) => entry(t, player, index + 1));
  return [
    h("ol.podium", {}, ...entries.slice(0, PODIUM)),
    h("ol.ranks", { start: PODIUM + 1 }, ...entries.slice(PODIUM)),
  ];
}

/**
 * @param {import("../i18n.js").Translator} t
 * @param {import("../types.js").Data["leaderboard"][number]} player
 * @param {number} rank
 */
function entry(t, player, rank) {
  return h(
    "li",
    { class: player.me ? "me" : "", "data-rank": rank },
    h("span.rank", {}, t.number(rank)),
    h("span.player", {}, h("span", { dir: "auto" }, player.name), player.me && h("span.tag", {}, t.text("leaderboard.me"))),
    coins(t, player.points),
  );
}
