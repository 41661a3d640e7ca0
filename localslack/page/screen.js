/* Draws what the page knows: each part asks itself whether anything of it has changed. */
import { compose } from '/page/composer.js';
import { byId, el } from '/page/dom.js';
import { app, showHome } from '/page/frame.js';
import { beginning, head } from '/page/head.js';
import { hands } from '/page/hands.js';
import * as modal from '/page/modal.js';
import { settings } from '/page/mrkdwn.js';
import { jump, load, mark, more } from '/page/moves.js';
import { act, upload } from '/page/net.js';
import { Pane } from '/page/pane.js';
import { here, isApp, showsMessages } from '/page/reduce.js';
import { labelOf, titleOf } from '/page/rooms.js';
import { sidebar } from '/page/sidebar.js';
import { current } from '/page/store.js';
import { strip } from '/page/strip.js';
import { self } from '/page/who.js';
import { sessionsOf, status } from '/page/status.js';

const pane = which =>
  new Pane(byId(which === 'main' ? 'pane' : 'tpane'), {
    more: side => more(which, side),
    ended: () => {
      if (which === 'main') mark();
    },
    latest: () => load(which).then(() => panes[which].toEnd()),
    first: () => jump(current().main.line),
  });
export const panes = { main: pane('main'), thread: pane('thread') };

let names = '';
let version = 0;

/* Names that texts are drawn with; a new version draws every message again. */
function named({ boot, rooms }) {
  const now = JSON.stringify([
    boot.me,
    boot.people,
    boot.groups,
    boot.app,
    boot.public,
    Object.values(rooms).map(room => room.name),
  ]);
  if (now === names) return;
  names = now;
  version += 1;
  Object.assign(app, { user: boot.app.user, name: boot.app.name, order: boot.people.map(one => one.id) });
  settings.me = boot.me;
  settings.zone = boot.people.find(one => one.id === boot.me).zone;
  settings.names = { [boot.app.user]: boot.app.name, ...Object.fromEntries(boot.people.map(one => [one.id, one.name])) };
  settings.rooms = {
    ...boot.public,
    ...Object.fromEntries(
      Object.values(rooms)
        .filter(room => room.kind === 'channel')
        .map(room => [room.id, room.name]),
    ),
  };
  settings.groups = Object.fromEntries(boot.groups.map(group => [group.id, group.handle]));
}

/* What all messages of a list are drawn with. */
export function sceneOf(which) {
  const state = current();
  const stretch = state[which];
  if (!state.boot || !stretch) return null;
  return {
    room: stretch.room,
    inThread: which === 'thread',
    me: state.boot.me,
    editing: state.editing,
    version,
    hands,
    sessions: sessionsOf(state, stretch.room),
    closed: !!closed(here(state)),
    beginning: () => beginning(here(state), isApp(state)),
  };
}

export function screen(state) {
  if (!state.boot) return;
  named(state);
  titled(state);
  strip(state);
  sidebar(state, hands);
  self(state.boot);
  const room = here(state);
  const ours = isApp(state);
  if (!room) return;
  document.body.dataset.pane = state.place.pane;
  document.body.classList.toggle('threaded', !!state.thread);
  head(state, room, ours, hands);
  main(state, room, ours);
  aside(state, room);
  modal.sync(state.boot.views.stack, hands);
}

function titled({ boot, rooms }) {
  const loud = Object.values(rooms).reduce((sum, room) => sum + (room.kind === 'channel' ? room.mentions : room.unread), 0);
  document.title = `${loud ? `(${loud}) ` : ''}${boot.team.name}, local workspace`;
  byId('team').textContent = boot.team.name;
  byId('flag').textContent = boot.team.name
    .split(/[^\p{L}]+/u)
    .map(word => word[0])
    .join('')
    .slice(0, 2);
}

function main(state, room, ours) {
  const atHome = ours && !showsMessages(state);
  const host = byId('pane');
  const label = ours ? app.name : labelOf(room);
  host.setAttribute('aria-label', atHome ? `Home of ${app.name}` : `Messages in ${label}`);
  if (atHome && homeHost().hidden) host.scrollTop = 0;
  homeHost().hidden = !atHome;
  panes.main.list.hidden = atHome;
  byId('composer').hidden = atHome;
  if (atHome) showHome(homeHost(), state.boot.views.home, hands);
  else if (state.main) panes.main.show(state.main, sceneOf('main'));
  status(byId('status'), state, room, null, hands);
  if (!atHome) write(byId('composer'), state, room, ours);
}

let home = null;
function homeHost() {
  if (!home) {
    home = el('div', { class: 'homehost', hidden: true });
    byId('pane').append(home);
  }
  return home;
}

/* Why one cannot write here, and what to do about it; nothing where one can. */
function closed(room) {
  if (room.archived) return ['This channel is archived. It can be read, not written to.'];
  if (isApp(current()) && !current().boot.app.reads) return ['Sending messages to this app has been turned off.'];
  if (room.member === false)
    return [
      `You are looking at #${room.name}. `,
      el(
        'button',
        { class: 'btn primary', type: 'button', 'data-join': room.id, onclick: () => hands.join(room.id) },
        'Join channel',
      ),
    ];
  return null;
}

function readOnly(host, key, words) {
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  host.replaceChildren(el('p', { class: 'readonly' }, words));
}

function write(host, state, room, ours) {
  const me = state.boot.me;
  const why = closed(room);
  host.classList.toggle('off', !!why);
  if (why) {
    readOnly(host, `closed/${me}/${room.id}/${room.archived}`, why);
    return;
  }
  const label = `Message ${ours ? app.name : labelOf(room)}`;
  compose(host, {
    ...writing(state, room, null),
    key: `${me}/${room.id}`,
    label,
    inThread: false,
    alsoTo: null,
    tip: state.boot.commands.length ? 'Type / for commands' : room.kind === 'im' ? '' : `Mention @${app.name} to reach it`,
  });
}

/* A shortcut or a command in a menu: its name, and what it is for. */
const offer = one => [one.name, one.description ? el('small', {}, one.description) : ''];

/* What composers of the channel and of the thread share. */
function writing(state, room, root) {
  const me = state.boot.me;
  const which = root ? 'thread' : 'main';
  return {
    known: () => ({ ...current().boot, rooms: Object.values(current().rooms).filter(one => one.kind === 'channel') }),
    entries: insert => [
      ...state.boot.shortcuts
        .filter(one => one.kind === 'global')
        .map(one => [offer(one), () => hands.shortcut(one.callback_id), one.callback_id]),
      ...(root ? [] : state.boot.commands.map(one => [offer(one), () => insert(one.name + ' '), one.name])),
    ],
    send(words, files, also) {
      panes[which].stuck = !current()[which].newer;
      if (files.length) return upload({ me, channel: room.id, thread_ts: root, text: words }, files);
      return act({ do: 'say', me, channel: room.id, text: words, thread_ts: root, broadcast: also || undefined });
    },
    editLast() {
      const mine = current()
        [which].list.filter(message => message.user === me && !message.bot_id && !message.is_ephemeral && !message.subtype)
        .pop();
      if (mine) hands.edit(mine.ts);
      return !!mine;
    },
  };
}

function aside(state, room) {
  const { thread } = state;
  if (!thread) return;
  byId('ttopic').textContent = room.kind === 'channel' ? '#' + room.name : titleOf(room);
  panes.thread.show(thread, sceneOf('thread'));
  status(byId('tstatus'), state, room, thread.root, hands);
  const session = sessionsOf(state, room.id)[thread.root];
  byId('ttitle').textContent = (session && session.title) || 'Thread';
  const host = byId('tcomposer');
  const why = closed(room);
  const key = `${state.boot.me}/${room.id}/${thread.root}`;
  host.classList.toggle('off', !!why);
  if (why) {
    readOnly(host, 'closed/' + key, why);
    return;
  }
  compose(host, {
    ...writing(state, room, thread.root),
    key,
    label: 'Reply…',
    inThread: true,
    alsoTo: room.kind === 'channel' ? '#' + room.name : null,
    tip: `@${app.name} works here`,
  });
}
