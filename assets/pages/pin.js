
{
  const LONGEST = 12;
  const message = document.getElementById("message");
  const shown = document.getElementById("typed");
  const keys = [...document.querySelectorAll(".keys button")];
  let digits = "";

  const show = () => {
    shown.textContent = "\u2022".repeat(digits.length);
  };
  const type = (digit) => {
    if (digits.length < LONGEST) digits += digit;
    if (!page.data.wait) message.textContent = page.texts.text;
    show();
  };
  const remove = () => {
    digits = digits.slice(0, -1);
    show();
  };
  const done = () => {
    if (digits) say("pin", digits);
    digits = "";
    show();
  };

  const actions = {delete: remove, done};
  for (const key of keys) key.addEventListener("click", actions[key.id] ?? (() => type(key.textContent)));
  addEventListener("keydown", (event) => {
    if (!keys.length || keys[0].disabled) return;
    if (/^\d$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") remove();
    else if (event.key === "Enter" && event.target === document.body) done();
  });
  if (page.data.wait > 0 && !page.data.unset) {
    message.ariaLive = "off"; // nobody wants to hear every second
    countDown(page.data.wait, (left) => {
      for (const key of keys) key.disabled = left > 0;
      message.textContent = left > 0 ? page.texts.wait.replace("{time}", clock(left)) : page.texts.text;
    });
  }
}
