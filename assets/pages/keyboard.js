
onScreenKeyboard(document.getElementById("keyboard"), {
  layouts: KEYBOARD_LAYOUTS,
  language: page.language,
  kind: page.data.layout,
  names: keyNames(),
  press: (key) => say("key", key),
});
