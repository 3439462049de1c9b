// Kiriman: what waits, what became of it, and its receipt.

import { backup } from "../backup.js";
import { h, saveFile } from "../dom.js";
import { OUTCOME_LABELS } from "../drafts.js";
import { dayOf, formatMoment } from "../formats.js";

const STATES = {
  waiting: "Menunggu dikirim",
  conflict: "Bentrok: server sudah menerima kiriman lain dengan nomor yang sama. Simpan cadangannya dan hubungi pengawas.",
  refused: "Ditolak server. Simpan cadangannya dan hubungi pengawas.",
};

export async function queueScreen(app) {
  const queue = (await app.store.all("queue")).sort((a, b) => a.queued_at.localeCompare(b.queued_at));
  const sent = (await app.store.all("sent")).sort((a, b) => b.sent_at.localeCompare(a.sent_at));
  const drafts = await app.store.count("drafts");
  const photos = await app.store.all("photos");
  const there = await app.store.setting("server_sent");
  const node = h("div", {},
    h("h1", { tabindex: -1 }, "Kiriman"),
    h("div", { class: "stack" },
      h("button", { type: "button", class: "button", id: "kirim-sekarang", onclick: () => app.flush({ force: true }) }, "Kirim sekarang"),
      h("button", { type: "button", class: "button quiet", id: "cadangkan", onclick: () => saveBackup(app) }, "Cadangkan")),
    h("p", { class: "hint" }, "Cadangkan membuat berkas terkunci dari antrean dan draf yang hanya dapat dibuka di kantor."),
    h("section", { "aria-labelledby": "menunggu" },
      h("h2", { id: "menunggu" }, `Menunggu dikirim: ${queue.length}`),
      queue.length ? h("ul", { class: "rows" }, queue.map((row) => waitingRow(app, row))) : h("p", {}, "Tidak ada yang menunggu."),
      drafts > 0 && h("p", {}, `Draf yang belum selesai: ${drafts}.`),
      photos.length > 0 && h("p", {}, `Foto yang belum terkirim: ${photos.length}.`),
      h("ul", { class: "plain-list" }, photos.filter((photo) => sent.some((row) => row.id === photo.interview)).map((photo) => photoRow(app, photo, sent)))),
    h("section", { "aria-labelledby": "terkirim" },
      h("h2", { id: "terkirim" }, `Terkirim: ${sent.length}`),
      there !== null && h("p", { class: "hint" }, `Menurut server, perangkat ini telah mengirim ${there}.`),
      h("ul", { class: "rows" }, sent.map(sentRow))));
  return { title: "Kiriman", node };
}

function waitingRow(app, row) {
  const again = h("button", { type: "button", class: "button quiet", onclick: () => app.flush({ force: true, only: row.id }) },
    "Kirim", h("span", { class: "visually-hidden" }, ` ${row.title}`));
  const save = h("button", { type: "button", class: "button quiet", onclick: () => saveBackup(app, row) },
    "Cadangkan", h("span", { class: "visually-hidden" }, ` ${row.title}`));
  return h("li", { class: "row-block" },
    h("span", { class: "row-name" }, row.title),
    h("span", { class: "row-detail" }, `${row.place} · ${OUTCOME_LABELS[row.outcome]} · selesai ${formatMoment(row.queued_at)}`),
    h("span", { class: row.state === "waiting" ? "row-detail" : "late" }, [STATES[row.state], row.error].filter(Boolean).join(" ")),
    row.tries > 0 && h("span", { class: "row-detail" }, `Sudah dicoba ${row.tries} kali.`),
    h("div", { class: "buttons" }, again, save, row.state !== "waiting" && row.saved_out && removeButton(app, row)));
}

/** Only what the server refuses, and only once a copy has left the telephone. */
function removeButton(app, row) {
  return h("button", {
    type: "button", class: "plain danger",
    onclick: async () => {
      await app.store.together([["delete", "queue", row.id], ["delete", "frozen", row.id]]);
      app.say(`${row.title} dihapus dari ponsel ini. Serahkan berkas cadangannya ke kantor.`);
      await app.show();
    },
  }, "Hapus dari ponsel", h("span", { class: "visually-hidden" }, ` ${row.title}`));
}

/** Of an interview that arrived: a photo the server won't take must not hold the telephone for ever. */
function photoRow(app, photo, sent) {
  const { title } = sent.find((row) => row.id === photo.interview);
  return h("li", {}, h("button", {
    type: "button", class: "plain danger",
    onclick: async () => {
      await app.store.remove("photos", photo.id);
      await app.show();
    },
  }, `Hapus ${photo.name} dari ${title}`));
}

function sentRow(row) {
  return h("li", { class: "row-block" },
    h("span", { class: "row-name" }, row.title),
    h("span", { class: "row-detail" }, `${row.place} · ${OUTCOME_LABELS[row.outcome]}`),
    h("span", { class: "receipt" }, `Terkirim ${formatMoment(row.sent_at)}, tanda terima ${row.receipt}`),
    row.held && h("span", { class: "late" }, `Ditahan kantor untuk diperiksa: ${row.held}`));
}

async function saveBackup(app, row = null) {
  const file = await backup(app.store, row && row.id);
  if (!file) return app.failed("Kunci kantor belum diterima. Perbarui Tugas saya satu kali saat ada jaringan.");
  saveFile(`cadangan-lapangan-${dayOf(new Date())}.json`, file);
  if (row) await app.store.update("queue", { ...row, saved_out: true });
  app.say("Berkas cadangan dibuat. Serahkan kepada pengawas; hanya kantor yang dapat membukanya.");
  await app.show();
}
