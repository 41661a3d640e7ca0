/* Ctrl+K: going to a conversation by name, and finding messages. */
import { el } from '/page/dom.js';
import { withEmoji } from '/page/emoji.js';
import { app, avatar, nameOf } from '/page/frame.js';
import { clockTime, longDay } from '/page/mrkdwn.js';
import { ask } from '/page/net.js';
import { describe, labelOf, signOf, titleOf } from '/page/rooms.js';
import { current } from '/page/store.js';

const PAUSE_MS = 180;
const SHORTEST = 2;
const MOST_PLACES = 7;

/* Conversations and people whose name fits, those with news first. */
function places(typed, hands) {
  const { rooms, boot } = current();
  const words = typed.toLowerCase().replace(/^[#@]/, '');
  const direct = new Set(
    Object.values(rooms)
      .filter(room => room.kind === 'im')
      .flatMap(room => room.with),
  );
  const known = Object.values(rooms).map(room => ({
    label: titleOf(room),
    note: room.kind === 'channel' ? room.topic : room.with[0] === app.user ? 'App' : '',
    unread: room.unread,
    key: room.id,
    face: () => signOf(room) || avatar(room.with[0] || boot.me, 'sm'),
    go: () => hands.go(room.id),
  }));
  const others = boot.people
    .filter(one => one.near && one.id !== boot.me && !direct.has(one.id))
    .map(one => ({
      label: one.name,
      note: describe(one),
      unread: 0,
      key: one.id,
      face: () => avatar(one.id, 'sm'),
      go: () => hands.talk(one.id),
    }));
  const open = Object.entries(boot.public)
    .filter(([id]) => !rooms[id])
    .map(([id, name]) => ({
      label: name,
      note: 'Not joined',
      unread: 0,
      key: id,
      face: () => el('span', { class: 'g', 'aria-hidden': 'true' }, '#'),
      go: () => hands.go(id),
    }));
  const starts = place => place.label.toLowerCase().startsWith(words);
  return [...known, ...others, ...open]
    .filter(place => place.label.toLowerCase().includes(words))
    .sort((one, other) => starts(other) - starts(one) || !!other.unread - !!one.unread)
    .slice(0, MOST_PLACES);
}

/* What was searched for stands out in the excerpt. */
function marked(excerpt, typed) {
  const words = typed
    .replace(/(from|in):("[^"]*"|\S+)/gi, ' ')
    .split(/[\s"]+/)
    .filter(Boolean)
    .map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!words.length) return withEmoji(excerpt);
  return withEmoji(excerpt)
    .split(new RegExp(`(${words.join('|')})`, 'gi'))
    .map((piece, n) => (n % 2 ? el('mark', {}, piece) : piece));
}

function hit({ channel, message, excerpt }, typed, hands) {
  const room = current().rooms[channel];
  const label = room ? labelOf(room) : '#' + (current().boot.public[channel] || channel);
  const when = `${longDay(message.ts)}, ${clockTime(message.ts)}`;
  return {
    key: channel + message.ts,
    hit: message.ts,
    face: () => avatar(message.user, 'sm'),
    go: () => hands.visit(channel, message.ts),
    body: [
      el('small', {}, `${message.username || nameOf(message.user)} in ${label}, ${when}`),
      el('span', { class: 'excerpt' }, marked(excerpt, typed)),
    ],
  };
}

export function openSearch(hands) {
  if (document.querySelector('.search') || document.querySelector('dialog[open]')) return;
  const id = 'search-list';
  const list = el('div', { class: 'found', id, role: 'listbox', 'aria-label': 'Results' });
  const status = el('p', { class: 'sr', role: 'status' });
  const input = el('input', {
    type: 'text',
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-controls': id,
    'aria-autocomplete': 'list',
    'aria-label': 'Search or go to',
    placeholder: 'Search messages, or go to a channel or person',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const tip = el('p', { class: 'tips' }, 'from:name and in:#channel narrow it down');
  const box = el(
    'dialog',
    { class: 'search', 'aria-label': 'Search or go to' },
    el('div', { class: 'searchrow' }, input),
    list,
    tip,
    status,
  );
  let entries = [];
  let at = 0;
  let asked = 0;
  let later = 0;

  const take = entry => {
    box.close();
    entry.go();
  };
  const option = (entry, n) =>
    el(
      'div',
      {
        class: 'result',
        role: 'option',
        id: `found-${n}`,
        'aria-selected': String(n === at),
        'data-hit': entry.hit || null,
        'data-go': entry.hit ? null : entry.key,
        onclick: () => take(entry),
        onpointermove: () => point(n),
      },
      entry.face(),
      el('span', { class: 'resultwords' }, entry.body || [el('b', {}, entry.label), el('small', {}, entry.note)]),
    );

  function point(n) {
    if (n === at) return;
    at = n;
    mark();
  }

  function mark() {
    list.querySelectorAll('[role=option]').forEach((node, n) => node.setAttribute('aria-selected', String(n === at)));
    if (entries[at]) input.setAttribute('aria-activedescendant', `found-${at}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function show(found, hits, said) {
    entries = [...found, ...hits];
    at = 0;
    const group = (title, part, from) =>
      part.length
        ? el(
            'div',
            { role: 'group', 'aria-label': title },
            el('p', { role: 'presentation' }, title),
            part.map((entry, n) => option(entry, n + from)),
          )
        : null;
    list.replaceChildren(...[group('Go to', found, 0), group('Messages', hits, found.length)].filter(Boolean));
    if (!entries.length)
      list.replaceChildren(
        el('div', { class: 'nothing', role: 'option', 'aria-selected': 'false', 'aria-disabled': 'true' }, said),
      );
    status.textContent = `${entries.length} results`;
    mark();
  }

  async function look() {
    const typed = input.value.trim();
    const mine = (asked += 1);
    const found = places(typed, hands);
    clearTimeout(later);
    if (typed.length < SHORTEST) {
      show(found, [], 'Nothing is called that.');
      return;
    }
    show(found, [], 'Searching…');
    await new Promise(resolve => {
      later = setTimeout(resolve, PAUSE_MS);
    });
    const answer = await ask('/_page/search', { me: hands.me(), q: typed });
    if (mine !== asked) return;
    const hits = answer ? answer.hits.map(one => hit(one, typed, hands)) : [];
    const before = at;
    show(found, hits, answer ? 'Nothing was found.' : 'The local workspace is not running.');
    point(before);
  }

  input.addEventListener('input', look);
  input.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      event.preventDefault();
      point((at + step + entries.length) % entries.length);
      list.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && entries[at]) {
      event.preventDefault();
      take(entries[at]);
    }
  });
  box.addEventListener('click', event => {
    if (event.target === box) box.close();
  });
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  input.focus();
  look();
}
