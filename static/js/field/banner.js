// What the enumerator must know whatever screen is open.

import { h } from "./dom.js";
import { OLD } from "./sender.js";

/** @returns {Promise<HTMLElement[]>} */
export async function bannerLines(app) {
  const queue = await app.store.all("queue");
  const revoked = await app.store.setting("revoked");
  const stuck = queue.filter((row) => row.state !== "waiting").length;
  const old = queue.filter((row) => Date.now() - Date.parse(row.queued_at) > OLD).length;
  const lines = [];
  if (revoked) {
    lines.push(["band-wrong", `Perangkat ini tidak lagi diterima server: ${revoked} Antrean tetap tersimpan di ponsel ini. Hubungi pengawas, lalu `,
      h("a", { href: "/lapangan/siapkan/" }, "siapkan ulang perangkat"), "."]);
  }
  if (app.offline) lines.push(["band-warn", queue.length ? `Luring — akan dikirim nanti. Menunggu dikirim: ${queue.length}.` : "Luring — akan dikirim nanti."]);
  if (old) lines.push(["band-wrong", `${old} kiriman menunggu lebih dari 24 jam. Cari jaringan lalu tekan Kirim sekarang pada `, h("a", { href: "#/kiriman" }, "Kiriman"), ", atau buat cadangan."]);
  if (stuck) lines.push(["band-wrong", `${stuck} kiriman tidak diterima server. Lihat `, h("a", { href: "#/kiriman" }, "Kiriman"), "."]);
  if (app.fresh) lines.push(["band-info", "Versi baru aplikasi sudah siap. ", h("a", { href: "/lapangan/" }, "Muat ulang"), " sesudah formulir ini selesai."]);
  return lines.map(([kind, ...words]) => h("p", { class: `band ${kind}` }, words));
}
