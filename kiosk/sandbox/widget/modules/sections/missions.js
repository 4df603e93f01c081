/** Missions: small things to do for points. */

import { coins, h, icon } from "/widget/modules/dom.js";
import { backButton } from "/widget/modules/frame.js";

const KIND_ICONS = { "check-in": "pin", social: "social", proof: "camera", survey: "survey" };
const SURVEY_ANSWERS = ["great", "good", "poor"];

/** @param {import("../types.js").View} view */
export function draw(view) {
  const chosen = view.data.missions.find(({ id }) => id === view.place.itemId);
  return chosen ? [backButton(view), detail(view, chosen)] : [progress(view), list(view)];
}

/** @param {import("../types.js").View} view */
function progress({ t, data }) {
  const done = data.missions.filter((mission) => mission.done).length;
  const all = data.missions.length;
  return h(
    "div.progress",
    {},
    h("p.greeting", {}, t.text("greeting", { name: data.user.name })),
    h("p", {}, t.text("missions.progress", { done: t.number(done), all: t.number(all) })),
    h("progress", { value: done, max: all, "aria-label": t.text("missions.title") }),
  );
}

/** @param {import("../types.js").View} view */
function list(view) {
  return h("ul.cards.missions", {}, ...view.data.missions.map((mission) => h("li", {}, card(view, mission))));
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Mission} mission
 */
function card(view, mission) {
  const { t, go } = view;
  const open = () => go({ section: "missions", itemId: mission.id });
  return h(
    "article.card",
    { "data-id": mission.id, class: mission.done ? "done" : "" },
    badge(mission),
    h(
      "div.card-text",
      {},
      h("p.kind", {}, t.text(`kind.${mission.kind}`)),
      h("h2", {}, h("button.card-link", { type: "button", onclick: open }, t.pick(mission.title))),
      h("p", {}, t.pick(mission.text)),
    ),
    h("div.card-side", {}, mission.done ? doneMark(t) : coins(t, mission.points, "+")),
  );
}

/** @param {import("../types.js").Mission} mission */
function badge(mission) {
  return h("span.badge", {}, icon(KIND_ICONS[mission.kind]));
}

/** @param {import("../i18n.js").Translator} t */
function doneMark(t) {
  return h("p.done-mark", {}, icon("check"), h("span", {}, t.text("missions.done")));
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Mission} mission
 */
function detail(view, mission) {
  const { t } = view;
  return h(
    "article.detail",
    { "data-id": mission.id },
    h("div.detail-art", {}, badge(mission)),
    h(
      "div.detail-text",
      {},
      h("p.kind", {}, t.text(`kind.${mission.kind}`)),
      h("h2", {}, t.pick(mission.title)),
      h("p.detail-price", {}, coins(t, mission.points, "+")),
      h("p", {}, t.pick(mission.text)),
      mission.done ? doneMark(t) : ACTIONS[mission.kind](view, mission),
    ),
  );
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Mission} mission
 */
async function complete(view, mission) {
  if (!(await view.act("complete", { missionId: mission.id }))) return;
  mission.done = true;
  view.redraw();
  view.say(view.t.text("toast.completed", { n: view.t.number(mission.points) }));
}

/**
 * What makes a button complete a mission.
 *
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Mission} mission
 */
function completing(view, mission) {
  return { type: "button", "data-action": "complete", onclick: () => complete(view, mission) };
}

/** What a visitor does for a mission, by its kind. */
const ACTIONS = {
  /**
   * @param {import("../types.js").View} view
   * @param {import("../types.js").Mission} mission
   */
  "check-in": (view, mission) =>
    h("p.actions", {}, h("button.primary", completing(view, mission), view.t.text("missions.check-in"))),

  /**
   * @param {import("../types.js").View} view
   * @param {import("../types.js").Mission} mission
   */
  social: (view, mission) =>
    h(
      "p.actions",
      {},
      h(
        "a.primary",
        { href: mission.link, target: "_blank", rel: "noopener noreferrer" },
        h("span", {}, view.t.text("missions.visit")),
        icon("out"),
      ),
      h("button.secondary", completing(view, mission), view.t.text("missions.confirm")),
    ),

  /**
   * The sandbox has no upload: choosing a file, or typing, is what is tried out here.
   *
   * @param {import("../types.js").View} view
   * @param {import("../types.js").Mission} mission
   */
  proof: (view, mission) => {
    const chosen = h("span", {}, view.t.text("missions.photo"));
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "file", accept: "image/*", required: true }));
    input.addEventListener("change", () => {
      chosen.textContent = input.files?.[0]?.name ?? view.t.text("missions.photo");
    });
    const link = /** @type {HTMLInputElement} */ (h("input", { type: "text", name: "link", maxlength: 200, autocomplete: "off" }));
    link.addEventListener("input", () => {
      input.required = link.value.trim() === "";
    });
    return form(
      view,
      mission,
      h("label.file", {}, icon("camera"), chosen, input),
      h("label.field", {}, h("span", {}, view.t.text("missions.link")), link),
    );
  },

  /**
   * @param {import("../types.js").View} view
   * @param {import("../types.js").Mission} mission
   */
  survey: (view, mission) =>
    form(
      view,
      mission,
      h(
        "fieldset",
        {},
        h("legend", {}, view.t.text("missions.survey")),
        ...SURVEY_ANSWERS.map((answer) =>
          h("label.choice", {}, h("input", { type: "radio", name: "answer", value: answer, required: true }), h("span", {}, view.t.text(`survey.${answer}`))),
        ),
      ),
    ),
};

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Mission} mission
 * @param {...Node} fields
 */
function form(view, mission, ...fields) {
  const submit = (event) => {
    event.preventDefault();
    complete(view, mission);
  };
  return h("form", { onsubmit: submit }, ...fields, h("button.primary", { type: "submit", "data-action": "complete" }, view.t.text("missions.send")));
}
