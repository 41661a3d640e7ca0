/* A stretch of a conversation or of a thread: its messages in order, without gaps. Pure: every function returns a new one.

   `older` and `newer` say whether there is more beyond its ends; `root` is the thread's first message by its ts, `top` that message;
   `line` is up to where it was read when it was opened; `unseen` are the ts of what came while its end was not loaded. */

export const MOST = 300; // messages kept, and so articles on the page

export function fresh(id, room, root = null, line = null) {
  return { id, room, root, line, top: null, list: [], older: false, newer: false, loaded: false, unseen: [] };
}

const byTs = (one, other) => (one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0);

/* Where a ts is in the list, or where it would go. */
function place(list, ts) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(list, others) {
  const all = new Map([...list, ...others].map(message => [message.ts, message]));
  return [...all.values()].sort(byTs);
}

/* Only what lies inside: a message that one person sees is sent with every page. */
function inside(page, older, newer) {
  const first = older && page.messages.length ? page.messages[0].ts : '';
  const last = newer && page.messages.length ? page.messages[page.messages.length - 1].ts : '~';
  return page.ephemerals.filter(one => one.ts >= first && one.ts <= last);
}

/* Puts a page in the place of everything. */
export function opened(stretch, page) {
  const list = merged(page.messages, inside(page, page.older, page.newer));
  return { ...stretch, list, top: page.root || null, older: page.older, newer: page.newer, loaded: true, unseen: [] };
}

/* Adds the page before or after; what is too much goes at the other end. */
export function extended(stretch, page, side) {
  const before = side === 'older';
  const list = merged(stretch.list, [...page.messages, ...inside(page, before ? page.older : true, before ? true : page.newer)]);
  const ends = { older: before ? page.older : stretch.older, newer: before ? stretch.newer : page.newer };
  const grown = { ...stretch, ...ends, list, unseen: ends.newer ? stretch.unseen : [] };
  return cut(grown, before ? 'newer' : 'older');
}

function cut(stretch, side) {
  if (stretch.list.length <= MOST) return stretch;
  const list = side === 'newer' ? stretch.list.slice(0, MOST) : stretch.list.slice(-MOST);
  return { ...stretch, list, [side]: true };
}

const unseen = (stretch, ts) => (stretch.unseen.includes(ts) ? stretch : { ...stretch, unseen: [...stretch.unseen, ts] });

/* A message was written or changed. One that lies beyond a loaded end is not added. */
export function withMessage(stretch, message) {
  if (message.ts === stretch.root) return { ...stretch, top: message };
  if (!stretch.loaded) return stretch;
  const at = place(stretch.list, message.ts);
  const there = stretch.list[at];
  if (there && there.ts === message.ts) return { ...stretch, list: stretch.list.with(at, message) };
  if (at === stretch.list.length && stretch.newer) return unseen(stretch, message.ts);
  if (at === 0 && stretch.older) return stretch;
  return cut({ ...stretch, list: stretch.list.toSpliced(at, 0, message) }, 'older');
}

export function withoutMessage(stretch, ts) {
  if (ts === stretch.root) return { ...stretch, top: null };
  const list = stretch.list.filter(message => message.ts !== ts);
  return list.length === stretch.list.length ? stretch : { ...stretch, list };
}

export const lastTs = stretch => (stretch.list.length ? stretch.list[stretch.list.length - 1].ts : '');
