/* What stands around the blocks: a face, a message, the home tab. */
import { blocks } from '/page/blockkit.js';
import { el, icon, svg } from '/page/dom.js';
import { clockTime, emoji, mrkdwn, settings } from '/page/mrkdwn.js';

const COLOURS = ['#8a4f7d', '#2f6f8f', '#a8622a', '#4d7a3a', '#6a5bb0', '#9a4a4a', '#2e7a72', '#7a6a2a'];
export const app = { user: '', name: '', order: [] };
export const nameOf = id => id === 'USLACKBOT' ? 'Slackbot' : settings.names[id] || id;
const colourOf = id => app.order.includes(id) ? COLOURS[app.order.indexOf(id) % COLOURS.length] : '#777';

export function avatar(id, size = '') {
  const face = el('div', { class: 'ava ' + size, style: { background: id === app.user ? '#1b322c' : colourOf(id) }, 'aria-hidden': 'true' });
  if (id !== app.user) { face.append(nameOf(id).split(' ').map(word => word[0]).join('').slice(0, 2)); return face; }
  face.append(svg('svg', { viewBox: '0 0 24 24' },
    svg('line', { x1: 7, y1: 17, x2: 17, y2: 7, stroke: '#f2c14e', 'stroke-width': 4, 'stroke-linecap': 'round' }),
    svg('circle', { cx: 5.5, cy: 8.5, r: 2.2, fill: '#e6efe9' }), svg('circle', { cx: 18.5, cy: 15.5, r: 2.2, fill: '#e6efe9' })));
  return face;
}

const reactions = list => !list ? null : el('div', { class: 'reacts' }, list.map(one => el('span', { class: 'react' }, emoji(one.name), ' ' + one.count)));
const attachments = list => (list || []).map(one => el('div', { class: 'b attach' }, one.pretext ? el('div', {}, mrkdwn(one.pretext)) : null,
  one.title ? el('strong', {}, one.title) : null, el('div', {}, mrkdwn(one.text || one.fallback || '')), one.blocks ? blocks(one.blocks, idle) : null));
const idle = { act() {}, put() {}, start() {}, people: () => [], rooms: () => [] };

/* A message of `channel`. `hands` has: act(message, element, block, value, values), thread(ts), people(), rooms(). */
export function article(message, hands, inThread) {
  const values = {}, mine = message.user || app.user, hidden = message.is_ephemeral;
  const context = {
    put: (block, spec, value) => { (values[block.block_id] ||= {})[spec.action_id] = value; },
    start: () => undefined, people: hands.people, rooms: hands.rooms,
    act: (spec, block, value) => press(node, spec, hands.act(message, spec, block, value, values)),
  };
  const body = message.blocks ? blocks(message.blocks, context) : el('div', { class: 'b' }, mrkdwn(message.text));
  const node = el('article', { class: 'msg' + (hidden ? ' eph' : ''), 'data-ts': message.ts, 'data-user': mine, 'aria-label': nameOf(mine) + ': ' + (message.text || '').slice(0, 90) },
    avatar(mine), el('div', { class: 'said' },
      hidden ? el('div', { class: 'only' }, 'Only you can see this') : null,
      el('div', { class: 'by' }, el('b', {}, nameOf(mine)), message.bot_id ? el('span', { class: 'app' }, 'APP') : null,
        el('span', { class: 't' }, clockTime(message.ts)), message.edited && !message.bot_id ? el('span', { class: 't' }, '(edited)') : null),
      el('div', { class: 'blocks' }, body, attachments(message.attachments)), reactions(message.reactions), inThread ? null : replies(message, hands),
      el('div', { class: 'failed', role: 'alert' })),
    inThread || hidden || message.thread_ts && message.thread_ts !== message.ts ? null
      : el('button', { class: 'reply', type: 'button', 'aria-label': 'Reply in thread', title: 'Reply in thread', onclick: () => hands.thread(message.ts) }, icon('M4 5h16v11H9l-5 4z')));
  return node;
}

function replies(message, hands) {
  const n = message.reply_count;
  if (message.subtype === 'thread_broadcast') return el('button', { class: 'replies', type: 'button', onclick: () => hands.thread(message.thread_ts) }, 'Shown from a thread');
  if (!n) return null;
  return el('button', { class: 'replies', type: 'button', 'data-thread': message.ts, onclick: () => hands.thread(message.ts) },
    message.reply_users.slice(0, 3).map(user => avatar(user, 'tiny')), n + (n === 1 ? ' reply' : ' replies'));
}

/* While an act is under way its element waits; what went wrong stands below, in Slack's words. */
export async function press(node, spec, answer) {
  const control = node.querySelector(`[data-action="${CSS.escape(spec.action_id)}"]`), line = node.querySelector('.failed');
  if (control) control.setAttribute('aria-busy', 'true');
  if (line) line.textContent = '';
  const seen = await answer;
  if (control) control.removeAttribute('aria-busy');
  if (line && seen.error) line.textContent = seen.error;
}

export function home(view, hands) {
  const values = {};
  const context = {
    put: (block, spec, value) => { (values[block.block_id] ||= {})[spec.action_id] = value; },
    start: (block, spec) => entered(view.inputs, block, spec), people: hands.people, rooms: hands.rooms,
    act: (spec, block, value) => press(node, spec, hands.actView(view, spec, block, value, values)),
  };
  const node = el('div', { class: 'homev' }, el('div', { class: 'blocks' }, blocks(view.blocks, context)), el('div', { class: 'failed', role: 'alert' }));
  return node;
}

/* What was entered earlier, out of Slack's typed state. */
export function entered(inputs, block, spec) {
  const state = ((inputs || {})[block.block_id] || {})[spec.action_id];
  if (!state) return undefined;
  if ('selected_option' in state) return state.selected_option ? state.selected_option.value : undefined;
  if ('selected_options' in state) return state.selected_options.map(option => option.value);
  return Object.entries(state).filter(([key, value]) => key !== 'type' && value != null).map(([, value]) => value)[0];
}
