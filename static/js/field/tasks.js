// Today's work: the list as the server told it last, with what this telephone knows better.

import { fetchTasks } from "./api.js";
import { dayOf } from "./formats.js";

export const STATES = {
  open: "Belum",
  draft: "Draf",
  waiting: "Menunggu dikirim",
  visited: "Dikunjungi",
  sent: "Terkirim",
  returned: "Dikembalikan",
  corrected: "Terkirim",
  passed: "Lolos pemeriksaan",
  accepted: "Diterima",
  withdrawn: "Ditarik",
};
const FINISHED = new Set(["waiting", "sent", "corrected", "passed", "accepted"]);
const FINAL_VISITS = new Set(["refused", "moved", "reserve_used"]);

/** Asks the server and keeps what it says; what it shows as arrived need not be kept here any longer. */
export async function refresh(store) {
  const asked = new Date().toISOString(); // what is sent from now on may not be in the answer
  const told = await fetchTasks(await tokenOf(store));
  keepBegun(told, await store.setting("tasks"), await store.all("drafts"));
  await store.set("tasks", told);
  await store.set("refreshed_at", asked);
  await letGo(store, told);
  return told;
}

/** What was begun can be finished, also when its wave was closed or its task given to another: the office decides. */
function keepBegun(told, before, drafts) {
  for (const draft of drafts) {
    const known = (list) => (list ? list.waves : []).find((wave) => wave.code === draft.wave);
    const wave = known(told) || known(before);
    if (!wave) continue;
    if (!known(told)) told.waves.push(wave);
    const isListed = told.tasks.some((task) => task.wave === draft.wave && task.business === draft.business);
    if (!draft.business || isListed) continue;
    told.tasks.push({ wave: draft.wave, business: draft.business, name: draft.title, ward: draft.place, state: "open", due_on: null });
  }
}

export async function tokenOf(store) {
  const device = await store.setting("device");
  return device ? device.token : "";
}

/** The copy of what was sent goes once the server's own list shows it; its receipt stays. */
async function letGo(store, told) {
  const arrived = new Set(told.tasks.map((task) => task.receipt).filter(Boolean));
  for (const sent of await store.all("sent")) {
    if (!sent.confirmed && sent.receipt && arrived.has(sent.receipt)) {
      await store.together([
        ["put", "sent", { ...sent, confirmed: true }],
        ["delete", "frozen", sent.id],
      ]);
    }
  }
}

const keyOf = (wave, business) => `${wave}/${business}`;

/** What the newest local row of each business says: a draft before the queue before what was sent. */
async function localRows(store) {
  const rows = new Map();
  const [sent, queue, drafts] = await Promise.all([store.all("sent"), store.all("queue"), store.all("drafts")]);
  sent.sort((a, b) => a.sent_at.localeCompare(b.sent_at));
  for (const [state, list] of [["sent", sent], ["waiting", queue], ["draft", drafts]]) {
    for (const row of list) if (row.business) rows.set(keyOf(row.wave, row.business), { state, row });
  }
  return rows;
}

function merged(task, local, refreshedAt) {
  if (!local) return { ...task, status: task.state };
  if (local.state !== "sent") return { ...task, status: local.state, local: local.row };
  const newer = !refreshedAt || local.row.sent_at > refreshedAt;
  const unseen = newer || (task.state === "open" && local.row.outcome === "done");
  if (!unseen) return { ...task, status: task.state, local: local.row };
  return { ...task, status: local.row.outcome === "done" ? "sent" : "visited", last_outcome: local.row.outcome, local: local.row };
}

export function isFinished(task) {
  return FINISHED.has(task.status) || (task.status === "visited" && FINAL_VISITS.has(task.last_outcome));
}

/**
 * The tasks of every wave, sorted by due date, kelurahan and name.
 * @returns {Promise<null | {refreshedAt: string, waves: {wave: object, tasks: object[], total: number, finished: number}[], told: object}>}
 */
export async function workList(store, today = dayOf(new Date())) {
  const told = await store.setting("tasks");
  if (!told) return null;
  const refreshedAt = await store.setting("refreshed_at");
  const local = await localRows(store);
  const waves = told.waves.map((wave) => {
    const tasks = told.tasks
      .filter((task) => task.wave === wave.code)
      .map((task) => merged(task, local.get(keyOf(wave.code, task.business)), refreshedAt))
      .map((task) => ({ ...task, overdue: Boolean(task.due_on) && task.due_on < today && !isFinished(task) && task.status !== "withdrawn" }));
    tasks.sort((a, b) => order(a).localeCompare(order(b), "id"));
    const total = tasks.filter((task) => task.status !== "withdrawn").length; // taken back: told, not counted
    return { wave, tasks, total, finished: tasks.filter(isFinished).length };
  });
  return { refreshedAt, waves, told };
}

const order = (task) => `${task.due_on || "9999"} ${task.ward} ${task.name}`;

export function matches(task, words) {
  const text = `${task.name} ${task.ward} ${task.address || ""}`.toLocaleLowerCase("id");
  return words.toLocaleLowerCase("id").split(/\s+/).every((word) => text.includes(word));
}
