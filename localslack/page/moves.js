/* Going somewhere, and fetching what is there. */
import { act, ask, listen, read } from '/page/net.js';
import {
  booted,
  forgotten,
  grown,
  here,
  isApp,
  lined,
  loaded,
  marked,
  placed,
  previewed,
  roomOf,
  seen,
  showsMessages,
  told,
  unlined,
} from '/page/reduce.js';
import { addressOf, note, readAddress, remember, remembered } from '/page/route.js';
import { change, current } from '/page/store.js';
import { fresh, lastTs } from '/page/stretch.js';
import { toast } from '/page/pop.js';

const NEVER = '0000000000.000000'; // read up to nothing: all of it is new, so nothing stands out

let stretches = 0;
let stop = () => {};
let hear = () => {}; // told of every news item after it was taken in
export const onNews = listener => {
  hear = listener;
};

let turn = 0; // becoming somebody else while one becomes somebody counts, not the other way round
let entering = null; // whom one is becoming
const MOST_RECENT = 500;
let recent = []; // the last news: an answer that was on its way while they came is older than they are

/* Takes in an answer, and what has happened since the workspace gave it. */
function takeIn(answer, reducer, ...given) {
  change(reducer, ...given);
  recent.filter(item => item.number > answer.number).forEach(item => change(told, item));
}

/* Becomes a person: everything is asked for again, as they may see it. The stream is opened first, so that nothing is missed. */
export async function enter(me, wanted = null) {
  const before = current();
  const mine = (turn += 1);
  stop();
  entering = me;
  recent = [];
  await new Promise(open => {
    stop = listen(me, {
      news: item => {
        take(item);
        open();
      },
      lost: () => {
        change(lined, 'lost');
        open();
      },
    });
  });
  const found = await ask('/_page/boot', { me });
  if (mine !== turn) return true;
  if (!found) {
    stop();
    entering = null;
    return false;
  }
  change(forgotten);
  takeIn(found, booted, found);
  localStorage.setItem('me', me);
  const known = remembered(me);
  await arrive(wanted || (known ? readAddress(known) : likewise(before)), true);
  if (mine !== turn) return true;
  change(lined, 'live');
  entering = null;
  if (recent.some(item => item.number > found.number && tellsOfOthers(item))) soon();
  return true;
}

/* Where the one before was, if the next may be there too. */
function likewise(before) {
  const place = readAddress('');
  if (!before.boot) return place;
  if (isApp(before)) return { ...place, room: 'app', tab: before.place.tab };
  return {
    ...place,
    room: current().rooms[before.place.room] ? before.place.room : '',
    pane: before.place.pane === 'list' ? 'list' : 'main',
  };
}

function take(item) {
  if (item.kind === 'hello') {
    if (!entering) greeted(item);
    return;
  }
  recent = [...recent, item].slice(-MOST_RECENT);
  if (item.kind === 'reset') {
    location.reload();
    return;
  }
  const before = current();
  if (!entering || (before.boot && before.boot.me === entering)) change(told, item);
  if (entering) return;
  if (tellsOfOthers(item)) soon();
  if (item.kind === 'gone' && before.thread && item.ts === before.thread.root) closeThread();
  if (item.kind === 'bookmarks' && !current().bookmarks) bookmarks();
  hear(item, before);
}

const WHO_AND_WHERE = ['rooms', 'people', 'connected'];

/* What changes more than can be told from it: who is here, or a conversation one did not know or cannot count in. */
const tellsOfOthers = item =>
  WHO_AND_WHERE.includes(item.kind) ||
  (item.channel && (!current().rooms[item.channel] || (item.kind === 'gone' && item.channel !== current().place.room)));

/* The stream is open. What was missed in between was sent, or everything is looked at again. */
function greeted(hello) {
  const was = current().line;
  change(lined, 'live');
  if (!hello.resumed) {
    recent = [];
    refresh();
  } else if (was === 'lost') soon();
}

let later = 0;
/* Asks again who and what is there, once for many reasons. */
export function soon() {
  clearTimeout(later);
  later = setTimeout(reboot, 120);
}

async function reboot() {
  const me = current().boot && current().boot.me;
  const found = me && (await ask('/_page/boot', { me }));
  if (!found || !current().boot || current().boot.me !== me) return;
  takeIn(found, booted, found);
  if (!here(current())) await arrive({ room: '', tab: 'home', thread: null, target: null, pane: 'main' }, true);
}

async function refresh() {
  await reboot();
  await Promise.all(['main', 'thread'].map(which => current()[which] && load(which)));
}

/* Finds the room a place names, by id or name; the first one when there is none. Public channels can be looked into. */
async function found(name) {
  const state = current();
  const rooms = Object.values(state.rooms);
  if (name === 'app' && state.boot.app.channel) return state.boot.app.channel;
  const mine = rooms.find(room => room.id === name) || rooms.find(room => room.kind === 'channel' && room.name === name);
  if (mine) return mine.id;
  const open = Object.entries(state.boot.public).find(pair => pair.includes(name));
  const answer = name && (await ask('/_page/room', { me: state.boot.me, channel: open ? open[0] : name }));
  if (answer) {
    change(previewed, answer.room);
    return answer.room.id;
  }
  if (name && name !== 'app') toast('That conversation is not there, or not for this person.');
  const first = rooms.find(room => room.kind === 'channel' && !room.archived) || rooms[0];
  return first ? first.id : null;
}

const tabOf = (app, wanted) => (wanted === 'messages' || !app.home_tab ? 'messages' : 'home');

/* Goes to a place; what it does not say stays as usual there. */
export async function arrive(wanted, replace = false) {
  const room = await found(wanted.room);
  const state = current();
  const known = roomOf(state, room);
  if (!known) {
    toast('This person is in no conversation.');
    return;
  }
  const moved = !state.main || state.main.room !== room;
  const place = { thread: null, pane: 'main', target: null, ...wanted, room, tab: tabOf(state.boot.app, wanted.tab) };
  const main = moved ? fresh(++stretches, room, null, known.unread && known.read > NEVER ? known.read : null) : state.main;
  const same = !moved && state.thread && state.thread.root === place.thread;
  const thread = !place.thread ? null : same ? state.thread : fresh(++stretches, room, place.thread);
  const came = isApp(state, room) && (moved || state.place.tab !== place.tab);
  change(placed, place, main, thread);
  const address = addressOf(current());
  note(address, replace);
  remember(state.boot.me, address);
  if (came)
    act({
      do: 'home',
      me: state.boot.me,
      tab: place.tab,
      at: moved && state.rooms[state.place.room] ? state.place.room : undefined,
    });
  if (!current().bookmarks) bookmarks();
  const target = place.target && jump(place.target);
  await Promise.all([target || (moved && load('main')), thread && !same && load('thread')]);
  mark();
}

export const go = wanted => arrive({ ...current().place, thread: null, target: null, pane: 'main', ...wanted });
export const openThread = ts => arrive({ ...current().place, thread: ts, target: null, pane: 'thread' });
export const closeThread = () => arrive({ ...current().place, thread: null, target: null, pane: 'main' });
export const showList = () => arrive({ ...current().place, thread: null, target: null, pane: 'list' });

async function bookmarks() {
  const { place, boot } = current();
  const found = await ask('/_page/bookmarks', { me: boot.me, channel: place.room });
  if (found) change(marked, place.room, found.bookmarks);
}

const path = { main: '/_page/channel', thread: '/_page/thread' };
const query = stretch => ({ me: current().boot.me, channel: stretch.room, ts: stretch.root });

/* Fetches the newest page of a stretch. */
export async function load(which) {
  const stretch = current()[which];
  const page = await ask(path[which], query(stretch));
  if (page) takeIn(page, loaded, which, stretch.id, page);
  if (page && which === 'main') mark();
}

const asking = new Set();
/* Fetches the page before (`older`) or after (`newer`) what is there; one at a time. */
export async function more(which, side) {
  const stretch = current()[which];
  if (!stretch || !stretch[side] || !stretch.list.length || asking.has(stretch.id)) return;
  asking.add(stretch.id);
  const edge = side === 'older' ? { before: stretch.list[0].ts } : { after: lastTs(stretch) };
  const page = await ask(path[which], { ...query(stretch), ...edge });
  asking.delete(stretch.id);
  if (page) takeIn(page, grown, which, stretch.id, page, side);
}

let reached = () => {};
export const onJump = scroll => {
  reached = scroll;
};

/* Goes to a message of this conversation, wherever it is: what lies around it is fetched. A reply opens its thread, too. */
export async function jump(ts) {
  const stretch = current().main;
  const page = await ask('/_page/around', { ...query(stretch), ts });
  if (!page || !current().main || current().main.id !== stretch.id) return;
  takeIn(page, loaded, 'main', stretch.id, page);
  reached('main', page.ts);
  if (!page.found) toast('That message is not there any more.');
  if (page.thread_ts && page.thread_ts !== ts) {
    await openThread(page.thread_ts);
    reached('thread', ts);
  }
}

const looked = () => document.visibilityState === 'visible';

/* Marks what is on the screen as read. */
export function mark() {
  const state = current();
  const room = state.rooms[state.place.room];
  const stretch = state.main;
  if (!room || !stretch || !stretch.loaded || stretch.newer || !looked() || !showsMessages(state)) return;
  const ts = [room.latest, lastTs(stretch)].sort().pop();
  if (!ts || ts <= room.read) return;
  change(seen, room.id, ts);
  read({ me: state.boot.me, channel: room.id, ts });
}

/* Nobody looks: what comes now gets a line above it. Whoever looks again and finds nothing new sees no line. */
document.addEventListener('visibilitychange', () => {
  const state = current();
  const room = state.boot && state.rooms[state.place.room];
  if (room && !room.unread) change(unlined, 'main', looked() ? null : room.latest);
  if (room) mark();
});
