// What lies in the telephone is encrypted: AES-256-GCM with a key that scripts may use but not read out.
// docs/adr names what this protects from, and from what not.

const ALGORITHM = "AES-GCM";
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** @returns {Promise<CryptoKey>} a key that can be kept in IndexedDB and never exported */
export function newKey() {
  return crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @typedef {{iv: Uint8Array, data: ArrayBuffer}} Sealed */

/** `place` binds what is sealed to where it is kept: moved elsewhere it no longer opens. */
async function sealBytes(key, place, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: ALGORITHM, iv, additionalData: encoder.encode(place) }, key, bytes);
  return { iv, data };
}

async function openBytes(key, place, { iv, data }) {
  return crypto.subtle.decrypt({ name: ALGORITHM, iv, additionalData: encoder.encode(place) }, key, data);
}

/** @returns {Promise<Sealed>} */
export function seal(key, place, value) {
  return sealBytes(key, place, encoder.encode(JSON.stringify(value)));
}

export async function open(key, place, sealed) {
  return JSON.parse(decoder.decode(await openBytes(key, place, sealed)));
}

/** @returns {Promise<Sealed>} */
export async function sealBlob(key, place, blob) {
  return sealBytes(key, place, await blob.arrayBuffer());
}

export { openBytes };

export async function sha256(/** @type {BufferSource} */ bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64(/** @type {ArrayBuffer|Uint8Array} */ buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

export function fromBase64(/** @type {string} */ text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
