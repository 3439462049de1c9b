// Nobody works with this telephone yet, or whoever did has left.

import { h } from "../dom.js";

export async function welcome(app) {
  const profiles = await app.profiles.all();
  const node = h("div", {},
    h("h1", { tabindex: -1 }, "Perangkat ini belum disiapkan"),
    h("p", {}, "Siapkan satu kali saat ada jaringan. Sesudah itu tugas dan wawancara dapat dibuka dan diisi tanpa jaringan."),
    h("p", {}, h("a", { class: "button", href: "/lapangan/siapkan/" }, "Masuk dan siapkan perangkat")),
    profiles.length > 0 && h("h2", {}, "Sudah disiapkan untuk"),
    h("ul", { class: "rows" }, profiles.map((profile) =>
      h("li", {}, h("button", { type: "button", class: "button quiet", onclick: () => app.switchTo(profile.user) }, profile.name)))));
  return { title: "Siapkan perangkat", node };
}
