/* The service worker of the application for the field. The server writes RELEASE above this text (surveys/phone/release.py);
   so every release is another script, and the browser installs it beside the old one, as a whole or not at all. */
"use strict";

const PREFIX = "lapangan-";
const CACHE = PREFIX + RELEASE.version;

/* A file must have the content its release was made of; a page says of which release it is. */
async function fetchFile([address, integrity]) {
  const answer = await fetch(address, { integrity, cache: "no-cache", credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return [address, answer];
}

async function fetchPage(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit", redirect: "error" });
  if (!answer.ok || answer.headers.get("X-Field-Release") !== RELEASE.version) throw new Error(address);
  return [address, answer];
}

async function install() {
  const answers = await Promise.all([
    ...Object.entries(RELEASE.files).map(fetchFile),
    ...RELEASE.pages.map(fetchPage),
  ]);
  const cache = await caches.open(CACHE);
  await Promise.all(answers.map(([address, answer]) => cache.put(address, answer)));
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function cached(address) {
  const cache = await caches.open(CACHE);
  return cache.match(address);
}

/* The app opens from the cache at once; other pages come from the network, and without it there is an answer too. */
async function openPage(request, path) {
  if (path === RELEASE.shell) return (await cached(RELEASE.shell)) || fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await cached(RELEASE.offline)) || Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request, pathname));
  else if (pathname in RELEASE.files || RELEASE.pages.includes(pathname)) event.respondWith(cached(pathname).then((answer) => answer || fetch(request)));
});
