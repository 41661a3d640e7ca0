/* What a message says about its thread: how many replied, who, and when last; and that a reply was shown in the channel, too. */
import { el } from '/page/dom.js';
import { avatar } from '/page/frame.js';
import { stamp } from '/page/mrkdwn.js';
import { count } from '/page/words.js';

const STATE = { processing: 'At work', suspended: 'Waiting for somebody', closed: 'Ended' };

export function summary(message, scene) {
  const n = message.reply_count;
  if (!n || scene.inThread) return null;
  const last = Math.floor(message.latest_reply);
  return el(
    'button',
    { class: 'replies', type: 'button', 'data-thread': message.ts, onclick: () => scene.hands.thread(message.ts) },
    (message.reply_users || []).slice(0, 4).map(user => avatar(user, 'tiny')),
    el('span', {}, count(n, 'reply', 'replies')),
    scene.session && STATE[scene.session.progress] ? el('span', { class: 'state' }, STATE[scene.session.progress]) : null,
    el('span', { class: 't' }, 'Last reply ', stamp(last, '{date_short_pretty} at {time}', '')),
  );
}

export function broadcastNote(message, scene) {
  if (message.subtype !== 'thread_broadcast') return null;
  if (scene.inThread) return el('div', { class: 'only' }, 'Also sent to the channel');
  return el(
    'div',
    { class: 'only' },
    'Replied to ',
    el('button', { class: 'aslink', type: 'button', onclick: () => scene.hands.thread(message.thread_ts) }, 'a thread'),
  );
}
