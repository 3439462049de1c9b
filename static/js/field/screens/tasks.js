// Tugas saya: whom to visit, how far it got, sorted by what is due.

import { formatDate, formatMoment } from "../formats.js";
import { h } from "../dom.js";
import { OUTCOME_LABELS } from "../drafts.js";
import { STATES, matches, workList } from "../tasks.js";

const searches = new Map(); // what was typed stays while the app is open

export async function tasksScreen(app) {
  const list = await workList(app.store);
  const parts = h("div", { id: "daftar-tugas" });
  const search = h("input", {
    type: "search", id: "cari", value: searches.get(app.store.user) || "", autocomplete: "off",
    oninput: () => {
      searches.set(app.store.user, search.value);
      show(list);
    },
  });
  const show = (current) => parts.replaceChildren(...waves(current, search.value));
  show(list);
  const node = h("div", {},
    h("h1", { tabindex: -1 }, "Tugas saya"),
    h("div", { class: "row" },
      h("p", { class: "hint", id: "diperbarui" }, refreshed(list)),
      h("button", { type: "button", class: "button quiet", onclick: () => app.refreshAloud() }, "Perbarui")),
    h("div", { class: "field" }, h("label", { for: "cari" }, "Cari nama usaha atau kelurahan"), search),
    parts, await found(app));
  return { title: "Tugas saya", node };
}

function refreshed(list) {
  return list && list.refreshedAt ? `Diperbarui ${formatMoment(list.refreshedAt)}` : "Daftar belum pernah diambil; hubungkan ke jaringan satu kali.";
}

function waves(list, words) {
  if (!list) return [];
  if (!list.waves.length) return [h("p", { class: "note" }, "Tidak ada gelombang yang sedang menerima wawancara.")];
  return list.waves.map(({ wave, tasks, total, finished }) => {
    const chosen = tasks.filter((task) => matches(task, words));
    return h("section", { "aria-labelledby": `gelombang-${wave.code}` },
      h("h2", { id: `gelombang-${wave.code}` }, wave.title),
      h("p", { class: "count" }, `${finished} dari ${total} selesai`),
      h("ul", { class: "rows" }, chosen.map(taskRow)),
      tasks.length === 0 && h("p", { class: "note" }, "Belum ada usaha yang ditugaskan kepada Anda."),
      tasks.length > 0 && chosen.length === 0 && h("p", { class: "note" }, "Tidak ada yang cocok."),
      h("p", {}, h("a", { class: "button quiet", href: `#/usaha-baru/${wave.code}` }, "Usaha baru di lapangan")));
  });
}

function taskRow(task) {
  const details = [task.ward, task.due_on && `tenggat ${formatDate(task.due_on)}`].filter(Boolean).join(" · ");
  return h("li", {},
    h("a", { class: "row-link", href: `#/wawancara/${task.wave}/${task.business}`, id: `tugas-${task.wave}-${task.business}` },
      h("span", { class: "row-name" }, task.name),
      h("span", { class: "row-detail" }, details),
      task.overdue && h("span", { class: "late" }, "Lewat tenggat"),
      task.status === "visited" && h("span", { class: "row-detail" }, `Kunjungan terakhir: ${OUTCOME_LABELS[task.last_outcome] || ""}`),
      task.status === "returned" && task.returned && h("span", { class: "row-detail" }, `Catatan: ${task.returned.note}`)),
    stateBadge(task.status));
}

export function stateBadge(status) {
  return h("span", { class: `state state-${status}` }, STATES[status] || status);
}

/** Businesses that were found on the way: they are in no list of the server's yet. */
async function found(app) {
  const rows = [];
  for (const [status, name] of [["draft", "drafts"], ["waiting", "queue"], ["sent", "sent"]]) {
    for (const row of await app.store.all(name)) if (!row.business) rows.push({ status, row });
  }
  if (!rows.length) return null;
  return h("section", { "aria-labelledby": "usaha-baru" },
    h("h2", { id: "usaha-baru" }, "Usaha baru di lapangan"),
    h("ul", { class: "rows" }, rows.map(({ status, row }) =>
      h("li", {},
        h("a", { class: "row-link", href: status === "draft" ? `#/draf/${row.id}` : "#/kiriman" },
          h("span", { class: "row-name" }, row.title), h("span", { class: "row-detail" }, row.place)),
        stateBadge(status)))));
}
