// Fills forms with given answers by ODK's web form engine; reads and writes what java/FillForms.java does.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('', { url: 'http://localhost/' });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
for (const name of ['localStorage', 'Event', 'EventTarget', 'XPathResult']) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
globalThis.__dirname = dirname(fileURLToPath(import.meta.url)); // its parser of XPath looks for it
const { loadForm } = await import('@getodk/xforms-engine');

const PLACE = '-7.7543 113.2159 12.5 8.4';
const ESCAPES = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r' };
const unescaped = (text) => text.replace(/\\[\\tnr]/g, (found) => ESCAPES[found]);
const escaped = (text) =>
  text.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\r/g, '\\r').replace(/\n/g, '\\n');

function questionsOf(node, found = new Map()) {
  for (const child of node.currentState.children ?? []) {
    if (child.currentState.children) questionsOf(child, found);
    else if (['input', 'select', 'upload', 'note'].includes(child.nodeType)) found.set(nameOf(child), child);
  }
  return found;
}

// "visit/business", and of an answer its code alone, in whatever part it stands.
function nameOf(node) {
  const path = node.currentState.reference.replace('/data/', '');
  return path.startsWith('answers/') ? basename(path) : path;
}

function answer(node, text) {
  if (node.nodeType !== 'select') node.setValue(node.valueType === 'date' ? text : unescaped(text));
  else if (node.selectType === 'select') node.selectValues(text.split(' '));
  else node.selectValue(text);
}

async function fill(form, line) {
  const { root } = form.createInstance({ geolocationProvider: { getLocation: async () => PLACE } });
  const questions = questionsOf(root);
  for (const cell of line.split('\t')) {
    const cut = cell.indexOf('=');
    const question = questions.get(cell.slice(0, cut));
    if (!question) throw new Error(`no question ${cell.slice(0, cut)}`);
    answer(question, cell.slice(cut + 1));
  }
  await new Promise((resolve) => setTimeout(resolve)); // the place comes later, as on a telephone
  const asked = [...questions].filter(([, node]) => node.currentState.relevant);
  const wrong = asked.filter(([, node]) => node.validationState.violation);
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  const xml = await payload.data[0].get('xml_submission_file').text();
  const names = (pairs) => pairs.map(([name]) => name).join(' ');
  return [payload.status === 'ready' ? 'accepted' : 'refused', names(asked), names(wrong), escaped(xml)].join('\t');
}

for (const folder of process.argv.slice(2)) {
  const form = await loadForm(readFileSync(join(folder, 'form.xml'), 'utf8'), {
    fetchFormAttachment: async (url) =>
      new Response(readFileSync(join(folder, basename(String(url))), 'utf8'), { headers: { 'content-type': 'text/csv' } }),
  });
  if (form.status === 'failure') throw form.error;
  const lines = readFileSync(join(folder, 'fills.tsv'), 'utf8').split('\n').filter(Boolean);
  const results = [];
  for (const line of lines) results.push(await fill(form, line));
  writeFileSync(join(folder, 'results.tsv'), results.join('\n') + '\n');
}
process.exit(0);
