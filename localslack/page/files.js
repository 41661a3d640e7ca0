/* Files of a message: pictures of this workspace are shown, others are named, to be downloaded. */
import { openBox } from '/page/box.js';
import { el, icon } from '/page/dom.js';
import { settings } from '/page/mrkdwn.js';
import { count } from '/page/words.js';

const SHEET = 'M6 3h8l4 4v14H6zM14 3v4h4';
const DOWN = 'M12 4v11M7 11l5 5 5-5M5 20h14';
const SHOWN = /^image\/(png|jpeg|gif|webp)$/;
const WIDEST = 360;
const HIGHEST = 300; // CSS pixels

/* Where a file of the workspace is, for who is reading; `saved` says that it is downloaded. */
export function fileAddress(id, name = 'file', saved = false) {
  return (
    `/files/${encodeURIComponent(id)}/${encodeURIComponent(name)}?` +
    new URLSearchParams({ me: settings.me, ...(saved ? { save: 1 } : {}) })
  );
}

export function sizeOf(bytes) {
  if (bytes >= 1e6) return (bytes / 1e6).toFixed(1) + ' MB';
  return bytes >= 1e3 ? Math.round(bytes / 1e3) + ' kB' : count(bytes, 'byte');
}

/* Room is kept for a picture before it is there, so that nothing moves under the eye. */
function fitted({ original_w: w, original_h: h }) {
  if (!(w > 0 && h > 0)) return {};
  const scale = Math.min(1, WIDEST / w, HIGHEST / h);
  return { width: Math.round(w * scale), height: Math.round(h * scale) };
}

function picture(file, name) {
  const url = fileAddress(file.id, file.name);
  const label = `Picture: ${file.alt_txt || name}`;
  return el(
    'figure',
    { class: 'shared' },
    el('figcaption', {}, name),
    el(
      'a',
      { href: url, target: '_blank', rel: 'noopener noreferrer', 'aria-label': label },
      el('img', { src: url, alt: file.alt_txt || name, loading: 'lazy', ...fitted(file) }),
    ),
  );
}

function chip(file, name) {
  const kind = file.pretty_type || (file.filetype || '').toUpperCase();
  const size = file.size ? sizeOf(file.size) : '';
  return el(
    'a',
    { class: 'filechip', href: fileAddress(file.id, file.name, true), download: file.name || 'file' },
    el('span', { class: 'fileicon' }, icon(SHEET)),
    el('span', { class: 'filewords' }, el('b', {}, name), el('small', {}, [kind, size].filter(Boolean).join(' · '))),
    icon(DOWN),
  );
}

/* What a link to a file opens: it leads to the page first, which knows who one is. */
export function showFile(id) {
  const open = saved => ({ href: fileAddress(id, 'file', saved), target: '_blank', rel: 'noopener noreferrer' });
  openBox({
    title: 'A file',
    name: 'file',
    body: el(
      'p',
      {},
      'Somebody shared a file with you. ',
      el('a', open(false), 'Open it'),
      ' or ',
      el('a', open(true), 'download it'),
      '.',
    ),
  });
}

export function files(list) {
  return list.map(file => {
    const name = file.title || file.name || 'File';
    if (file.mode === 'tombstone' || file.deleted) return el('p', { class: 'gone' }, 'This file was deleted.');
    return SHOWN.test(file.mimetype || '') ? picture(file, name) : chip(file, name);
  });
}
