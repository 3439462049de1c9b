// One interview from its first tap to its frozen payload.

import { check } from "./check.js";

export const OUTCOMES = [
  ["not_found", "Tidak ditemukan"],
  ["closed", "Tutup"],
  ["refused", "Menolak"],
  ["moved", "Pindah"],
];
export const OUTCOME_LABELS = { done: "Berhasil diwawancarai", reserve_used: "Diganti cadangan", ...Object.fromEntries(OUTCOMES) };

const now = () => new Date().toISOString();

/** A draft that is not stored yet; its id, which the server will know it by, is made here and never changes. */
export function newDraft({ wave, business = null, found = null, title, place, returned = null }) {
  return {
    id: crypto.randomUUID(),
    wave: wave.code,
    version: wave.version,
    business,
    found,
    title,
    place,
    replaces_id: returned ? returned.instance_id : null,
    returned,
    outcome: returned ? "done" : "",
    note: "",
    consented_at: returned ? now() : null,
    started_at: now(),
    elapsed_ms: 0,
    gps: null,
    answers: returned ? { ...returned.answers } : {},
    photos: [],
    saved_at: null,
  };
}

/**
 * The body that is sent, as text, made once; what was answered before a question disappeared is not in it.
 * @returns {string}
 */
export function freeze(draft, definition) {
  const done = draft.outcome === "done";
  return JSON.stringify({
    format: 1,
    instance_id: draft.id,
    replaces_id: draft.replaces_id,
    wave: draft.wave,
    version: draft.version,
    business: draft.business,
    found: draft.found,
    outcome: draft.outcome,
    note: draft.note.trim(),
    visited_at: draft.started_at,
    consented_at: done ? draft.consented_at : null,
    started_at: draft.started_at,
    finished_at: now(),
    duration_seconds: Math.round(draft.elapsed_ms / 1000),
    gps: draft.gps,
    answers: done ? check(definition, draft.answers).values : {},
    photos: done ? draft.photos.map(({ name, sha256, size }) => ({ name, sha256, size })) : [],
  });
}

/** Saves a draft at every change, one write after another; only the newest state is ever waited for. */
export class Saver {
  /** @param {import("./store.js").Store} store */
  constructor(store, draft, onChange, onSaved) {
    this.store = store;
    this.draft = draft;
    this.onChange = onChange;
    this.onSaved = onSaved;
    this.running = null;
    this.again = false;
    this.stored = draft.saved_at !== null;
    this.ended = false;
  }

  /** @returns {Promise<void>} done when the state at the time of the call is on the disk */
  save() {
    if (this.ended) return Promise.resolve();
    this.onChange();
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this._write().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async _write() {
    do {
      this.again = false;
      this.draft.saved_at = now();
      const copy = JSON.parse(JSON.stringify(this.draft));
      if (this.stored) await this.store.update("drafts", copy);
      else await this.store.put("drafts", copy);
      this.stored = true;
    } while (this.again && !this.ended);
    this.onSaved(this.draft.saved_at);
  }

  /** Nothing is written any more; what was being written is finished first. */
  async end() {
    this.ended = true;
    if (this.running) await this.running.catch(() => {});
  }
}

/** Freezes the draft into the queue: from here on its bytes never change. All in one transaction. */
export async function finish(store, draft, definition) {
  const body = freeze(draft, definition);
  const waiting = {
    id: draft.id,
    wave: draft.wave,
    business: draft.business,
    found: Boolean(draft.found),
    title: draft.title,
    place: draft.place,
    outcome: draft.outcome,
    queued_at: now(),
    tries: 0,
    next_at: 0,
    state: "waiting",
    error: "",
    saved_out: false,
  };
  await store.together([
    ["add", "frozen", { id: draft.id, body }],
    ["put", "queue", waiting],
    ["delete", "drafts", draft.id],
  ]);
  return waiting;
}

/** A draft given up, with its photos. */
export async function discard(store, draft) {
  await store.together([
    ...draft.photos.map((photo) => ["delete", "photos", photo.id]),
    ["delete", "drafts", draft.id],
  ]);
}
