
{
  /** A time as the operator's language writes it: seconds since 1970 or ISO 8601; another text as it is. */
  const written = (value) => {
    const time = new Date(/^\d+(\.\d+)?$/.test(value) ? value * 1000 : value);
    return Number.isNaN(time.getTime()) ? value : format.format(time);
  };
  const format = new Intl.DateTimeFormat(page.language, {dateStyle: "medium", timeStyle: "medium", numberingSystem: "latn"});
  for (const shown of document.querySelectorAll("[data-time]")) {
    if (shown.dataset.time) shown.textContent = written(shown.dataset.time);
  }

  const dialog = document.querySelector("dialog");
  const yes = document.getElementById("yes");
  document.getElementById("no").addEventListener("click", () => dialog.close());
  addEventListener("click", (event) => {
    const button = event.target.closest("a[role=button]");
    if (!button) return;
    if (button.ariaDisabled === "true") {
      event.preventDefault();
    } else if (button.dataset.ask) {
      event.preventDefault();
      document.getElementById("question").textContent = button.dataset.ask;
      yes.textContent = button.dataset.yes;
      yes.href = button.href;
      dialog.showModal();
      document.getElementById("no").focus();
    } else if (dialog.open) {
      dialog.close();
    }
  });
}
