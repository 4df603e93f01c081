/** Rewards: what points can be traded for. */

import { coins, h } from "/widget/modules/dom.js";
import { backButton } from "/widget/modules/frame.js";

/** @param {import("../types.js").View} view */
export function draw(view) {
  const chosen = view.data.rewards.find(({ id }) => id === view.place.itemId);
  return chosen ? [backButton(view), detail(view, chosen)] : [list(view)];
}

/** @param {import("../types.js").View} view */
function list(view) {
  return h("ul.cards.rewards", {}, ...view.data.rewards.map((reward) => h("li", {}, card(view, reward))));
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Reward} reward
 */
function card({ t, go }, reward) {
  const open = () => go({ section: "rewards", itemId: reward.id });
  return h(
    "article.card",
    { "data-id": reward.id },
    picture(reward),
    h(
      "div.card-text",
      {},
      h("h2", {}, h("button.card-link", { type: "button", onclick: open }, t.pick(reward.title))),
      h("div.card-foot", {}, coins(t, reward.price), stock(t, reward)),
    ),
  );
}

/** @param {import("../types.js").Reward} reward */
function picture(reward) {
  const source = `/widget/images/${reward.image}`;
  return h("div.picture", {}, h("img", { src: source, alt: "", width: 200, height: 150 }));
}

/**
 * @param {import("../i18n.js").Translator} t
 * @param {import("../types.js").Reward} reward
 */
function stock(t, { stock: left }) {
  return h("span.stock", {}, left > 0 ? t.text("rewards.stock", { n: t.number(left) }) : t.text("rewards.sold-out"));
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Reward} reward
 */
function detail(view, reward) {
  const { t, data } = view;
  // Only what the visitor reads is computed here; the server decides with exact decimals.
  const missing = Math.ceil(reward.price - Number(data.user.balance));
  return h(
    "article.detail",
    { "data-id": reward.id },
    h("div.detail-art", {}, picture(reward)),
    h(
      "div.detail-text",
      {},
      h("h2", {}, t.pick(reward.title)),
      h("p.detail-price", {}, coins(t, reward.price), stock(t, reward)),
      h("p", {}, t.pick(reward.text)),
      h("p.hint", {}, missing > 0 ? t.text("rewards.missing", { n: t.number(missing) }) : t.text("rewards.enough")),
      h(
        "p.actions",
        {},
        h(
          "button.primary",
          {
            type: "button",
            "data-action": "redeem",
            disabled: missing > 0 || reward.stock < 1,
            onclick: () => redeem(view, reward),
          },
          t.text("rewards.redeem"),
        ),
      ),
    ),
  );
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Reward} reward
 */
async function redeem(view, reward) {
  if (!(await view.act("redeem", { rewardId: reward.id }))) return;
  reward.stock -= 1;
  view.redraw();
  view.say(view.t.text("rewards.redeemed"));
}
