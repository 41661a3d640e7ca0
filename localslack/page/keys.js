/* Keys that work everywhere, and the list of all of them. */
import { openBox } from '/page/box.js';
import { byId, el } from '/page/dom.js';

const MAC = navigator.platform.startsWith('Mac');
const CTRL = MAC ? '⌘' : 'Ctrl';

const ALL = [
  [
    'Everywhere',
    [
      [`${CTRL} K`, 'Search, or go to a channel or person'],
      ['F6', 'Next part of the page; with Shift the one before'],
      ['Alt ↑ ↓', 'The channel before or after; with Shift the next one with news'],
      ['?', 'These keys'],
      ['Esc', 'Close what is open; the thread last'],
    ],
  ],
  [
    'In the messages',
    [
      ['↑ ↓', 'The message before or after'],
      ['Home End', 'The first or last that is loaded'],
      ['Enter', 'Open the thread'],
      ['Tab', 'Into the message: its buttons, then its toolbar'],
      ['R', 'React'],
      ['E', 'Edit my message'],
      ['P', 'Pin or unpin'],
      ['L', 'Copy the link'],
      ['Del', 'Delete my message'],
    ],
  ],
  [
    'While writing',
    [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
      ['↑', 'In an empty field: edit my last message'],
      ['/  @  #  :', 'Commands, people, channels, emoji'],
      [`${CTRL} B  ${CTRL} I`, 'Bold, italic'],
      [`${CTRL} Shift X  C  U`, 'Strikethrough, code, link'],
    ],
  ],
];

function showKeys() {
  if (document.querySelector('dialog[open]')) return;
  const row = ([keys, words]) => el('div', { class: 'keyrow' }, el('dt', {}, el('kbd', {}, keys)), el('dd', {}, words));
  openBox({
    title: 'Keys',
    name: 'keys',
    wide: true,
    body: el(
      'div',
      { class: 'keys' },
      ALL.map(([title, rows]) => el('section', {}, el('h3', {}, title), el('dl', {}, rows.map(row)))),
    ),
  });
}

const typing = target => target.matches('input, textarea, select, [contenteditable=true]');

/* The parts of the page F6 goes through; each says how it takes the focus. */
function regions(focus) {
  const seen = id => byId(id) && byId(id).offsetParent;
  return [
    ['list', () => byId('list').querySelector('[tabindex="0"]').focus()],
    ['pane', focus.main],
    ['composer', () => (byId('composer').querySelector('textarea') || byId('composer').querySelector('button'))?.focus()],
    ['tpane', focus.thread],
    ['tcomposer', () => byId('tcomposer').querySelector('textarea')?.focus()],
    ['log', () => byId('log').querySelector('button').focus()],
  ].filter(([id]) => seen(id));
}

function cycle(focus, step) {
  const all = regions(focus);
  const now = all.findIndex(([id]) => byId(id).contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length;
  all[next][1]();
}

/* `deeds`: search(), focus.main(), focus.thread(), step(direction, onlyNew), escape(). */
export function listenToKeys(deeds) {
  document.addEventListener('keydown', event => {
    const modal = document.querySelector('dialog[open]');
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.shiftKey) {
      event.preventDefault();
      deeds.search();
    } else if (modal || event.defaultPrevented) return;
    else if (event.key === 'F6') {
      event.preventDefault();
      cycle(deeds.focus, event.shiftKey ? -1 : 1);
    } else if (event.altKey && ['ArrowUp', 'ArrowDown'].includes(event.key)) {
      event.preventDefault();
      deeds.step(event.key === 'ArrowUp' ? -1 : 1, event.shiftKey);
    } else if (event.key === '?' && !typing(event.target)) {
      event.preventDefault();
      showKeys();
    } else if (event.key === 'Escape') deeds.escape(event);
  });
}
