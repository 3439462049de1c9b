// What is shown where there is nothing to show.

import { h } from "../dom.js";

export function missing(why = "Halaman ini tidak ada.", links = []) {
  const node = h("div", {},
    h("h1", { tabindex: -1 }, why),
    links,
    h("p", {}, h("a", { class: "button", href: "#/" }, "Kembali ke Tugas saya")));
  return { title: why, node };
}
