// A copy of what has not arrived, to be carried to the office by any way: only the office's key opens it.

import { fromBase64, toBase64 } from "./vault.js";

const encoder = new TextEncoder();

/**
 * Queue and drafts, or the queued interview `only`, sealed for the office.
 * @returns {Promise<Blob|null>} null where the office's key is not known yet
 */
export async function backup(store, only = null) {
  const told = await store.setting("tasks");
  const device = await store.setting("device");
  if (!told || !told.backup_key) return null;
  const queue = (await store.all("queue")).filter((row) => !only || row.id === only);
  const items = [];
  for (const row of queue) items.push(toBase64(encoder.encode((await store.get("frozen", row.id)).body)));
  const content = {
    device: device.device,
    user: device.user,
    made_at: new Date().toISOString(),
    items,
    drafts: only ? [] : await store.all("drafts"),
  };
  return sealFor(told.backup_key, content);
}

async function sealFor(spki, content) {
  const office = await crypto.subtle.importKey(
    "spki", fromBase64(spki), { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"],
  );
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, encoder.encode(JSON.stringify(content)));
  const wrapped = await crypto.subtle.encrypt({ name: "RSA-OAEP" }, office, await crypto.subtle.exportKey("raw", key));
  const file = { format: 1, key: toBase64(wrapped), iv: toBase64(iv), data: toBase64(data) };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}
