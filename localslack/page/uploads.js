/* The file input: files go to the workspace at once, and the form carries their ids. */
import { el, icon } from '/page/dom.js';

const MOST = 10;
const CROSS = 'M7 7l10 10M17 7L7 17';
const CLIP = 'M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17a1.7 1.7 0 0 1-2.4-2.4l7-7';
const known = new Map(); // what was uploaded here, by id: the form itself only remembers ids

const alike = ending => ending.toLowerCase().replace('jpeg', 'jpg');
const endingOf = name => alike((/\.([^.]+)$/.exec(name) || ['', ''])[1]);
const fits = (spec, name) => !spec.filetypes || spec.filetypes.map(alike).includes(endingOf(name));

function size(bytes) {
  if (bytes >= 1e6) return (bytes / 1e6).toFixed(1) + ' MB';
  return bytes >= 1e3 ? Math.round(bytes / 1e3) + ' kB' : bytes + ' bytes';
}

/* The form gives ids, or, from what the workspace remembers, whole files. */
function remembered(first) {
  return (Array.isArray(first) ? first : []).map(one => {
    if (typeof one !== 'object') return known.get(one) || { id: one, name: one };
    known.set(one.id, one);
    return one;
  });
}

/* Which of the given files are taken, and what is said of the others. */
function sorted(spec, given, room) {
  const right = given.filter(file => fits(spec, file.name)), taken = right.slice(0, room);
  if (right.length < given.length) return { taken, note: `Only ${spec.filetypes.join(', ')} can be added` };
  return { taken, note: taken.length < right.length ? `No more than ${spec.max_files || MOST} can be added` : '' };
}

function row(file, drop) {
  const name = file.name || file.title || file.id;
  return el('li', {}, el('span', {}, name), file.size ? el('small', {}, size(file.size)) : null,
    el('button', { type: 'button', class: 'remove', 'aria-label': 'Remove ' + name, onclick: drop }, icon(CROSS)));
}

export function upload(spec, block, context, { put, chosen, start }) {
  const most = spec.max_files || MOST, accept = spec.filetypes ? spec.filetypes.map(type => '.' + type).join(',') : null;
  let files = remembered(start([]));
  const list = el('ul', { class: 'files' }), note = el('div', { class: 'hint', role: 'status' });
  const box = el('input', { type: 'file', class: 'sr', multiple: most > 1, accept, disabled: !context.upload, 'aria-label': 'Files' });
  const words = most > 1 ? 'Add files, or drop them here' : 'Add a file, or drop it here';
  const place = el('label', { class: 'drop' }, box, icon(CLIP), el('span', {}, words));
  const ids = () => files.map(file => file.id);
  const show = () => {
    list.replaceChildren(...files.map(file => row(file, () => { hold(files.filter(one => one !== file)); box.focus(); })));
    place.hidden = files.length >= most;
  };
  const hold = next => {
    files = next;
    show();
    chosen(ids());
  };
  const add = async given => {
    const { taken, note: refused } = sorted(spec, given, most - files.length);
    note.textContent = refused;
    if (!taken.length) return;
    place.setAttribute('aria-busy', 'true');
    const answer = await context.upload(taken);
    place.removeAttribute('aria-busy');
    if (!Array.isArray(answer)) {
      note.textContent = (answer && answer.error) || 'The files could not be uploaded';
      return;
    }
    answer.forEach(file => known.set(file.id, file));
    hold([...files, ...answer]);
  };
  box.addEventListener('change', () => {
    const given = [...box.files];
    box.value = '';
    add(given);
  });
  place.addEventListener('dragover', event => event.preventDefault());
  place.addEventListener('drop', event => {
    event.preventDefault();
    if (context.upload) add([...event.dataTransfer.files]);
  });
  if (!context.upload) note.textContent = 'Files cannot be uploaded here';
  show();
  put(ids());
  return Object.assign(el('div', { class: 'field' }, list, place, note), { control: box });
}
