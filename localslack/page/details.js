/* About a conversation: what it is for, who is in it, what is pinned; and leaving it. */
import { failure, openBox } from '/page/box.js';
import { combobox } from '/page/combobox.js';
import { el } from '/page/dom.js';
import { withEmoji } from '/page/emoji.js';
import { app, avatar, nameOf } from '/page/frame.js';
import { jump } from '/page/moves.js';
import { ask } from '/page/net.js';
import { describe, labelOf } from '/page/rooms.js';
import { current } from '/page/store.js';
import { count } from '/page/words.js';

function member(id, hands, close) {
  const person = current().boot.people.find(one => one.id === id);
  const mine = id === hands.me();
  const words = id === app.user ? 'App' : person ? describe(person) : '';
  const face = [avatar(id, 'small'), el('span', {}, el('b', {}, nameOf(id) + (mine ? ' (you)' : '')), el('small', {}, words))];
  const talk = () => {
    close();
    hands.talk(id);
  };
  return el(
    'li',
    {},
    mine
      ? el('span', { class: 'rowbtn' }, face)
      : el(
          'button',
          { class: 'rowbtn', type: 'button', 'data-member': id, title: 'Write to ' + nameOf(id), onclick: talk },
          face,
        ),
  );
}

function pin(one, close) {
  const go = () => {
    close();
    jump(one.ts);
  };
  return el(
    'li',
    {},
    el(
      'button',
      { class: 'rowbtn', type: 'button', 'data-pinned': one.ts, onclick: go },
      el('span', {}, el('b', {}, nameOf(one.user)), el('small', {}, withEmoji(one.excerpt))),
    ),
  );
}

/* Choosing who else comes in; nothing for visitors, and where everybody is in already. */
function invitation(room, members, hands, close) {
  const { boot } = current();
  const known = [
    ...boot.people.filter(one => one.near).map(one => ({ key: one.id, label: one.name, note: describe(one) })),
    { key: app.user, label: app.name, note: 'App' },
  ];
  const others = known.filter(one => !members.includes(one.key));
  if (boot.visitor || room.kind !== 'channel' || !room.member || room.archived || !others.length) return null;
  let chosen = [];
  const failed = failure();
  const add = el('button', { class: 'btn', type: 'button', 'data-invite': room.id, disabled: true }, 'Add');
  const pick = combobox({
    label: 'Add people',
    placeholder: 'Add people',
    many: true,
    chosen: [],
    done: () => {},
    search: typed => others.filter(one => one.label.toLowerCase().includes(typed.trim().toLowerCase())),
    changed: items => {
      chosen = items.map(item => item.key);
      add.disabled = !chosen.length;
    },
  });
  add.addEventListener('click', async () => {
    const seen = await hands.invite(room.id, chosen);
    if (seen.ok) close();
    else failed.textContent = seen.error || '';
  });
  return [el('div', { class: 'invite' }, pick, add), failed];
}

const STATES = [
  ['archived', room => room.archived, 'This channel is archived. It can be read, not written to.'],
  [
    'shared',
    room => room.shared === 'ext',
    'This channel is shared with another company. Whoever is in it there sees what is written here.',
  ],
  ['private', room => room.private, 'This channel is private: only its members know of it.'],
];

export async function details(room, hands) {
  const query = { me: hands.me(), channel: room.id };
  const [inside, pinned] = await Promise.all([ask('/_page/members', query), ask('/_page/pins', query)]);
  const members = inside ? inside.members : [];
  const pins = pinned ? pinned.pins : [];
  let box = null;
  const close = () => box.close();
  const about = [
    ['Topic', room.topic],
    ['Purpose', room.purpose],
  ].filter(([, words]) => words);
  const leave = async () => {
    close();
    await hands.leave(room.id);
  };
  box = openBox({
    title: labelOf(room),
    name: 'details',
    body: [
      STATES.filter(([, is]) => is(room)).map(([name, , words]) => el('p', { class: 'soft', 'data-state': name }, words)),
      about.map(([name, words]) => el('p', {}, el('strong', {}, name + ': '), words)),
      pins.length
        ? [
            el('h3', {}, 'Pinned'),
            el(
              'ul',
              { class: 'rows' },
              pins.map(one => pin(one, close)),
            ),
          ]
        : null,
      el('h3', {}, count(members.length, 'member')),
      invitation(room, members, hands, close),
      el(
        'ul',
        { class: 'rows' },
        members.map(id => member(id, hands, close)),
      ),
    ],
    foot:
      room.kind === 'channel' && room.member
        ? () => el('button', { class: 'btn danger', type: 'button', 'data-leave': room.id, onclick: leave }, 'Leave channel')
        : null,
  });
}
