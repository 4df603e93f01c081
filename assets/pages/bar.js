
{
  const {balance, left} = page.data;
  if (balance) document.getElementById("balance").textContent = decimal(balance);
  if (typeof left === "number") {
    const shown = document.getElementById("left");
    countDown(left, (seconds) => {
      shown.textContent = clock(seconds);
      shown.parentElement.classList.toggle("short", seconds <= 60);
    });
  }
}
