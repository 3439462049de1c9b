// The application: who works here, which screen shows, and when the queue goes out.

import { NoAnswer, Revoked } from "./api.js";
import { bannerLines } from "./banner.js";
import { announce, byId, h } from "./dom.js";
import { flush } from "./sender.js";
import { Profiles, Store } from "./store.js";
import { refresh } from "./tasks.js";
import { deviceScreen } from "./screens/device.js";
import { foundScreen } from "./screens/found.js";
import { draftInterview, taskInterview } from "./screens/interview.js";
import { missing } from "./screens/missing.js";
import { queueScreen } from "./screens/queue.js";
import { tasksScreen } from "./screens/tasks.js";
import { welcome } from "./screens/welcome.js";

const EVERY = 60_000, SOONEST = 2_000, STALE = 300_000;
/** `live`: shown anew when something was sent or came in; a form never is. */
const ROUTES = [
  { pattern: /^#?\/?$/, screen: tasksScreen, live: true },
  { pattern: /^#\/wawancara\/([^/]+)\/([^/]+)$/, screen: taskInterview },
  { pattern: /^#\/draf\/([^/]+)$/, screen: draftInterview },
  { pattern: /^#\/usaha-baru\/([^/]+)(?:\/([^/]+))?$/, screen: foundScreen },
  { pattern: /^#\/kiriman$/, screen: queueScreen, live: true },
  { pattern: /^#\/perangkat$/, screen: deviceScreen, live: true },
];

class App {
  constructor() {
    this.offline = !navigator.onLine;
    this.fresh = false; // a newer release waits for a reload
    this.installPrompt = null;
    this.store = null;
    this.profile = null;
    this.screen = null;
    this.turn = 0;
    this.flash = null;
    this.timer = 0;
    this.channel = new BroadcastChannel("lapangan");
  }

  async start() {
    this.profiles = await Profiles.open();
    await this.enter(await this.profiles.current());
    window.addEventListener("hashchange", () => this.show());
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.setOffline(true));
    document.addEventListener("visibilitychange", () => !document.hidden && this.wake(STALE));
    window.addEventListener("beforeinstallprompt", (event) => {
      this.installPrompt = event;
      this.showAgain();
    });
    this.channel.onmessage = () => this.showAgain();
    setInterval(() => this.flush(), EVERY);
    byId("lompat").addEventListener("click", (event) => {
      event.preventDefault(); // the address after # names a screen
      byId("isi").focus();
    });
    await this.show();
    await this.wake();
  }

  async enter(user) {
    const profile = (await this.profiles.all()).find((one) => one.user === user) || null;
    if (this.store) this.store.close();
    this.store = profile ? await Store.open(profile.user) : null;
    this.profile = profile;
    byId("menu").hidden = !profile;
    byId("pengguna").textContent = profile ? profile.name : "";
  }

  async switchTo(user) {
    await this.profiles.choose(user);
    await this.enter(user);
    this.go("#/");
    await this.wake();
  }

  async leaveDevice() {
    const { user, name } = this.profile;
    this.store.close();
    this.store = null;
    await this.profiles.forget(user);
    await this.enter(null);
    this.say(`Perangkat dilepas; data ${name} sudah dihapus dari ponsel ini.`);
    this.go("#/");
  }

  go(hash) {
    if (location.hash === hash || (hash === "#/" && location.hash === "")) this.show();
    else location.hash = hash;
  }

  /** The screen of the address; the focus goes to its heading. */
  async show() {
    const turn = ++this.turn;
    const route = ROUTES.find(({ pattern }) => pattern.test(location.hash));
    const before = this.screen;
    this.screen = null;
    if (before && before.leave) await before.leave();
    const made = await this.make(route);
    if (turn !== this.turn) return made.leave && made.leave();
    this.screen = { ...made, live: Boolean(route && route.live) };
    this.draw();
    const heading = byId("isi").querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    await this.showBanner();
  }

  make(route) {
    if (!this.store) return welcome(this);
    return route ? route.screen(this, route.pattern.exec(location.hash).slice(1)) : missing();
  }

  draw() {
    document.title = `${this.screen.title} – Aplikasi lapangan`;
    for (const link of byId("menu").querySelectorAll("a")) {
      if (link.hash === (location.hash || "#/")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const flash = this.flash && h("p", { class: `note ${this.flash.kind}`, role: this.flash.role }, this.flash.text);
    this.flash = null;
    byId("isi").replaceChildren(...(flash ? [flash] : []), this.screen.node);
  }

  /** The same screen with what is new; focus and place on the page stay. */
  async showAgain() {
    await this.showBanner();
    if (!this.screen || !this.screen.live) return;
    const turn = ++this.turn;
    const route = ROUTES.find(({ pattern }) => pattern.test(location.hash));
    const made = await this.make(route);
    if (turn !== this.turn) return;
    const focused = document.activeElement && document.activeElement.id;
    const note = byId("isi").querySelector(":scope > .note");
    this.screen = { ...made, live: true };
    this.draw();
    if (note) byId("isi").prepend(note);
    const again = focused && byId(focused);
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  }

  say(text) {
    this.flash = { text, kind: "note-good", role: "status" };
    announce(text);
  }

  failed(text) {
    byId("isi").querySelectorAll(":scope > .note").forEach((note) => note.remove());
    byId("isi").prepend(h("p", { class: "note note-wrong", role: "alert" }, text));
    window.scrollTo(0, 0);
  }

  setOffline(offline) {
    this.offline = offline;
    return this.showBanner();
  }

  /** Back at work: what waits goes out, and the list is asked for if it is older than `age`. */
  async wake(age = 0) {
    if (!this.store) return;
    await this.flush();
    if (!this.store) return;
    const last = await this.store.setting("refreshed_at");
    if (!last || Date.now() - Date.parse(last) > age) await this.refresh();
  }

  async refresh() {
    await this.answered(async () => {
      await refresh(this.store);
      this.offline = false;
    });
    await this.showAgain();
  }

  /** Asked for by a button: then it is said how it went. */
  async refreshAloud() {
    announce("");
    await this.refresh();
    announce(this.offline ? "Belum diperbarui: tidak ada jaringan." : "Daftar tugas diperbarui.");
  }

  async flush(options = {}) {
    if (!this.store) return;
    const { store } = this;
    const { sent, problem } = await flush(store, options);
    if (store !== this.store) return;
    if (problem !== "busy") this.offline = problem === "offline";
    if (options.force) announce(problem === "offline" ? "Belum terkirim: tidak ada jaringan." : `Terkirim: ${sent}.`);
    if (sent) {
      this.channel.postMessage("sent");
      await this.refresh();
    } else await this.showAgain();
    await this.plan();
  }

  /** Once more when the first of those that wait is due. */
  async plan() {
    clearTimeout(this.timer);
    if (!this.store) return;
    const waiting = (await this.store.all("queue")).filter((row) => row.state === "waiting");
    if (!waiting.length) return;
    const next = Math.min(...waiting.map((row) => row.next_at)) - Date.now();
    this.timer = setTimeout(() => this.flush(), Math.min(EVERY, Math.max(SOONEST, next)));
  }

  async answered(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof Revoked) await this.store.set("revoked", error.message);
      else if (error instanceof NoAnswer) this.offline = true;
      else throw error;
    }
  }

  async showBanner() {
    if (!this.store) return byId("pita").replaceChildren();
    const waiting = await this.store.count("queue");
    byId("jumlah-kiriman").textContent = waiting ? `(${waiting})` : "";
    const lines = await bannerLines(this);
    const place = byId("pita");
    if (place.textContent !== lines.map((line) => line.textContent).join("")) place.replaceChildren(...lines);
  }
}

const app = new App();

async function registerWorker() {
  if (!navigator.serviceWorker) return;
  let had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    app.fresh = had; // the very first worker is no news
    had = true;
    app.showBanner();
  });
  await navigator.serviceWorker.register("/lapangan/sw.js", { scope: "/lapangan/" }).catch(() => {}); // offline: the old one stays
}

registerWorker();
app.start();
