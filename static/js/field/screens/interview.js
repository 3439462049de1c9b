// The interview: consent first, then the questions; or another outcome with a note. Saved at every change.

import { announce, h } from "../dom.js";
import { OUTCOME_LABELS, OUTCOMES, Saver, discard, finish, newDraft } from "../drafts.js";
import { formatDate, formatMoment, formatTime, dayOf } from "../formats.js";
import { STATES, workList } from "../tasks.js";
import { Stopwatch } from "../clock.js";
import { followPosition } from "../gps.js";
import { answersForm } from "./answers.js";
import { missing } from "./missing.js";

const CLOSED = new Set(["waiting", "sent", "corrected", "passed", "accepted"]);

/** #/wawancara/<wave>/<business> */
export async function taskInterview(app, [code, business]) {
  const list = await workList(app.store);
  const part = list && list.waves.find(({ wave }) => wave.code === code);
  const task = part && part.tasks.find((one) => one.business === business);
  if (!task) return missing("Usaha ini tidak ada dalam tugas Anda.");
  if (task.status === "withdrawn") return missing("Tugas ini ditarik pengawas; usaha ini tidak perlu Anda datangi.");
  if (CLOSED.has(task.status)) return alreadyDone(app, task);
  const draft = task.status === "draft"
    ? task.local
    : newDraft({ wave: part.wave, business, title: task.name, place: task.ward, returned: task.status === "returned" ? task.returned : null });
  return interview(app, draft, part.wave, task);
}

/** #/draf/<id>: of a business found in the field. */
export async function draftInterview(app, [id]) {
  const draft = await app.store.get("drafts", id);
  if (!draft) return missing("Draf ini tidak ada lagi.");
  const told = await app.store.setting("tasks");
  const wave = told && told.waves.find((one) => one.code === draft.wave);
  return wave ? interview(app, draft, wave, null) : missing("Gelombang draf ini sudah ditutup.");
}

function alreadyDone(app, task) {
  const receipt = (task.local && task.local.receipt) || task.receipt;
  const at = task.local && (task.local.sent_at || task.local.queued_at);
  const when = at ? ` pada ${formatDate(dayOf(at))} pukul ${formatTime(at)}` : "";
  return missing(`Sudah diwawancarai${when} oleh ${app.profile.name}`, [
    h("p", {}, `${task.name}, ${task.ward}. Status: ${STATES[task.status]}.`, receipt && ` Tanda terima ${receipt}.`),
    h("p", {}, "Satu usaha diwawancarai satu kali dalam satu gelombang."),
    h("p", {}, task.status === "waiting"
      ? h("a", { href: "#/kiriman" }, "Lihat antrean kiriman")
      : h("a", { href: `/survei/umkm/${task.business}/` }, "Lihat wawancara ini di register (perlu jaringan)")),
  ]);
}

/** Only one tab may write to a draft; the others are told. */
async function holdAlone(name) {
  let letGo;
  const until = new Promise((resolve) => (letGo = resolve));
  const got = await new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? until : null;
    });
  });
  return got ? letGo : null;
}

async function interview(app, draft, wave, task) {
  const letGo = await holdAlone(`lapangan-formulir-${app.store.user}-${draft.wave}-${draft.business || draft.id}`);
  if (!letGo) return missing("Formulir ini sedang terbuka di tab lain.");
  draft.version = wave.version; // a newer questionnaire asks its new questions of a draft too
  const saved = h("p", { class: "saved", role: "status", "aria-busy": "false" }, draft.saved_at ? `Draf tersimpan ${formatTime(draft.saved_at)}` : "");
  const where = h("p", { class: "hint" });
  const saver = new Saver(app.store, draft, () => saved.setAttribute("aria-busy", "true"), (at) => {
    const text = `Draf tersimpan ${formatTime(at)}`; // said once a minute, not at every tap
    if (saved.textContent !== text) saved.textContent = text;
    saved.setAttribute("aria-busy", "false");
  });
  const watch = new Stopwatch(draft);
  const change = () => {
    watch.note();
    return saver.save().catch(() => app.failed("Draf tidak dapat disimpan: penyimpanan ponsel penuh atau ditolak."));
  };
  const stopGps = followPosition(draft, () => saver.stored && change(), (text) => (where.textContent = text));
  const body = h("div", {});
  const form = { app, draft, wave, task, change, saver, watch, render };
  function render(focus = true) {
    body.replaceChildren(...steps(form));
    if (focus) {
      body.querySelector("h2").focus();
      window.scrollTo(0, 0);
    }
  }
  render(false);
  const node = h("div", {},
    h("p", {}, h("a", { href: "#/" }, "Tugas saya")),
    h("h1", { tabindex: -1 }, draft.title),
    h("p", { class: "hint" }, [draft.place, task && task.address].filter(Boolean).join(" · ")),
    returnNote(draft), h("div", { class: "row start" }, saved, where), body);
  return {
    title: draft.title,
    node,
    async leave() {
      stopGps();
      watch.stop();
      if (saver.stored && !saver.ended) await saver.save().catch(() => {});
      await saver.end();
      letGo();
    },
  };
}

function returnNote({ returned }) {
  if (!returned) return null;
  return h("div", { class: "note note-warn", id: "catatan-pengembalian" },
    h("p", {}, h("strong", {}, "Dikembalikan untuk diperbaiki: "), returned.note),
    Object.keys(returned.reasons || {}).length > 0 && h("p", {}, "Alasan tertulis pada pertanyaannya. Jawaban lama sudah terisi; periksa semuanya sebelum Selesai."));
}

function steps(form) {
  if (form.draft.outcome === "") return consent(form);
  return form.draft.outcome === "done" ? questions(form) : otherOutcome(form);
}

function choose(form, outcome) {
  form.draft.outcome = outcome;
  if (outcome === "done" && !form.draft.consented_at) form.draft.consented_at = new Date().toISOString();
  form.change();
  form.render();
}

function consent(form) {
  const button = (outcome, label, kind) =>
    h("button", { type: "button", class: `button ${kind}`, onclick: () => choose(form, outcome) }, label);
  return [
    h("h2", { tabindex: -1 }, "Persetujuan"),
    h("p", {}, "Bacakan kepada pelaku usaha:"),
    h("blockquote", {}, form.wave.definition.consent),
    h("div", { class: "stack" }, button("done", "Bersedia, mulai wawancara", "wide"), button("refused", "Menolak", "wide quiet")),
    h("h3", {}, "Tidak bertemu pelaku usaha?"),
    h("div", { class: "answers" }, OUTCOMES.filter(([code]) => code !== "refused").map(([code, label]) => button(code, label, "quiet"))),
    form.draft.found && h("p", {}, h("a", { href: `#/usaha-baru/${form.draft.wave}/${form.draft.id}` }, "Ubah data usaha baru ini")),
    form.saver.stored && discardButton(form),
  ];
}

function questions(form) {
  const view = answersForm(form, () => complete(form));
  return [
    h("h2", { tabindex: -1 }, "Pertanyaan"),
    h("p", {}, "Setiap pertanyaan perlu dijawab. Bila pelaku usaha tidak mau atau tidak dapat menjawab, tekan ", h("strong", {}, "Tidak menjawab"), "."),
    ...view,
    backButton(form), discardButton(form),
  ];
}

function otherOutcome(form) {
  const note = h("textarea", {
    id: "catatan-kunjungan", rows: 3, maxlength: 1000, value: form.draft.note,
    oninput: () => {
      form.draft.note = note.value;
      form.change();
    },
  });
  return [
    h("h2", { tabindex: -1 }, `Hasil kunjungan: ${OUTCOME_LABELS[form.draft.outcome]}`),
    h("div", { class: "field" }, h("label", { for: "catatan-kunjungan" }, "Catatan", h("span", { class: "hint" }, " (misalnya kapan dapat dikunjungi lagi)")), note),
    h("button", { type: "button", class: "button wide", onclick: () => complete(form) }, "Selesai"),
    backButton(form), discardButton(form),
  ];
}

function backButton(form) {
  return h("p", {}, h("button", { type: "button", class: "plain", onclick: () => choose(form, "") }, "Ubah hasil kunjungan"));
}

/** Two presses: the first asks. */
function discardButton(form) {
  const button = h("button", { type: "button", class: "plain danger" }, "Hapus draf ini");
  let asked = false;
  button.addEventListener("click", async () => {
    if (!asked) {
      asked = true;
      button.textContent = "Tekan sekali lagi untuk menghapus draf ini";
      announce(button.textContent);
      return;
    }
    await form.saver.end();
    await discard(form.app.store, form.draft);
    form.app.say(`Draf ${form.draft.title} dihapus.`);
    form.app.go("#/");
  });
  return h("p", {}, button);
}

async function complete(form) {
  const { app, draft } = form;
  if (form.finishing) return;
  form.finishing = true;
  try {
    form.watch.stop();
    await form.saver.end();
    const row = await finish(app.store, draft, form.wave.definition);
    app.say(`${row.title}: selesai pada ${formatMoment(row.queued_at)} dan masuk antrean kiriman.`);
    app.go("#/");
    app.flush();
  } catch (error) {
    form.finishing = false;
    form.saver.ended = false;
    app.failed("Belum dapat disimpan: penyimpanan ponsel penuh atau ditolak.");
    throw error;
  }
}
