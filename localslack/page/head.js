/* The bar over the messages, the app's tabs, and what stands where nobody has written yet. */
import { byId, el, icon } from '/page/dom.js';
import { shortcodes } from '/page/emoji.js';
import { app, avatar } from '/page/frame.js';
import { link } from '/page/mrkdwn.js';
import { labelOf, signOf, titleOf } from '/page/rooms.js';
import { count } from '/page/words.js';

const TWO = 'M9 12a5 5 0 1 0 0-.01M15 12a5 5 0 1 0 0-.01';

function marks(room) {
  return [
    room.archived ? el('span', { class: 'app' }, 'Archived') : null,
    room.shared === 'ext' ? el('span', { class: 'app outside' }, icon(TWO), 'Shared with another company') : null,
  ];
}

function title(room, ours) {
  if (ours) return [app.name];
  if (room.kind !== 'channel') return [titleOf(room)];
  return room.private || room.archived
    ? [signOf(room), el('span', { class: 'sr' }, room.private ? 'Private channel ' : ''), room.name]
    : ['# ' + room.name];
}

function words(room, ours, boot) {
  if (ours) return boot.app.description;
  if (room.kind === 'channel') return room.topic;
  return room.kind === 'mpim' ? 'Group message' : 'Direct message';
}

function links(list) {
  const host = byId('bookmarks');
  host.hidden = !list.length;
  host.replaceChildren(...list.map(one => link(one.link, shortcodes(`${one.emoji || ''} ${one.title}`.trim()))));
}

let shown = '';

export function head(state, room, ours, hands) {
  const { boot, place } = state;
  const list = (state.bookmarks || {}).list || [];
  const mark = JSON.stringify([room, ours, place.tab, app.name, boot.me, list]);
  if (mark === shown) return;
  shown = mark;
  byId('title').replaceChildren(...title(room, ours).filter(Boolean));
  byId('marks').replaceChildren(...marks(room).filter(Boolean));
  byId('topic').textContent = words(room, ours, boot);
  byId('count').textContent = ours ? 'APP' : count(room.members, 'member');
  byId('count').hidden = room.kind === 'im' && !ours;
  byId('count').onclick = () => hands.details(room);
  links(list);
  tabs(boot, place.tab, ours, hands);
}

const TABS = [
  ['home', 'Home', 'home_tab'],
  ['messages', 'Messages', 'messages_tab'],
];

function tabs(boot, now, ours, hands) {
  const list = TABS.filter(([, , feature]) => boot.app[feature]);
  const host = byId('tabs');
  const focused = host.contains(document.activeElement);
  host.hidden = !ours;
  byId('pane').setAttribute('role', ours ? 'tabpanel' : 'region');
  if (!ours) return;
  host.replaceChildren(
    ...list.map(([name, label]) =>
      el(
        'button',
        {
          role: 'tab',
          type: 'button',
          'data-tab': name,
          id: 'tab-' + name,
          'aria-controls': 'pane',
          'aria-selected': String(name === now),
          tabindex: name === now ? '0' : '-1',
          onclick: () => hands.tab(name),
        },
        label,
      ),
    ),
  );
  host.onkeydown = event => {
    if (list.length > 1 && ['ArrowLeft', 'ArrowRight'].includes(event.key)) hands.tab(now === 'home' ? 'messages' : 'home');
  };
  if (focused) host.querySelector('[aria-selected=true]').focus();
}

/* What stands above the first message of a conversation. */
export function beginning(room, ours) {
  const face = room.kind === 'channel' ? null : avatar(room.with[0] || app.user, '');
  const text = ours
    ? `This is the beginning of your messages with ${app.name}.`
    : room.kind === 'channel'
      ? `This is the beginning of ${labelOf(room)}. Whatever is written here stays on this machine.`
      : `This is the beginning of your messages with ${titleOf(room)}.`;
  return el('div', { class: 'empty' }, face, el('p', {}, text));
}
