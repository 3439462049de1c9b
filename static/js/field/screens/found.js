// Usaha baru di lapangan: a business the register does not hold, with as little as an interview needs.

import { h } from "../dom.js";
import { newDraft } from "../drafts.js";
import { missing } from "./missing.js";

const field = (id, label, input, problems, needed) => {
  const problem = h("p", { class: "problem", id: `galat-${id}`, hidden: true });
  problems.set(id, problem);
  return h("div", { class: "field" },
    h("label", { for: id }, label, !needed && h("span", { class: "hint" }, " (boleh dikosongkan)")), problem, input);
};

export async function foundScreen(app, [code, draftId]) {
  const told = await app.store.setting("tasks");
  const wave = told && told.waves.find((one) => one.code === code);
  if (!wave) return missing("Gelombang ini tidak ada dalam daftar Anda.");
  const draft = draftId ? await app.store.get("drafts", draftId) : null;
  if (draftId && !draft) return missing("Draf ini tidak ada lagi.");
  const before = (draft && draft.found) || {};
  const problems = new Map();
  const input = (id, value, extra = {}) =>
    h("input", { id, type: "text", value: value || "", autocomplete: "off", "aria-describedby": `galat-${id}`, ...extra });
  const name = input("nama", before.name, { maxlength: 150 });
  const sector = select("jenis", told.sectors.map(({ code: value, label }) => [value, label]), before.sector);
  const ward = select("kelurahan", told.wards.map(({ code: value, name: label, district }) => [value, `${label} (${district})`]), before.ward);
  const owner = input("pelaku", before.owner_name, { maxlength: 150 });
  const address = input("alamat", before.address, { maxlength: 250 });
  const form = h("form", { novalidate: true },
    field("nama", "Nama usaha", name, problems, true),
    field("jenis", "Jenis usaha", sector, problems, true),
    field("kelurahan", "Kelurahan", ward, problems, true),
    field("pelaku", "Nama pelaku usaha", owner, problems, false),
    field("alamat", "Alamat", address, problems, false),
    h("button", { type: "submit", class: "button wide" }, "Lanjut ke wawancara"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = [["nama", name, "Nama usaha"], ["jenis", sector, "Jenis usaha"], ["kelurahan", ward, "Kelurahan"]];
    const empty = asked.filter(([, one]) => !one.value.trim());
    for (const [id, one, label] of asked) tell(problems.get(id), one, one.value.trim() ? "" : `Belum diisi: ${label}`);
    if (empty.length) return empty[0][1].focus();
    const found = {
      public_id: before.public_id || crypto.randomUUID(),
      name: name.value.trim(), sector: sector.value, ward: ward.value,
      owner_name: owner.value.trim(), address: address.value.trim(),
    };
    const place = told.wards.find((one) => one.code === ward.value).name;
    const saved = draft ? { ...draft, found, title: found.name, place } : newDraft({ wave, found, title: found.name, place });
    saved.saved_at = new Date().toISOString();
    await app.store.put("drafts", saved);
    app.go(`#/draf/${saved.id}`);
  });
  const node = h("div", {},
    h("p", {}, h("a", { href: "#/" }, "Tugas saya")),
    h("h1", { tabindex: -1 }, "Usaha baru di lapangan"),
    h("p", {}, "Untuk usaha yang tidak ada dalam daftar. Sesudah terkirim, usaha ini masuk daftar UMKM sebagai ditemukan di lapangan dan loket melengkapinya."),
    form);
  return { title: "Usaha baru di lapangan", node };
}

function tell(problem, input, text) {
  problem.textContent = text;
  problem.hidden = !text;
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function select(id, options, value) {
  const node = h("select", { id, "aria-describedby": `galat-${id}` }, h("option", { value: "" }, "Pilih…"),
    options.map(([code, label]) => h("option", { value: code }, label)));
  node.value = value || "";
  return node;
}
