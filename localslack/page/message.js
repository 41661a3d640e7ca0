/* One message as an article. It is drawn in parts, and what changes is drawn again alone: a choice half made in its blocks
   stays when somebody reacts or replies. */
import { attachments } from '/page/attachments.js';
import { blocks } from '/page/blockkit.js';
import { el, icon, keepFocus } from '/page/dom.js';
import { entries } from '/page/entries.js';
import { files } from '/page/files.js';
import { faceOf, press, writer } from '/page/frame.js';
import { isGone, isSystem } from '/page/lines.js';
import { clockTime, mrkdwn } from '/page/mrkdwn.js';
import { reactions } from '/page/reactions.js';
import { broadcastNote, summary } from '/page/summary.js';
import { count, spoken } from '/page/words.js';
import { editorFor } from '/page/rewrite.js';

const BIN = 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13';

const drawn = new WeakMap(); // article -> { message, mark, parts }

/* What differs in how the same message is shown. `scene` has: room (id), inThread, compact, editing, session (what the app says of its
   thread), version (of names), hands. */
const markOf = scene =>
  [
    scene.inThread,
    scene.compact,
    scene.editing,
    scene.session && scene.session.progress,
    scene.session && scene.session.status,
    scene.version,
  ].join();

const time = (message, words) => el('time', { class: 't', datetime: new Date(message.ts * 1000).toISOString() }, words);

function by(message, scene) {
  if (scene.compact || isSystem(message) || isGone(message)) return null;
  const badge = message.bot_id ? el('span', { class: 'app' }, 'APP') : null;
  return el('div', { class: 'by' }, el('b', {}, writer(message).name), badge, time(message, clockTime(message.ts)));
}

function face(message, scene) {
  if (isGone(message)) return el('div', { class: 'ava none', 'aria-hidden': 'true' }, icon(BIN));
  if (scene.compact) return el('div', { class: 'gutter', 'aria-hidden': 'true' }, clockTime(message.ts).replace(/ .M$/, ''));
  return faceOf(message, isSystem(message) ? 'tiny' : '');
}

function only(message, scene) {
  if (!message.is_ephemeral) return null;
  const away = el(
    'button',
    { class: 'aslink', type: 'button', 'data-dismiss': message.ts, onclick: () => scene.hands.dismiss(scene.room, message) },
    'Dismiss',
  );
  return el('div', { class: 'only' }, 'Only visible to you', away);
}

function body(message, scene, node) {
  if (scene.editing) return editorFor(message, scene);
  if (isGone(message)) return el('p', { class: 'gone' }, message.text, ' ', time(message, clockTime(message.ts)));
  if (isSystem(message))
    return el('div', { class: 'systemtext' }, mrkdwn(message.text), ' ', time(message, clockTime(message.ts)));
  const context = contextOf(message, scene, node);
  const inside =
    message.blocks && message.blocks.length
      ? blocks(message.blocks, context)
      : message.text
        ? el('div', { class: 'b' + (message.subtype === 'me_message' ? ' did' : '') }, mrkdwn(message.text))
        : null;
  const edited = message.edited && !message.bot_id ? el('span', { class: 't edited' }, '(edited)') : null;
  const cursor = isStreaming(message) ? el('span', { class: 'cursor', 'aria-label': 'still writing', role: 'img' }) : null;
  return el('div', { class: 'blocks' }, inside, cursor, edited, attachments(message.attachments || [], context));
}

const isStreaming = message => message.streaming_state === 'in_progress';

function contextOf(message, scene, node) {
  const kept = entries(scene.room + ':' + message.ts);
  const { hands, room } = scene;
  return {
    put: kept.put,
    start: kept.start,
    people: hands.people,
    rooms: hands.rooms,
    upload: hands.upload,
    file: hands.file,
    here: () => room,
    act: (spec, block, value) => press(node, spec, hands.click(room, message, spec, block, value, kept.values)),
    suggest: (spec, block, typed) => hands.suggest(room, message, spec, block, typed, kept.values),
  };
}

const shared = message =>
  message.files && message.files.length && !isGone(message) ? el('div', { class: 'sharedfiles' }, files(message.files)) : null;
const pinned = message => (message.pinned_to && message.pinned_to.length ? el('div', { class: 'only' }, '📌 Pinned') : null);

/* Each part: what it is drawn from, and how. A part that is not there is an empty place. */
const PARTS = [
  ['face', (message, scene) => [message.ts, message.user, message.username, message.icons, message.subtype, scene.compact], face],
  ['pinned', message => [message.pinned_to], pinned],
  ['only', message => [message.is_ephemeral], only],
  [
    'by',
    (message, scene) => [
      message.ts,
      message.user,
      message.username,
      message.bot_id,
      message.bot_profile,
      message.subtype,
      scene.compact,
    ],
    by,
  ],
  ['note', (message, scene) => [message.subtype, message.thread_ts, scene.inThread], broadcastNote],
  [
    'body',
    (message, scene) => [
      message.text,
      message.blocks,
      message.attachments,
      message.edited,
      message.subtype,
      message.streaming_state,
      scene.editing,
    ],
    body,
  ],
  ['files', message => [message.files], shared],
  ['reacts', message => [message.reactions], reactions],
  [
    'summary',
    (message, scene) => [message.reply_count, message.reply_users, message.latest_reply, scene.inThread, scene.session],
    summary,
  ],
];
const inFace = name => name === 'face';

function classes(message, scene) {
  const names = {
    eph: message.is_ephemeral,
    compact: scene.compact,
    system: isSystem(message),
    deleted: isGone(message),
    pinned: (message.pinned_to || []).length,
    editing: scene.editing,
  };
  return ['msg', ...Object.keys(names).filter(name => names[name])].join(' ');
}

function labelled(node, message, scene) {
  node.className = classes(message, scene);
  const where = message.reply_count && !scene.inThread ? `, ${count(message.reply_count, 'reply', 'replies')}` : '';
  node.setAttribute('aria-label', `${writer(message).name}, ${clockTime(message.ts)}: ${spoken(message, 90)}${where}`);
}

const empty = () => el('div', { hidden: true });

/* A new article. */
export function article(message, scene) {
  const node = el('article', { 'data-ts': message.ts, 'data-user': writer(message).id, tabindex: '-1' });
  const said = el('div', { class: 'said' });
  const parts = new Map();
  for (const [name, from, draw] of PARTS) {
    const part = draw(message, scene, node) || empty();
    parts.set(name, { key: JSON.stringify(from(message, scene)), part });
    if (inFace(name)) node.append(part);
    else said.append(part);
  }
  node.append(said);
  labelled(node, message, scene);
  drawn.set(node, { message, mark: markOf(scene), parts });
  return node;
}

/* Brings an article in line with its message; returns whether anything was different. */
export function renew(node, message, scene) {
  const known = drawn.get(node);
  const mark = markOf(scene);
  if (known.message === message && known.mark === mark) return false;
  const all = known.mark.split(',').pop() !== String(scene.version);
  for (const [name, from, draw] of PARTS) {
    const key = JSON.stringify(from(message, scene));
    const before = known.parts.get(name);
    if (before.key === key && !all) continue;
    const part = draw(message, scene, node) || empty();
    swap(before.part, part, node);
    known.parts.set(name, { key, part });
  }
  labelled(node, message, scene);
  Object.assign(known, { message, mark });
  return true;
}

/* What had the focus keeps it: the same control, the same reaction, or else the message. */
function swap(old, next, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (keepFocus(old, next) || !focused) return;
  const name = focused.dataset.reaction;
  const again = name && next.querySelector(`[data-reaction="${CSS.escape(name)}"]`);
  (again || node).focus({ preventScroll: true });
}

/* The message an article shows. */
export const messageOf = node => drawn.get(node).message;
