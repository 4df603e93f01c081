
{
  const number = document.getElementById("left");
  const rest = document.querySelector(".rest");
  const all = page.data.seconds;
  countDown(all, (left) => {
    number.textContent = left;
    rest.style.strokeDashoffset = all ? 100 - (100 * left) / all : 100;
  });
}
