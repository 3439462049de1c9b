/* The interview form without waiting for the server: "Tidak ada" and "Tidak menjawab" clear the other
   answers of their question, and a question with a condition shows only where it is asked.
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

// What the question would send: of one that is not asked, nothing.
function chosen(question) {
  const inputs = document.querySelectorAll(`input[name="${question}"]:checked`);
  return [...inputs].filter((input) => !input.closest("[hidden]")).map((input) => input.value);
}

// In the order of the page, as a question depends on an earlier one only.
function showAsked() {
  const refusal = document.querySelector('input[name="consent"][value="no"]');
  for (const part of document.querySelectorAll(".answers-part")) {
    part.hidden = Boolean(refusal && refusal.checked);
  }
  for (const question of document.querySelectorAll("[data-shown-question]")) {
    const wanted = question.dataset.shownValues.split(" ");
    question.hidden = !chosen(question.dataset.shownQuestion).some((value) => wanted.includes(value));
  }
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
  showAsked();
});
showAsked();
// A page brought back from the browser's history keeps its ticks but not what was hidden.
window.addEventListener("pageshow", showAsked);
const summary = document.getElementById("ringkasan-galat");
if (summary) {
  summary.focus();
}
