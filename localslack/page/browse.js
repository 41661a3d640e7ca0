/* Looking for channels to join, and making one. */
import { failure, field, openBox } from '/page/box.js';
import { el } from '/page/dom.js';
import { ask } from '/page/net.js';
import { signOf } from '/page/rooms.js';
import { count } from '/page/words.js';

const LONGEST_NAME = 80;

function line(room, hands, box) {
  const what = [count(room.members, 'member'), room.archived ? 'archived' : '', room.topic].filter(Boolean).join(' · ');
  const open = () => {
    box().close();
    hands.go(room.id);
  };
  const join = async () => {
    const seen = await hands.join(room.id);
    if (seen.ok) open();
  };
  const act =
    room.member || room.archived
      ? null
      : el('button', { class: 'btn', type: 'button', 'data-join': room.id, onclick: join }, 'Join');
  return el(
    'li',
    {},
    el(
      'button',
      { class: 'rowbtn', type: 'button', 'data-open': room.id, onclick: open },
      signOf(room),
      el('span', {}, el('b', {}, room.name), el('small', {}, [room.member ? 'Joined' : '', what].filter(Boolean).join(' · '))),
    ),
    act,
  );
}

export async function browse(hands) {
  const found = await ask('/_page/browse', { me: hands.me() });
  const rooms = found ? found.rooms : [];
  const list = el('ul', { class: 'rows' });
  const input = el('input', { type: 'search', placeholder: 'Name or topic', autocomplete: 'off' });
  let opened = null;
  const draw = () => {
    const typed = input.value.trim().toLowerCase();
    const fit = rooms.filter(room => (room.name + ' ' + room.topic).toLowerCase().includes(typed));
    list.replaceChildren(...fit.map(room => line(room, hands, () => opened)));
    if (!fit.length) list.append(el('li', { class: 'soft' }, 'No channel is called that.'));
  };
  input.addEventListener('input', draw);
  draw();
  opened = openBox({
    title: 'Browse channels',
    name: 'browse',
    body: [field('Search', input), list],
    foot: box =>
      el(
        'button',
        {
          class: 'btn',
          type: 'button',
          onclick: () => {
            box.close();
            createChannel(hands);
          },
        },
        'Create a channel',
      ),
  });
}

/* Names are written as Slack takes them: small, without spaces. */
const slug = words =>
  words
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^\p{L}\p{N}_-]/gu, '')
    .slice(0, LONGEST_NAME);

export function createChannel(hands) {
  const name = el('input', { type: 'text', maxlength: String(LONGEST_NAME), autocomplete: 'off', 'data-name': '' });
  const hidden = el('input', { type: 'checkbox', 'data-private': '' });
  const failed = failure();
  name.addEventListener('input', () => {
    name.value = slug(name.value);
  });
  const make = async box => {
    failed.textContent = '';
    const seen = await hands.create(name.value, hidden.checked);
    if (!seen.ok) {
      failed.textContent = seen.error || 'The channel could not be made.';
      return;
    }
    box.close();
    hands.go(seen.channel || name.value);
  };
  const box = openBox({
    title: 'Create a channel',
    name: 'create',
    body: [
      field('Name', name, 'Small letters, digits, - and _'),
      el('label', { class: 'opt' }, hidden, el('span', {}, 'Private', el('small', {}, 'Only those who are invited know of it'))),
      failed,
    ],
    foot: opened => [
      el('button', { class: 'btn', type: 'button', onclick: () => opened.close() }, 'Cancel'),
      el('button', { class: 'btn primary', type: 'button', 'data-create': '', onclick: () => make(opened) }, 'Create'),
    ],
  });
  name.addEventListener('keydown', event => {
    if (event.key === 'Enter') {
      event.preventDefault();
      make(box);
    }
  });
}
