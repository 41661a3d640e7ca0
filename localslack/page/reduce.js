/* How what the page knows changes. Pure: a state in, the next state out. */
import { extended, opened, withMessage, withoutMessage } from '/page/stretch.js';

export const roomOf = (state, id) => state.rooms[id] || (state.preview && state.preview.id === id ? state.preview : null);
export const here = state => roomOf(state, state.place.room);
export const isApp = (state, id = state.place.room) => !!state.boot && id === state.boot.app.channel;

/* Whether the messages of the place are on the screen, and not the app's home tab. */
export const showsMessages = state => !isApp(state) || state.place.tab === 'messages';

export function booted(state, boot) {
  const rooms = Object.fromEntries(boot.rooms.map(room => [room.id, room]));
  const preview = state.preview && rooms[state.preview.id] ? null : state.preview;
  return { ...state, boot, rooms, preview };
}

export const previewed = (state, room) => ({ ...state, preview: room });
export const placed = (state, place, main, thread) => ({
  ...state,
  place,
  main,
  thread,
  editing: null,
  bookmarks: place.room === state.place.room ? state.bookmarks : null,
});
export const marked = (state, room, list) => (state.place.room === room ? { ...state, bookmarks: { room, list } } : state);
export const edits = (state, ts) => ({ ...state, editing: ts });
export const lined = (state, line) => ({ ...state, line });
export const forgotten = state => ({
  ...state,
  boot: null,
  rooms: {},
  preview: null,
  main: null,
  thread: null,
  editing: null,
  line: 'new',
});

/* What the app said of the threads of one conversation, by their ts. */
const sessions = (room, list) => ({ room, byTs: Object.fromEntries(list.map(one => [one.thread_ts, one])) });

/* An answer belongs to the stretch it was asked for, or to none. */
function on(state, which, id, change) {
  const stretch = state[which];
  return stretch && stretch.id === id ? { ...state, [which]: change(stretch) } : state;
}
export function loaded(state, which, id, page) {
  const next = on(state, which, id, stretch => opened(stretch, page));
  return next === state ? state : { ...next, sessions: sessions(next[which].room, page.sessions) };
}
export const grown = (state, which, id, page, side) => on(state, which, id, stretch => extended(stretch, page, side));
export const unlined = (state, which, line = null) => (state[which] ? { ...state, [which]: { ...state[which], line } } : state);

function inRoom(state, id, change) {
  const room = state.rooms[id];
  return room ? { ...state, rooms: { ...state.rooms, [id]: { ...room, ...change(room) } } } : state;
}

/* Read up to a moment: what came later stays unread. */
export function seen(state, id, ts) {
  return inRoom(state, id, room => (ts < room.latest ? { read: ts } : { read: ts, unread: 0, mentions: 0 }));
}

export const isTop = message => !message.thread_ts || message.thread_ts === message.ts || message.subtype === 'thread_broadcast';
const belongs = (state, channel) => state.place.room === channel;

/* What is told, one kind each. */
const TOLD = {
  message(state, { channel, message }) {
    const next = counted(state, channel, message);
    if (!belongs(next, channel)) return next;
    return inThread(isTop(message) && next.main ? { ...next, main: withMessage(next.main, message) } : next, message);
  },
  ephemeral(state, { channel, message }) {
    if (!belongs(state, channel)) return state;
    if (!message.thread_ts && state.main) return { ...state, main: withMessage(state.main, message) };
    return inThread(state, message);
  },
  gone(state, { channel, ts }) {
    if (!belongs(state, channel)) return state;
    return {
      ...state,
      main: state.main && withoutMessage(state.main, ts),
      thread: state.thread && withoutMessage(state.thread, ts),
    };
  },
  views: (state, { stack, home }) => ({ ...state, boot: { ...state.boot, views: { stack, home } } }),
  connected: (state, { connected }) => ({ ...state, boot: { ...state.boot, connected } }),
  read: (state, { channel, ts }) => seen(state, channel, ts),
  session(state, said) {
    if (state.sessions.room !== said.channel) return state;
    return { ...state, sessions: { ...state.sessions, byTs: { ...state.sessions.byTs, [said.thread_ts]: said } } };
  },
  bookmarks: (state, { channel }) => (belongs(state, channel) ? { ...state, bookmarks: null } : state),
};

export const told = (state, news) => (state.boot && TOLD[news.kind] ? TOLD[news.kind](state, news) : state);

function inThread(state, message) {
  const root = state.thread && state.thread.root;
  if (!root || (message.ts !== root && message.thread_ts !== root)) return state;
  return { ...state, thread: withMessage(state.thread, message) };
}

/* New messages of others count as unread until somebody looks. */
function counted(state, channel, message) {
  const me = state.boot.me;
  if (!isTop(message)) return state;
  return inRoom(state, channel, room => {
    if (message.ts <= room.latest) return {};
    if (message.user === me || message.ts <= room.read) return { latest: message.ts };
    const named = JSON.stringify(message).includes(`<@${me}>`) ? 1 : 0;
    return { latest: message.ts, unread: room.unread + 1, mentions: room.mentions + named };
  });
}
