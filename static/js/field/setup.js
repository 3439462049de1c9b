// Enrols this telephone, once, while signed in; from then on only its token counts.

import { Profiles, Store } from "./store.js";
import { byId } from "./dom.js";

const form = /** @type {HTMLFormElement} */ (byId("siapkan"));
const NAMES = [[/Android/, "Ponsel Android"], [/iPhone|iPad/, "iPhone"], [/Windows/, "Komputer Windows"], [/Linux/, "Komputer Linux"]];

form.elements.name.value = (NAMES.find(([pattern]) => pattern.test(navigator.userAgent)) || [null, "Ponsel"])[1];
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await enrol(form.elements.name.value.trim());
    location.assign(form.dataset.app);
  } catch (error) {
    byId("hasil").replaceChildren(message(error));
    button.disabled = false;
  }
});

async function enrol(name) {
  const answer = await fetch(form.dataset.enrol, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify({ name }),
    redirect: "manual",
  });
  const told = await answer.json().catch(() => ({}));
  if (answer.status !== 201) throw new Error(told.error || "Perangkat belum dapat disiapkan. Muat ulang halaman ini, lalu coba lagi.");
  const user = String(told.user.id);
  const store = await Store.open(user); // what an earlier token left in the queue stays
  await store.set("device", { token: told.token, device: told.device, name, user: told.user.id });
  await store.set("revoked", "");
  store.close();
  const profiles = await Profiles.open();
  await profiles.add({ user, name: told.user.name, device: name, since: new Date().toISOString() });
  if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
}

function message(error) {
  const box = document.createElement("p");
  box.className = "alert alert-danger";
  box.textContent = error instanceof TypeError ? "Tidak ada jaringan. Perangkat disiapkan satu kali, saat ada jaringan." : error.message;
  return box;
}
