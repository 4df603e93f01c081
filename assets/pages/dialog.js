
{
  const form = document.querySelector("form");
  const field = document.getElementById("typed");
  const host = document.getElementById("keyboard");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say("ok", field ? field.value : "");
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === document.body) form.requestSubmit();
  });
  if (field) {
    let keyboard = null;
    const hideKeyboard = () => { host.hidden = true; };
    const showKeyboard = () => {
      host.hidden = false;
      keyboard ??= onScreenKeyboard(host, {
        layouts: KEYBOARD_LAYOUTS,
        language: page.language,
        kind: "text",
        names: keyNames(),
        press: (key) => pressInField(key, hideKeyboard),
      });
      field.scrollIntoView({block: "center"});
    };
    field.addEventListener("focus", showKeyboard);
    field.addEventListener("pointerup", showKeyboard);
    field.focus();
    field.select();
  } else {
    document.getElementById("ok").focus();
  }
}
