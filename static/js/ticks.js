// Ticks all rows of the page, and says how many are ticked beside the button that takes them along.
const boxes = () => [...document.querySelectorAll("td.tick input[name=id]")];
const untold = new WeakMap(); // what stands there while nothing is ticked

function tell() {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const all of document.querySelectorAll("[data-ticks-all]")) {
    all.hidden = false;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  for (const told of document.querySelectorAll("[data-ticked]")) {
    if (!untold.has(told)) untold.set(told, told.textContent);
    told.textContent = ticked ? `${ticked} UMKM dicentang.` : untold.get(told);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-ticks-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-ticks-all], td.tick input")) tell();
});
document.addEventListener("htmx:afterSettle", tell);
tell();
