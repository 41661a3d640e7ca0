/* What stands around the blocks: faces, names, the place where a failure is told, the home tab. */
import { blocks } from '/page/blockkit.js';
import { el, keepFocus, svg } from '/page/dom.js';
import { emojiCharacter } from '/page/emoji.js';
import { entries } from '/page/entries.js';
import { settings } from '/page/mrkdwn.js';

const COLOURS = ['#8a4f7d', '#2f6f8f', '#a05a20', '#4d7a3a', '#6a5bb0', '#9a4a4a', '#2e7a72', '#7a6a2a'];

/* The app, and in which order people come: that gives them their colours. */
export const app = { user: '', name: '', order: [] };

export const nameOf = id => (id === 'USLACKBOT' ? 'Slackbot' : settings.names[id] || id);
const colourOf = id => (app.order.includes(id) ? COLOURS[app.order.indexOf(id) % COLOURS.length] : '#5f6b65');
const initials = name =>
  name
    .split(/[\s-]+/)
    .map(word => [...word][0] || '')
    .join('')
    .slice(0, 2)
    .toUpperCase();

function mark() {
  return svg(
    'svg',
    { viewBox: '0 0 24 24' },
    svg('line', { x1: 7, y1: 17, x2: 17, y2: 7, stroke: '#f2c14e', 'stroke-width': 4, 'stroke-linecap': 'round' }),
    svg('circle', { cx: 5.5, cy: 8.5, r: 2.2, fill: '#e6efe9' }),
    svg('circle', { cx: 18.5, cy: 15.5, r: 2.2, fill: '#e6efe9' }),
  );
}

/* A face: initials on a colour, the app's mark, or what stands for somebody the app speaks as (`name`, `sign`). */
export function avatar(id, size = '', { name, sign } = {}) {
  const ours = id === app.user && !name && !sign;
  const face = el('div', {
    class: 'ava ' + size,
    style: { background: id === app.user ? '#1b322c' : colourOf(id) },
    'aria-hidden': 'true',
  });
  if (sign) face.append(el('span', { class: 'emo' }, sign));
  else face.append(ours ? mark() : initials(name || nameOf(id)));
  return face;
}

/* Who wrote a message, by the name and the sign it was written under. */
export function writer(message) {
  const id = message.user || app.user;
  const icons = message.icons || {};
  const sign = emojiCharacter((icons.emoji || message.icon_emoji || '').replace(/^:|:$/g, ''));
  const known = message.bot_profile && message.bot_profile.name;
  return { id, name: message.username || (id === app.user && known) || nameOf(id), other: message.username, sign };
}
export const faceOf = (message, size) => {
  const { id, other, sign } = writer(message);
  return avatar(id, size, { name: other, sign });
};

/* Where a failure of this control is told: below the block it stands in. */
function lineFor(node, spec) {
  const control = node.querySelector(`[data-action="${CSS.escape(spec.action_id || '')}"]`);
  const block = (control && control.closest('.b')) || node.querySelector('.blocks').lastElementChild;
  if (block.nextElementSibling && block.nextElementSibling.matches('.failed')) return block.nextElementSibling;
  const line = el('div', { class: 'failed', role: 'alert' });
  block.after(line);
  return line;
}

/* What went wrong with an act stands at its control, in Slack's words. */
export async function press(node, spec, answer) {
  lineFor(node, spec).textContent = '';
  const seen = await answer;
  if (seen.error) lineFor(node, spec).textContent = seen.error;
  return seen;
}

/* The home tab in `host`; drawn again only when the app has published another. */
export function showHome(host, view, hands) {
  const old = host.firstElementChild;
  const mark = view ? view.id + view.hash : 'none';
  if (old && old.dataset.home === mark) return;
  const made = view ? home(view, hands) : el('p', { class: 'empty' }, `${app.name} has put nothing on its home tab yet.`);
  made.dataset.home = mark;
  if (old) keepFocus(old, made);
  else host.append(made);
}

function home(view, hands) {
  const kept = entries(view.id, view.inputs);
  const context = {
    ...kept,
    people: hands.people,
    rooms: hands.rooms,
    upload: hands.upload,
    file: hands.file,
    act: (spec, block, value) => press(node, spec, hands.actView(view, spec, block, value, kept.values)),
    suggest: (spec, block, typed) => hands.suggestView(view, spec, block, typed, kept.values),
  };
  const node = el('div', { class: 'homev' }, el('div', { class: 'blocks' }, blocks(view.blocks, context)));
  return node;
}
