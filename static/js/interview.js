/* The interview form without waiting for the server: "Tidak ada" and "Tidak menjawab" clear the other
   answers of their question, and the reasons for refusing credit show only with own capital.
   The server holds the same rules, so the page works without this file. */
"use strict";

const ALONE = new Set(["none", "not_answered"]);

function keepConsistent(ticked) {
  const boxes = document.querySelectorAll(`input[type="checkbox"][name="${ticked.name}"]`);
  for (const box of boxes) {
    if (box !== ticked && (ALONE.has(ticked.value) || ALONE.has(box.value))) {
      box.checked = false;
    }
  }
}

function showReasons() {
  const reasons = document.getElementById("isian-credit_refusal_reasons");
  const source = document.querySelector('input[name="capital_source"]:checked');
  reasons.hidden = !source || source.value !== "own_capital";
}

// What has been answered since the form came back is no longer marked; the server looks at it again.
function hideMessage(question) {
  if (question) {
    question.classList.remove("question-error");
    question.querySelector(".question-message").hidden = true;
  }
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type === "checkbox" && input.checked) {
    keepConsistent(input);
  }
  hideMessage(input.closest(".question-error"));
  if (input.name === "capital_source") {
    showReasons();
  }
});
showReasons();
// A page brought back from the browser's history keeps its ticks but not what was hidden.
window.addEventListener("pageshow", showReasons);
const summary = document.getElementById("ringkasan-galat");
if (summary) {
  summary.focus();
}
