// Building a page out of nodes: never from a string of HTML, so that no answer can become markup.

/**
 * h("a", {href: "#/", class: "x"}, "text", node…): attributes by name, `on…` functions as listeners,
 * `true` for an attribute without value, null and false for none.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

export const byId = (/** @type {string} */ id) => document.getElementById(id);

/** Said to screen readers without moving the focus. */
export function announce(/** @type {string} */ text) {
  const place = byId("kabar");
  if (place) place.textContent = text;
}

/** A file to keep, as if it had been downloaded. */
export function saveFile(/** @type {string} */ name, /** @type {Blob} */ blob) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
