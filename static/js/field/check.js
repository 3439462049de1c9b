// Whether answers fit a questionnaire: the same rules and the same words as surveys/questionnaire/checking.py.
// tests/browser/field/test_same_rules.py compares the two on generated questionnaires and answers.

import { formatDate, formatInteger, formatRupiah } from "./formats.js";

export const DECLINED = "not_answered";
export const NONE = "none";
const DECLINED_LABEL = "Tidak menjawab";
const WHOLE = /^-?[0-9]{1,15}$/;
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/**
 * @typedef {{code: string, kind: string, label: string, prompt: string, choices: [string, string][], help_text: string,
 *   required: boolean, may_decline: boolean, minimum: string, maximum: string, max_length: number,
 *   shown_if: null | {question: string, values: string[]}, is_core: boolean}} Item
 * @typedef {{parts: {title: string, items: Item[]}[], consent: string}} Definition
 * @typedef {Record<string, string | string[]>} Values
 */

const has = (values, code) => Object.prototype.hasOwnProperty.call(values, code);

export function itemsOf(/** @type {Definition} */ definition) {
  return definition.parts.flatMap((part) => part.items);
}

/** The choices as they are put, with "tidak menjawab" where it may be said. */
export function offered(/** @type {Item} */ item) {
  return item.may_decline ? [...item.choices, [DECLINED, DECLINED_LABEL]] : item.choices;
}

function holds(shownIf, kept) {
  const given = has(kept, shownIf.question) ? kept[shownIf.question] : "";
  const chosen = Array.isArray(given) ? given : [given];
  return chosen.some((value) => shownIf.values.includes(value));
}

/**
 * The answers that count, and what is wrong with them; an answer to a question not asked is dropped.
 * `shown` lists the codes that are asked, in order.
 * @returns {{values: Values, problems: Record<string, string>, shown: string[]}}
 */
export function check(/** @type {Definition} */ definition, /** @type {Values} */ given) {
  const values = {}, problems = {}, shown = [];
  for (const item of itemsOf(definition)) {
    if (item.shown_if && !holds(item.shown_if, values)) continue;
    shown.push(item.code);
    const value = has(given, item.code) ? given[item.code] : "";
    const problem = problemOf(item, value);
    if (problem) problems[item.code] = problem;
    if (value.length) values[item.code] = problem ? value : canonical(item, value);
  }
  return { values, problems, shown };
}

/** Ticks in the order of the question; a number without leading zeros. */
function canonical(item, given) {
  if (Array.isArray(given)) return offered(item).map(([code]) => code).filter((code) => given.includes(code));
  return item.kind === "number" || item.kind === "amount" ? String(Number(given)) : given;
}

function problemOf(item, given) {
  if (!given.length) return item.required ? `Belum diisi: ${item.label}` : "";
  if (Array.isArray(given) !== (item.kind === "multiple")) return `${item.label}: jawaban ini tidak terbaca.`;
  return RULES[item.kind](item, given);
}

const unknown = (item) => `${item.label}: pilih salah satu dari jawaban yang ada.`;
const isOffered = (item, code) => offered(item).some(([known]) => known === code);

function single(item, given) {
  return isOffered(item, given) ? "" : unknown(item);
}

function multiple(item, given) {
  if (!given.every((code) => isOffered(item, code))) return unknown(item);
  if (given.length > 1 && given.includes(DECLINED)) {
    return `${item.label}: pilih jawabannya atau Tidak menjawab, jangan keduanya.`;
  }
  if (given.length > 1 && given.includes(NONE) && item.choices.some(([code]) => code === NONE)) {
    return `${item.label}: pilih jawabannya atau Tidak ada, jangan keduanya.`;
  }
  return "";
}

function number(item, given) {
  if (!WHOLE.test(given)) return `${item.label}: tulis bilangan bulat.`;
  const shown = item.kind === "amount" ? formatRupiah : formatInteger;
  if (item.minimum && Number(given) < Number(item.minimum)) {
    return `${item.label}: paling sedikit ${shown(item.minimum)}.`;
  }
  if (item.maximum && Number(given) > Number(item.maximum)) {
    return `${item.label}: paling banyak ${shown(item.maximum)}.`;
  }
  return "";
}

function text(item, given) {
  if (UNSTORABLE.test(given.replace(/[\n\r\t]/g, ""))) {
    return `${item.label}: ada huruf yang tidak dapat disimpan; tulis ulang isian ini.`;
  }
  const letters = [...given].length; // code points, as Python counts
  return item.max_length && letters > item.max_length
    ? `${item.label}: paling banyak ${formatInteger(item.max_length)} huruf.`
    : "";
}

function isDay(given) {
  const match = DAY.exec(given);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1];
}

function date(item, given) {
  if (!isDay(given)) return `${item.label}: tanggal ini tidak ada.`;
  if (item.minimum && given < item.minimum) return `${item.label}: paling awal ${formatDate(item.minimum)}.`;
  if (item.maximum && given > item.maximum) return `${item.label}: paling akhir ${formatDate(item.maximum)}.`;
  return "";
}

const RULES = { single, multiple, number, amount: number, text, date };
