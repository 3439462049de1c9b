// A button that waits for its box: off until the box is ticked. The server asks for it all the same.
for (const button of document.querySelectorAll("button[data-needs]")) {
  const box = document.getElementById(button.dataset.needs);
  if (box && !button.disabled) {
    const follow = () => { button.disabled = !box.checked; };
    box.addEventListener("change", follow);
    follow();
  }
}
