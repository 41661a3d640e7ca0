/* What the app says about its work in a thread or a direct message: that it is thinking, that it waits, what one may say next. */
import { el } from '/page/dom.js';
import { emojiCharacter } from '/page/emoji.js';
import { app, avatar } from '/page/frame.js';
import { lastTs } from '/page/stretch.js';

const PROGRESS = { processing: 'is at work', suspended: 'waits for somebody', closed: 'has ended this session' };

const NONE = {};

/* What the app said of the threads of a conversation, by their ts. */
export const sessionsOf = (state, room) => (state.sessions.room === room ? state.sessions.byTs : NONE);

/* Below a list: what is said of its thread; below a direct message: of the newest message, or of where the app is at work. */
function said(state, room, root) {
  const all = sessionsOf(state, room.id);
  if (root) return all[root] || null;
  if (room.kind === 'channel' || !state.main) return null;
  const busy = Object.keys(all)
    .sort()
    .filter(ts => all[ts].status)
    .pop();
  return all[lastTs(state.main)] || all[busy] || null;
}

function line(session, room, hands) {
  const words = session.status ? (session.loading_messages || [])[0] || session.status : PROGRESS[session.progress];
  if (!words) return null;
  const name = session.username || app.name;
  const sign = emojiCharacter((session.icon_emoji || '').replace(/:/g, ''));
  const loading = !!session.status && (session.loading_messages || []).length > 0;
  const going = session.status || session.progress === 'processing';
  return el(
    'div',
    { class: 'saying ' + (session.status ? 'thinking' : session.progress), role: 'status' },
    avatar(app.user, 'tiny', { name: session.username, sign }),
    el('span', { class: 'words' }, loading ? words : `${name} ${words}`),
    going ? el('span', { class: 'ellipsis', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')) : null,
    going
      ? el(
          'button',
          {
            type: 'button',
            class: 'aslink',
            'data-stop': session.thread_ts,
            onclick: () => hands.stop(room.id, session.thread_ts),
          },
          'Stop',
        )
      : null,
  );
}

function prompts(session, room, root, hands) {
  const list = session.prompts || [];
  if (!list.length) return null;
  return el(
    'div',
    { class: 'prompts', role: 'group', 'aria-label': session.prompts_title || 'Suggested prompts' },
    session.prompts_title ? el('p', {}, session.prompts_title) : null,
    list.map(one =>
      el(
        'button',
        { type: 'button', class: 'btn', 'data-prompt': one.title, onclick: () => hands.prompt(room.id, root, one.message) },
        one.title,
      ),
    ),
  );
}

export function status(host, state, room, root, hands) {
  const session = said(state, room, root);
  const mark = JSON.stringify([session, room.id, root, app.name]);
  if (host.dataset.mark === mark) return;
  host.dataset.mark = mark;
  host.replaceChildren(...(session ? [line(session, room, hands), prompts(session, room, root, hands)].filter(Boolean) : []));
}
