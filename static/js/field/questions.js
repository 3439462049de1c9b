// One question on the screen: large buttons, nothing pressed beforehand.

import { DECLINED, NONE, offered } from "./check.js";
import { formatInteger, formatRupiah } from "./formats.js";
import { h } from "./dom.js";

const ALONE = new Set([NONE, DECLINED]);

/**
 * @typedef {{item: import("./check.js").Item, node: HTMLElement, show(shown: boolean): void, say(problem: string): void,
 *   focus(): void}} Question
 * @returns {Question} `onChange(value)` gets "" or [] for nothing answered
 */
export function question(item, value, reason, onChange) {
  const choice = item.kind === "single" || item.kind === "multiple";
  const problem = h("p", { class: "problem", id: `galat-${item.code}`, hidden: true });
  const make = choice ? choices : item.kind === "text" ? writing : item.kind === "date" ? day : figure;
  const answers = make(item, value, onChange);
  const hints = [
    item.help_text && h("p", { class: "hint" }, item.help_text),
    rangeOf(item) && h("p", { class: "hint", id: `batas-${item.code}` }, rangeOf(item)),
    reason && h("p", { class: "reason" }, h("strong", {}, "Catatan pemeriksa: "), reason),
  ];
  const title = [item.prompt, note(item)];
  const node = choice
    ? h("fieldset", { class: "question", id: `isian-${item.code}`, "aria-describedby": problem.id },
        h("legend", {}, title), hints, problem, answers)
    : h("div", { class: "question", id: `isian-${item.code}` },
        h("label", { for: `jawab-${item.code}` }, title), hints, problem, answers);
  return {
    item,
    node,
    show(shown) {
      node.hidden = !shown;
    },
    say(text) {
      problem.textContent = text;
      problem.hidden = !text;
      node.classList.toggle("question-wrong", Boolean(text));
      for (const input of node.querySelectorAll("input, textarea")) {
        if (text) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
    },
    focus() {
      node.scrollIntoView();
      node.querySelector("input, textarea").focus();
    },
  };
}

function note(item) {
  const words = [item.kind === "multiple" && "boleh lebih dari satu", !item.required && "boleh dikosongkan"].filter(Boolean);
  return words.length ? h("span", { class: "hint" }, ` (${words.join(", ")})`) : null;
}

function rangeOf(item) {
  if (item.kind !== "number" && item.kind !== "amount") return "";
  const shown = item.kind === "amount" ? formatRupiah : formatInteger;
  if (item.minimum && item.maximum) return `${shown(item.minimum)} sampai ${shown(item.maximum)}`;
  if (item.minimum) return `Paling sedikit ${shown(item.minimum)}`;
  return item.maximum ? `Paling banyak ${shown(item.maximum)}` : "";
}

function choices(item, value, onChange) {
  const several = item.kind === "multiple";
  const given = new Set(Array.isArray(value) ? value : [value]);
  const inputs = [];
  const told = () => {
    const codes = inputs.filter((input) => input.checked).map((input) => input.value);
    clear.hidden = several || item.required || !codes.length;
    onChange(several ? codes : codes[0] || "");
  };
  const buttons = offered(item).map(([code, label]) => {
    const input = h("input", {
      type: several ? "checkbox" : "radio", name: item.code, value: code, checked: given.has(code),
      onchange: () => {
        if (several && input.checked) leaveAlone(inputs, input);
        told();
      },
    });
    inputs.push(input);
    return h("label", { class: "answer" }, input, h("span", {}, label));
  });
  const clear = h("button", {
    type: "button", class: "plain", hidden: true,
    onclick: () => {
      for (const input of inputs) input.checked = false;
      inputs[0].focus();
      told();
    },
  }, "Hapus jawaban ini");
  clear.hidden = several || item.required || !inputs.some((input) => input.checked);
  return h("div", {}, h("div", { class: "answers" }, buttons), clear);
}

/** "Tidak ada" and "Tidak menjawab" stand alone. */
function leaveAlone(inputs, ticked) {
  for (const input of inputs) {
    if (input !== ticked && (ALONE.has(ticked.value) || ALONE.has(input.value))) input.checked = false;
  }
}

const shared = (item) => ({
  id: `jawab-${item.code}`,
  name: item.code,
  autocomplete: "off",
  "aria-describedby": `galat-${item.code}`,
});

function writing(item, value, onChange) {
  const long = !item.max_length || item.max_length > 120;
  return h(long ? "textarea" : "input", {
    ...shared(item), value: value || "", rows: long ? 3 : null, type: long ? null : "text",
    oninput: (event) => onChange(event.target.value.trim()),
  });
}

function day(item, value, onChange) {
  return h("input", { ...shared(item), type: "date", value: value || "", oninput: (event) => onChange(event.target.value) });
}

/** "Rp 1.500.000" and "1 500 000" are 1500000; what is no number stays as it was typed. */
export function digitsOf(/** @type {string} */ typed) {
  const bare = typed.trim().replace(/^Rp/i, "").replace(/[.\s]/g, "");
  return /^-?[0-9]+$/.test(bare) ? bare.replace(/^(-?)0+(?=\d)/, "$1") : typed.trim();
}

const withDots = (digits) => (/^-?[0-9]+$/.test(digits) ? formatInteger(digits) : digits);

/** Thousands get their dots while typing; the cursor stays behind the digit it was behind. */
function figure(item, value, onChange) {
  const negative = item.minimum.startsWith("-");
  return h("input", {
    ...shared(item), type: "text", inputmode: negative ? "text" : "numeric", value: withDots(value || ""),
    oninput: (event) => {
      const input = event.target;
      const behind = input.value.slice(0, input.selectionStart).replace(/[^0-9-]/g, "").length;
      const digits = digitsOf(input.value);
      const shown = withDots(digits);
      if (shown !== input.value) {
        input.value = shown;
        const place = placeAfter(shown, behind);
        input.setSelectionRange(place, place);
      }
      onChange(digits);
    },
  });
}

function placeAfter(text, digits) {
  let seen = 0;
  for (let place = 0; place < text.length; place += 1) {
    if (seen === digits) return place;
    if (/[0-9-]/.test(text[place])) seen += 1;
  }
  return text.length;
}
