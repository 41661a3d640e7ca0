/* The left column: the app, channels, direct messages; what is unread in them; and who one is at the moment. */
import { byId, el, icon } from '/page/dom.js';
import { hasDraft } from '/page/composer.js';
import { browse, createChannel } from '/page/browse.js';
import { app, avatar } from '/page/frame.js';
import { menu } from '/page/pop.js';
import { signOf, titleOf } from '/page/rooms.js';
import { roveButtons } from '/page/rove.js';
import { newMessage } from '/page/talk.js';

const PLUS = 'M12 5v14M5 12h14';
const PEN = 'M4 20l1-4L16 5l3 3L8 19z';
const TWO = 'M9 12a5 5 0 1 0 0-.01M15 12a5 5 0 1 0 0-.01';
const MOST = 99;

/* Mentions and direct messages count in red, other news quietly. */
function badge(room) {
  const loud = room.kind !== 'channel' ? room.unread : room.mentions;
  const n = loud || room.unread;
  if (!n) return null;
  return [
    el('span', { class: 'n' + (loud ? '' : ' quiet') }, n > MOST ? MOST + '+' : String(n)),
    el('span', { class: 'sr' }, loud ? ' for you' : ' unread'),
  ];
}

function marks(room) {
  return [
    room.private ? el('span', { class: 'sr' }, ', private') : null,
    room.archived ? el('span', { class: 'sr' }, ', archived') : null,
    room.shared === 'ext'
      ? el(
          'span',
          { class: 'outside', title: 'Shared with another company' },
          icon(TWO),
          el('span', { class: 'sr' }, ', shared with another company'),
        )
      : null,
  ];
}

function entry({ room, here, key, face, label, note, draft, go }) {
  const names = ['ch', room && room.unread ? 'new' : '', room && room.archived ? 'archived' : ''].filter(Boolean).join(' ');
  return el(
    'button',
    {
      class: names,
      type: 'button',
      'data-channel': room ? room.id : null,
      'data-key': key,
      'aria-current': here ? 'true' : null,
      onclick: go,
    },
    face,
    el('span', { class: 'label' }, label),
    note ? el('span', { class: 'note' }, note) : null,
    draft ? el('span', { class: 'draft', title: 'Draft' }, icon(PEN), el('span', { class: 'sr' }, ', a draft')) : null,
    room ? marks(room) : null,
    room ? badge(room) : null,
  );
}

function section(title, more, entries) {
  return [el('div', { class: 'sech' }, el('h2', {}, title), more), el('div', { class: 'sec-list' }, entries)];
}

const plus = (label, go) =>
  el('button', { class: 'ico small', type: 'button', 'aria-label': label, title: label, onclick: go }, icon(PLUS));

function channelsMenu(hands) {
  const open = plus('Add channels', () =>
    menu(open, [
      ['Browse channels', () => browse(hands), 'browse'],
      ['Create a channel', () => createChannel(hands), 'create'],
    ]),
  );
  open.setAttribute('aria-haspopup', 'menu');
  open.setAttribute('aria-expanded', 'false');
  return el('span', { class: 'menuwrap' }, open);
}

const byName = (one, other) => one.archived - other.archived || one.name.localeCompare(other.name);

function entries(state, hands) {
  const { boot, place } = state;
  const rooms = Object.values(state.rooms);
  const line = (room, more) =>
    entry({
      room,
      key: room.id,
      here: place.room === room.id,
      draft: hasDraft(`${boot.me}/${room.id}`),
      go: () => hands.go(room.id),
      ...more,
    });
  const channels = rooms
    .filter(room => room.kind === 'channel')
    .sort(byName)
    .map(room => line(room, { face: signOf(room), label: room.name }));
  const groups = rooms
    .filter(room => room.kind === 'mpim')
    .map(room =>
      line(room, {
        face: el('span', { class: 'g many', 'aria-hidden': 'true' }, String(room.with.length)),
        label: titleOf(room),
      }),
    );
  const direct = new Map(rooms.filter(room => room.kind === 'im').map(room => [room.with[0] || boot.me, room]));
  const people = boot.people
    .filter(one => one.near && one.id !== boot.me)
    .map(one => {
      const room = direct.get(one.id);
      const shown = { face: avatar(one.id, 'sm'), label: one.name, note: one.title };
      return room ? line(room, shown) : entry({ ...shown, key: one.id, go: () => hands.talk(one.id) });
    });
  const ours = direct.get(app.user);
  return {
    apps: ours ? [line(ours, { face: avatar(app.user, 'sm'), label: app.name })] : [],
    channels,
    talks: [...groups, ...people],
  };
}

let rove = null;
let shown = '';

/* Draws the column; when nothing in it has changed, nothing is touched. */
export function sidebar(state, hands) {
  const host = byId('list');
  const { boot, place, rooms } = state;
  const mark = JSON.stringify([
    boot.me,
    boot.people,
    boot.visitor,
    app.name,
    place.room,
    rooms,
    Object.keys(rooms).map(id => hasDraft(`${boot.me}/${id}`)),
  ]);
  if (mark === shown) return;
  shown = mark;
  const focused = host.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const { apps, channels, talks } = entries(state, hands);
  host.replaceChildren(
    ...[
      section('Apps', null, apps),
      section('Channels', boot.visitor ? null : channelsMenu(hands), channels),
      section(
        'Direct messages',
        plus('New message', () => newMessage(hands)),
        talks,
      ),
    ].flat(),
  );
  rove ||= roveButtons(host);
  rove();
  if (focused) host.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
