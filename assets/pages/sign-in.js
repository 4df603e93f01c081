
{
  const keypad = document.querySelector(".keypad");
  const message = document.querySelector(".message");
  const keys = keypad ? [...keypad.querySelectorAll("button")] : [];
  let digits = "";

  const show = () => {
    keypad.classList.toggle("empty", !digits);
    document.getElementById("typed").textContent = digits.replace(/(\d{4})(?=\d)/g, "$1\u2009");
  };
  const type = (digit) => {
    if (digits.length < page.data.keypad.length) digits += digit;
    show();
  };
  const remove = () => {
    digits = digits.slice(0, -1);
    show();
  };
  const done = () => {
    if (digits) say("id", digits);
  };

  const actions = {delete: remove, done};
  for (const key of keys) {
    key.addEventListener("click", actions[key.id] ?? (() => type(key.textContent)));
  }
  if (keypad) {
    show();
    addEventListener("keydown", (event) => {
      if (keys[0].disabled) return;
      if (/^\d$/.test(event.key)) type(event.key);
      else if (event.key === "Backspace") remove();
      else if (event.key === "Enter" && event.target === document.body) done();
    });
  }
  if (page.data.message === "wait" && page.data.wait > 0) {
    const said = message.textContent;
    countDown(page.data.wait, (left) => {
      for (const key of keys) key.disabled = left > 0;
      message.textContent = left > 0 ? `${said} ${clock(left)}` : "";
    });
  }
}
