// How numbers, money, dates and times are written in Bahasa Indonesia; the same as core/formats.py.

const MONTHS = [
  "Januari", "Februari", "Maret", "April", "Mei", "Juni",
  "Juli", "Agustus", "September", "Oktober", "November", "Desember",
];
const ZONE = "Asia/Jakarta";
const CLOCK = new Intl.DateTimeFormat("id-ID", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** "-0033391" -> "-33.391": digits of any length, as Python writes an int. */
export function formatInteger(/** @type {string|number} */ value) {
  const text = String(value);
  const digits = text.replace(/^-/, "").replace(/^0+(?=\d)/, "");
  const sign = text.startsWith("-") && digits !== "0" ? "-" : "";
  return sign + digits.replace(/\B(?=(\d{3})+$)/g, ".");
}

/** 50000000 -> "Rp50.000.000". */
export function formatRupiah(/** @type {string|number} */ value) {
  const text = formatInteger(value);
  return text.startsWith("-") ? `-Rp${text.slice(1)}` : `Rp${text}`;
}

/** "2021-03-21" -> "21 Maret 2021". */
export function formatDate(/** @type {string} */ iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** The time of a moment in Jakarta: "10.42". */
export function formatTime(/** @type {string|number|Date} */ moment) {
  return CLOCK.format(new Date(moment)).replace(":", ".");
}

/** The day of a moment in Jakarta: "2021-03-21". */
export function dayOf(/** @type {string|number|Date} */ moment) {
  return DAY.format(new Date(moment));
}

/** "10.42" of today, else "21 Maret 2021 10.42". */
export function formatMoment(/** @type {string|number|Date} */ moment, now = new Date()) {
  const time = formatTime(moment);
  return dayOf(moment) === dayOf(now) ? time : `${formatDate(dayOf(moment))} ${time}`;
}
