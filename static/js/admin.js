"use strict";

// Names the controls of tabular inlines by the heads of their columns.
function nameInlineControls() {
  for (const table of document.querySelectorAll(".tabular table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim().replace("?", ""));
    for (const row of table.querySelectorAll("tbody tr.form-row")) {
      [...row.cells].forEach((cell, column) => {
        for (const control of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
          control.setAttribute("aria-label", heads[column]);
        }
      });
    }
  }
}

// Puts a field above a long select that leaves only the options containing what is typed.
function addFilter(select) {
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  field.className = "select-filter";
  field.placeholder = `Saring ${select.dataset.filter}`;
  field.setAttribute("aria-label", field.placeholder);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const option of select.options) {
      option.hidden = wanted !== "" && !option.text.toLowerCase().includes(wanted);
    }
    for (const group of select.querySelectorAll("optgroup")) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
    const left = [...select.options].filter((option) => !option.hidden);
    if (wanted !== "" && left.length === 1) {
      select.value = left[0].value;
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
    }
  });
  select.before(field);
}

// "Pilih semua" of an export form whose own handler the content security policy refuses.
function bindSelectAll() {
  for (const toggle of document.querySelectorAll("input.select-toggle")) {
    toggle.id = toggle.id || "select-all-toggle";
    toggle.addEventListener("change", () => {
      for (const box of document.querySelectorAll(".selectable-field-export-row input[type=checkbox]")) {
        box.checked = toggle.checked;
      }
    });
  }
}

// Gives the parts of a select2 box, which come and go, the name of the field they stand for.
function nameSelectBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const name = label ? label.textContent.trim().replace(/:$/, "") : "Pilihan";
    const box = select.parentElement.querySelector(".select2-selection");
    if (box) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", name);
      box.setAttribute("aria-controls", `select2-${select.id}-results`);
      box.querySelector(".select2-selection__rendered").setAttribute("aria-label", name);
    }
  }
  for (const part of document.querySelectorAll(".select2-search__field, .select2-results__options")) {
    part.setAttribute("aria-label", part.matches("input") ? "Cari" : "Hasil pencarian");
  }
}

// Django's own script puts the cursor into the first field, wherever the mistake is.
function goToFirstMistake() {
  const row = document.querySelector(".form-row.errors");
  const field = row && row.querySelector(".select2-selection, select, textarea, input:not([type=hidden], .select-filter)");
  if (field) {
    field.focus();
  }
}
window.addEventListener("load", goToFirstMistake);

// A second click on "Simpan" while the first is under way would store the same business twice.
function sendOnce(form) {
  let isUnderWay = false;
  form.addEventListener("submit", (event) => {
    if (isUnderWay) {
      event.preventDefault();
    }
    isUnderWay = true;
  });
  window.addEventListener("pageshow", () => {
    isUnderWay = false;
  });
}

// A box that asks while one types must not put a NIK into an address either.
function refuseNumbersInAddresses() {
  django.jQuery.ajaxPrefilter((options, asked, request) => {
    if (/([0-9][ .+-]*){12}/.test(decodeURIComponent(`${options.url} ${options.data || ""}`))) {
      request.abort();
    }
  });
}

document.addEventListener("DOMContentLoaded", () => {
  if (window.django && django.jQuery) {
    refuseNumbersInAddresses();
  }
  nameInlineControls();
  document.addEventListener("formset:added", nameInlineControls);
  document.querySelectorAll("select[data-filter]").forEach(addFilter);
  document.querySelectorAll("#business_form, #owner_form").forEach(sendOnce);
  bindSelectAll();
  nameSelectBoxes();
  new MutationObserver(nameSelectBoxes).observe(document.body, { childList: true, subtree: true });
});
