// Perangkat: who works here, whether the browser promises to keep the data, and how to leave.

import { h } from "../dom.js";
import { formatMoment } from "../formats.js";

export async function deviceScreen(app) {
  const [device, refreshed, kept] = await Promise.all([
    app.store.setting("device"), app.store.setting("refreshed_at"), persistence(),
  ]);
  const others = (await app.profiles.all()).filter((profile) => profile.user !== app.profile.user);
  const facts = [
    ["Pengguna", app.profile.name],
    ["Nama perangkat", device ? device.name : "–"],
    ["Tugas diperbarui", refreshed ? formatMoment(refreshed) : "belum pernah"],
    ["Penyimpanan", kept],
  ];
  const node = h("div", {},
    h("h1", { tabindex: -1 }, "Perangkat"),
    h("dl", {}, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    installHint(app),
    h("section", { "aria-labelledby": "pengguna-lain" },
      h("h2", { id: "pengguna-lain" }, "Pengguna di ponsel ini"),
      h("ul", { class: "rows" }, others.map((profile) =>
        h("li", {}, h("span", { class: "row-name" }, profile.name),
          h("button", { type: "button", class: "button quiet", onclick: () => app.switchTo(profile.user) }, "Ganti", h("span", { class: "visually-hidden" }, ` ke ${profile.name}`))))),
      h("p", {}, h("a", { href: "/lapangan/siapkan/" }, "Siapkan untuk pengguna lain"))),
    h("section", { "aria-labelledby": "lepas" },
      h("h2", { id: "lepas" }, "Lepas perangkat"),
      h("p", {}, "Menghapus tugas, tanda terima, dan kunci Anda dari ponsel ini. Hanya dapat dilakukan bila semuanya sudah terkirim."),
      h("button", { type: "button", class: "button danger", onclick: () => leave(app) }, "Lepas perangkat")));
  return { title: "Perangkat", node };
}

async function persistence() {
  if (!navigator.storage || !navigator.storage.persisted) return "Peramban ini tidak dapat menjamin penyimpanan.";
  const kept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  return kept
    ? "Dijamin peramban: tidak dihapus saat ruang menipis."
    : "Belum dijamin peramban. Pasang aplikasi ini di layar utama, kirim setiap hari, dan jangan menghapus data situs.";
}

function installHint(app) {
  if (window.matchMedia("(display-mode: standalone)").matches) return null;
  const button = app.installPrompt && h("button", { type: "button", class: "button", onclick: () => app.installPrompt.prompt().catch(() => {}) }, "Pasang aplikasi");
  return h("div", { class: "note" },
    h("p", {}, "Pasang di layar utama agar mudah dibuka dan lebih aman tersimpan: buka menu peramban, lalu ",
      h("strong", {}, "Instal aplikasi"), " atau ", h("strong", {}, "Tambahkan ke layar utama"), "."), button);
}

async function leave(app) {
  const left = [
    [await app.store.count("queue"), "kiriman yang belum terkirim", "tekan Kirim sekarang pada Kiriman saat ada jaringan, atau Cadangkan lalu hubungi pengawas"],
    [await app.store.count("drafts"), "draf", "selesaikan atau hapus drafnya"],
    [await app.store.count("photos"), "foto yang belum terkirim", "tunggu sampai fotonya terkirim"],
  ].filter(([count]) => count > 0);
  if (left.length) {
    app.failed(`Perangkat belum dapat dilepas. ${left.map(([count, what, todo]) => `Masih ada ${count} ${what}: ${todo}.`).join(" ")}`);
    return;
  }
  await app.leaveDevice();
}
