// The questions of one wave with their parts, what is missing on top, photos, and "Selesai".

import { check, itemsOf } from "../check.js";
import { h } from "../dom.js";
import { MOST_PHOTOS, keepPhoto } from "../photos.js";
import { question } from "../questions.js";

/** @returns {HTMLElement[]} `onComplete` is called once all answers fit */
export function answersForm({ app, draft, wave, change }, onComplete) {
  const definition = wave.definition;
  const reasons = (draft.returned && draft.returned.reasons) || {};
  const questions = new Map();
  for (const item of itemsOf(definition)) {
    questions.set(item.code, question(item, draft.answers[item.code], reasons[item.code] || "", (value) => {
      if (value.length) draft.answers[item.code] = value;
      else delete draft.answers[item.code];
      questions.get(item.code).say("");
      showAsked();
      change();
    }));
  }
  const sections = definition.parts.map((part, index) => {
    const node = h("section", { class: "part", "aria-labelledby": `bagian-${index}` },
      h("h3", { id: `bagian-${index}` }, part.title), part.items.map((item) => questions.get(item.code).node));
    return { node, codes: part.items.map((item) => item.code) };
  });
  const showAsked = () => {
    const shown = new Set(check(definition, draft.answers).shown);
    for (const [code, one] of questions) one.show(shown.has(code));
    for (const { node, codes } of sections) node.hidden = !codes.some((code) => shown.has(code));
  };
  showAsked();
  const summary = h("div", { class: "note note-wrong", role: "alert", tabindex: -1, hidden: true });
  const finishButton = h("button", {
    type: "button", class: "button wide",
    onclick: () => {
      const { problems } = check(definition, draft.answers);
      for (const [code, one] of questions) one.say(problems[code] || "");
      summary.hidden = !Object.keys(problems).length;
      if (summary.hidden) return onComplete();
      summary.replaceChildren(...summaryOf(problems, questions));
      summary.focus();
      summary.scrollIntoView();
    },
  }, "Selesai");
  return [summary, ...sections.map(({ node }) => node), photos(app, draft, change), finishButton];
}

function summaryOf(problems, questions) {
  const links = Object.entries(problems).map(([code, text]) =>
    h("li", {}, h("a", {
      href: `#isian-${code}`,
      onclick: (event) => {
        event.preventDefault();
        questions.get(code).focus();
      },
    }, text)));
  return [h("h3", {}, "Belum selesai. Periksa:"), h("ul", {}, links)];
}

function photos(app, draft, change) {
  const list = h("ul", { class: "plain-list" });
  const told = h("p", { class: "hint", role: "status" });
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", id: "foto",
    onchange: async () => {
      const [file] = input.files;
      if (!file) return;
      input.disabled = true;
      told.textContent = "Mengecilkan foto…";
      try {
        await keepPhoto(app.store, draft, file);
        told.textContent = "Foto tersimpan.";
        await change();
      } catch {
        told.textContent = "Foto ini tidak dapat dibaca.";
      }
      input.value = "";
      show();
    },
  });
  const remove = async (photo) => {
    draft.photos = draft.photos.filter((one) => one.id !== photo.id);
    await change();
    await app.store.remove("photos", photo.id);
    told.textContent = "Foto dihapus.";
    show();
    input.focus();
  };
  const show = () => {
    input.disabled = draft.photos.length >= MOST_PHOTOS;
    list.replaceChildren(...draft.photos.map((photo) =>
      h("li", { class: "row" }, h("span", {}, `${photo.name}, ${Math.ceil(photo.size / 1024)} kB`),
        h("button", { type: "button", class: "plain danger", onclick: () => remove(photo) }, `Hapus ${photo.name}`))));
  };
  show();
  return h("section", { class: "part", "aria-labelledby": "bagian-foto" },
    h("h3", { id: "bagian-foto" }, "Foto"),
    h("div", { class: "field" }, h("label", { for: "foto" }, "Foto tempat usaha", h("span", { class: "hint" }, ` (boleh dikosongkan, paling banyak ${MOST_PHOTOS})`)), input, told, list));
}
