
{
  const form = document.querySelector("form");
  const fields = form.elements;
  const steps = ["welcome", "connect", "protect"].map((id) => document.getElementById(id));
  const [back, next] = ["back", "next"].map((id) => document.getElementById(id));
  let step = 0;

  const complain = (name, text) => {
    document.getElementById(`${name}-problem`).textContent = text;
    fields[name].ariaInvalid = String(Boolean(text));
  };
  const PROBLEMS = {
    base_url: (value) => (value ? "" : page.texts.empty),
    key: (value) => (value ? "" : page.texts.empty),
    pin: (value) => (/^\d{4,12}$/.test(value) ? "" : page.texts["pin-hint"]),
    again: (value) => (value === fields.pin.value ? "" : page.texts.different),
  };
  /** Whether all fields of a step are right; the first that is not gets the focus. */
  const check = (fieldset) => {
    const wrong = [...fieldset.querySelectorAll("input")].filter((field) => {
      const problem = PROBLEMS[field.name]?.(field.value.trim()) ?? "";
      complain(field.name, problem);
      return problem;
    });
    wrong[0]?.focus();
    return !wrong.length;
  };
  const go = (to) => {
    step = to;
    for (const fieldset of form.querySelectorAll("fieldset")) fieldset.hidden = fieldset !== steps[step];
    back.hidden = step === 0;
    next.textContent = step === steps.length - 1 ? page.texts.finish : page.texts.next;
    form.querySelectorAll(".progress i").forEach((dot, number) => dot.classList.toggle("here", number === step));
  };
  const enter = (to) => {
    go(to);
    (steps[step].querySelector("input") ?? steps[step]).focus();
  };
  const finish = () => {
    const value = (name) => fields[name].value.trim();
    const [base_url, key, pin, brand] = ["base_url", "key", "pin", "brand"].map(value);
    const answers = {base_url, key, pin, brand, language: page.language};
    hideKeyboard();
    setBusy(true);
    say("enrol", JSON.stringify(answers));
  };
  const setBusy = (busy) => {
    for (const field of fields) field.disabled = busy;
    form.querySelector(".busy").textContent = busy ? page.texts.busy : "";
    form.ariaBusy = String(busy);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!check(steps[step])) return;
    if (step < steps.length - 1) enter(step + 1);
    else finish();
  });
  form.addEventListener("input", (event) => complain(event.target.name, ""));
  back.addEventListener("click", () => enter(step - 1));

  const show = document.querySelector(".show");
  show.addEventListener("click", () => {
    const hidden = fields.key.type === "text";
    fields.key.type = hidden ? "password" : "text";
    show.ariaPressed = String(!hidden);
    show.textContent = hidden ? page.texts.show : page.texts.hide;
    fields.key.focus();
  });

  // ── the keyboard ──
  const host = document.getElementById("keyboard");
  const kindOf = (field) => ({numeric: "numbers", url: "url"})[field.inputMode] ?? (field.name === "key" ? "latin" : "text");
  let keyboard = null;
  const hideKeyboard = () => {
    host.hidden = true;
  };
  const showKeyboard = (field) => {
    host.hidden = false;
    keyboard ??= onScreenKeyboard(host, {
      layouts: KEYBOARD_LAYOUTS,
      language: page.language,
      kind: kindOf(field),
      names: keyNames(),
      press: (key) => pressInField(key, hideKeyboard),
    });
    keyboard.use(kindOf(field));
    field.scrollIntoView({block: "center"});
  };
  // It stays when a button gets the focus: what is touched must not move away under the finger.
  addEventListener("focusin", (event) => {
    if (event.target.matches("input")) showKeyboard(event.target);
  });
  addEventListener("pointerup", (event) => {
    if (event.target === document.activeElement && event.target.matches("input")) showKeyboard(event.target);
  });
  addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#keyboard, input, button, a")) hideKeyboard();
  });

  const {error} = page.data;
  const first = error ? steps.findIndex((fieldset) => fieldset.querySelector(`[name="${CSS.escape(error.field)}"]`)) : 0;
  go(Math.max(0, first));
  if (page.data.busy) setBusy(true);
  if (error && fields[error.field]) complain(error.field, error.text);
}
