// The queue goes out: one tab at a time, oldest first, and a row leaves it only against a receipt of ours.

import { NoAnswer, Revoked, report, sendInterview, sendPhoto } from "./api.js";
import { tokenOf } from "./tasks.js";

const FIRST_WAIT = 5_000, LONGEST_WAIT = 600_000;
export const OLD = 24 * 3_600_000;

/** Twice as long each time, at most ten minutes, spread so that forty telephones don't come at once. */
export function waitAfter(tries, random = Math.random) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10)) * (0.5 + random());
}

const isDue = (row, now) => row.next_at <= now || row.next_at > now + 2 * LONGEST_WAIT; // a clock set back does not block

/**
 * Sends what is due. `only` sends one row, `force` all of them at once whatever the wait.
 * @returns {Promise<{sent: number, problem: ""|"busy"|"offline"|"revoked"}>}
 */
export async function flush(store, { force = false, only = null } = {}) {
  const name = `lapangan-kirim-${store.user}`;
  return navigator.locks.request(name, force ? {} : { ifAvailable: true }, async (lock) => {
    if (!lock) return { sent: 0, problem: "busy" };
    return sendAll(store, force, only);
  });
}

async function sendAll(store, force, only) {
  const token = await tokenOf(store);
  let sent = 0;
  try {
    for (const row of await due(store, force, only)) {
      sent += await sendOne(store, token, row); // without an answer the others wait too: the line is down
    }
    await sendPhotos(store, token);
    await tellCounts(store, token);
    if (await store.setting("revoked")) await store.set("revoked", "");
    return { sent, problem: "" };
  } catch (error) {
    if (error instanceof Revoked) {
      await store.set("revoked", error.message);
      return { sent, problem: "revoked" };
    }
    if (error instanceof NoAnswer) return { sent, problem: "offline" };
    throw error;
  }
}

async function due(store, force, only) {
  const rows = (await store.all("queue")).sort((a, b) => a.queued_at.localeCompare(b.queued_at));
  if (only) return rows.filter((row) => row.id === only);
  return rows.filter((row) => row.state === "waiting" && (force || isDue(row, Date.now())));
}

async function sendOne(store, token, row) {
  const { body } = await store.get("frozen", row.id);
  let answer;
  try {
    answer = await sendInterview(token, row.id, body);
  } catch (error) {
    if (error instanceof NoAnswer) {
      const next = Date.now() + waitAfter(row.tries);
      await store.update("queue", { ...row, tries: row.tries + 1, next_at: next, state: "waiting", error: "" });
    }
    throw error;
  }
  if (answer.kind !== "stored") {
    await store.update("queue", { ...row, tries: row.tries + 1, state: answer.kind, error: answer.error });
    return 0;
  }
  await store.together([
    ["put", "sent", receiptOf(row, answer)],
    ["delete", "queue", row.id],
  ]);
  return 1;
}

function receiptOf(row, answer) {
  return {
    id: row.id,
    wave: row.wave,
    business: row.business,
    title: row.title,
    place: row.place,
    outcome: row.outcome,
    sent_at: new Date().toISOString(),
    receipt: answer.receipt,
    held: answer.held,
    confirmed: false,
  };
}

/** After their interview; a photo the server won't take stays, and says so in the list. */
async function sendPhotos(store, token) {
  const arrived = new Set((await store.all("sent")).map((row) => row.id));
  for (const photo of await store.all("photos")) {
    if (!arrived.has(photo.interview)) continue;
    const answer = await sendPhoto(token, photo, await store.photoBytes(photo.id));
    if (answer.kind === "stored") await store.remove("photos", photo.id);
  }
}

/** The office compares these counts with its own; and asked even when nothing waits, it tells whether the line is up. */
async function tellCounts(store, token) {
  const queue = await store.all("queue");
  const oldest = queue.map((row) => row.queued_at).sort()[0] || null;
  const told = await report(token, { waiting: queue.length, sent: await store.count("sent"), oldest });
  if (told.server_sent !== (await store.setting("server_sent"))) await store.set("server_sent", told.server_sent);
}
