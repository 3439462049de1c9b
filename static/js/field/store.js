// Where everything is kept: one database a user, so that two enumerators can share a telephone, and one that knows them.
// Every write asks for `strict` durability: what is reported as saved is on the disk, not in a cache of the system.

import { deleteDB, openDB } from "../../vendor/idb/index.js";
import { newKey, open, openBytes, seal, sealBlob } from "./vault.js";

const STRICT = { durability: "strict" };

/** Append only: a telephone may come from any of them. The number of the schema is their count. */
const MIGRATIONS = [
  (db) => {
    db.createObjectStore("meta");
    for (const name of ["drafts", "frozen", "queue", "sent", "photos"]) db.createObjectStore(name, { keyPath: "id" });
  },
];
const PROFILE_MIGRATIONS = [
  (db) => {
    db.createObjectStore("profiles", { keyPath: "user" });
    db.createObjectStore("meta");
  },
];

function openAt(name, migrations) {
  return openDB(name, migrations.length, {
    upgrade(db, from, _to, transaction) {
      for (const migrate of migrations.slice(from)) migrate(db, transaction);
    },
    blocking(_current, _next, event) {
      event.target.close(); // a newer release waits in another tab
    },
  });
}

const nameOf = (user) => `lapangan-${user}`;

/** Who works with this telephone. Names only; what they keep lies in their own databases. */
export class Profiles {
  static async open() {
    return new Profiles(await openAt("lapangan", PROFILE_MIGRATIONS));
  }

  constructor(db) {
    this.db = db;
  }

  all() {
    return this.db.getAll("profiles");
  }

  current() {
    return this.db.get("meta", "current");
  }

  choose(user) {
    return this.db.put("meta", user, "current");
  }

  async add(profile) {
    const tx = this.db.transaction(["profiles", "meta"], "readwrite", STRICT);
    await Promise.all([tx.objectStore("profiles").put(profile), tx.objectStore("meta").put(profile.user, "current"), tx.done]);
  }

  async forget(user) {
    const tx = this.db.transaction(["profiles", "meta"], "readwrite", STRICT);
    await Promise.all([tx.objectStore("profiles").delete(user), tx.objectStore("meta").delete("current"), tx.done]);
    await deleteDB(nameOf(user), { blocked() {} });
  }
}

/** Rows of one user. A row is `{id, sealed}`; nothing but ids can be read without the key. */
export class Store {
  static async open(user) {
    const db = await openAt(nameOf(user), MIGRATIONS);
    let key = await db.get("meta", "key");
    if (!key) {
      const fresh = await newKey();
      const tx = db.transaction("meta", "readwrite", STRICT);
      key = await tx.store.get("key"); // another tab may have been quicker
      if (!key) await tx.store.put((key = fresh), "key");
      await tx.done;
    }
    return new Store(user, db, key);
  }

  constructor(user, db, key) {
    this.user = user;
    this.db = db;
    this.key = key;
  }

  close() {
    this.db.close();
  }

  async setting(name) {
    const sealed = await this.db.get("meta", name);
    return sealed ? open(this.key, `meta/${name}`, sealed) : null;
  }

  async set(name, value) {
    const sealed = await seal(this.key, `meta/${name}`, value);
    const tx = this.db.transaction("meta", "readwrite", STRICT);
    await Promise.all([tx.store.put(sealed, name), tx.done]);
  }

  async get(name, id) {
    const row = await this.db.get(name, id);
    return row ? open(this.key, `${name}/${id}`, row.sealed) : null;
  }

  async all(name) {
    const rows = await this.db.getAll(name);
    return Promise.all(rows.map((row) => open(this.key, `${name}/${row.id}`, row.sealed)));
  }

  count(name) {
    return this.db.count(name);
  }

  async put(name, value) {
    const row = await this._row(name, value);
    const tx = this.db.transaction(name, "readwrite", STRICT);
    await Promise.all([tx.store.put(row), tx.done]);
  }

  /** Writes over a row only while it is still there: a late write must not bring back what was sent. */
  async update(name, value) {
    const row = await this._row(name, value);
    const tx = this.db.transaction(name, "readwrite", STRICT);
    const there = (await tx.store.getKey(row.id)) !== undefined;
    if (there) await tx.store.put(row);
    await tx.done;
    return there;
  }

  async remove(name, id) {
    const tx = this.db.transaction(name, "readwrite", STRICT);
    await Promise.all([tx.store.delete(id), tx.done]);
  }

  /**
   * One transaction over several stores: `[["put", "queue", value], ["add", "frozen", value], ["delete", "drafts", id]]`.
   * `add` fails, and with it all the others, where the id is taken.
   */
  async together(steps) {
    const ready = await Promise.all(
      steps.map(async ([verb, name, value]) => [verb, name, verb === "delete" ? value : await this._row(name, value)]),
    );
    const tx = this.db.transaction([...new Set(steps.map(([, name]) => name))], "readwrite", STRICT);
    await Promise.all([...ready.map(([verb, name, value]) => tx.objectStore(name)[verb](value)), tx.done]);
  }

  async addPhoto(photo, blob) {
    const sealed = await seal(this.key, `photos/${photo.id}`, photo);
    const bytes = await sealBlob(this.key, `bytes/${photo.id}`, blob);
    const tx = this.db.transaction("photos", "readwrite", STRICT);
    await Promise.all([tx.store.put({ id: photo.id, sealed, bytes }), tx.done]);
  }

  /** @returns {Promise<ArrayBuffer>} */
  async photoBytes(id) {
    const row = await this.db.get("photos", id);
    return openBytes(this.key, `bytes/${id}`, row.bytes);
  }

  async _row(name, value) {
    return { id: value.id, sealed: await seal(this.key, `${name}/${value.id}`, value) };
  }
}
