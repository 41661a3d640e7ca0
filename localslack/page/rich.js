/* Rich text: what people write themselves, and what apps send as `rich_text`. */
import { el } from '/page/dom.js';
import { emoji } from '/page/emoji.js';
import { broadcast, group, link, mention, room, stamp } from '/page/mrkdwn.js';

const STYLES = [
  ['code', 'code'], ['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u'],
  ['highlight', 'mark'], ['client_highlight', 'mark'],
];

function dressed(node, inner) {
  const style = node.style || {};
  return STYLES.reduce((dress, [name, tag]) => style[name] ? [el(tag, {}, dress)] : dress, inner);
}

const broken = words => (words || '').split('\n').flatMap((line, n) => n ? [el('br'), line] : [line]);

function colour(value) {
  const known = /^#[0-9a-f]{3,8}$/i.test(value);
  return el('span', { class: 'colour' }, known ? el('i', { style: { background: value }, 'aria-hidden': 'true' }) : null, String(value));
}

function dated(node) {
  const when = stamp(node.timestamp, node.format, node.fallback);
  return node.url ? link(node.url, when) : when;
}

const INLINE = {
  text: node => broken(node.text),
  link: node => [link(node.url, node.text || node.url)],
  emoji: node => [emoji(node.name, { tone: node.skin_tone, unicode: node.unicode })],
  user: node => [mention(node.user_id)],
  usergroup: node => [group(node.usergroup_id)],
  channel: node => [room(node.channel_id)],
  team: node => [group(node.team_id)],
  broadcast: node => [broadcast(node.range)],
  date: node => [dated(node)],
  color: node => [colour(node.value)],
};

const inline = nodes => (nodes || []).map(node => INLINE[node.type] ? dressed(node, INLINE[node.type](node))
  : node.elements ? rich(node) : dressed(node, [node.text || '[' + node.type + ']']));

/* Markers change with depth, as in Slack's own editor. */
const BULLETS = ['disc', 'circle', 'square'], NUMBERS = ['decimal', 'lower-alpha', 'lower-roman'];

function list(node) {
  const ordered = node.style === 'ordered', depth = node.indent || 0;
  const made = el(ordered ? 'ol' : 'ul', { start: ordered && node.offset ? node.offset + 1 : null, class: node.border ? 'barred' : null },
    (node.elements || []).map(item => el('li', {}, item.type === 'rich_text_list' ? rich(item) : inline(item.elements))));
  made.style.listStyleType = (ordered ? NUMBERS : BULLETS)[depth % 3];
  return made;
}

/* One element of a rich text block. A list that goes deeper than the one before it is hung under that one's last item by `richBlock`. */
export function rich(node) {
  switch (node.type) {
    case 'rich_text': return richBlock(node);
    case 'rich_text_section': return el('p', {}, inline(node.elements));
    case 'rich_text_list': return indented(list(node), node.indent || 0);
    case 'rich_text_quote': return el('blockquote', {}, inline(node.elements));
    case 'rich_text_preformatted': return el('pre', { class: node.border ? 'barred' : null, 'data-language': node.language }, inline(node.elements));
    default: return inline([node]);
  }
}

function indented(made, steps) {
  if (steps > 0) made.style.marginLeft = Math.min(steps, 8) * 24 + 'px';
  return made;
}

/* All elements of a rich text block. */
export function richBlock(block) {
  const out = [];
  let open = []; // [depth, list] of the lists that the next one may be hung under
  for (const node of block.elements || []) {
    if (node.type !== 'rich_text_list') { open = []; out.push(rich(node)); continue; }
    const depth = node.indent || 0, made = list(node);
    open = open.filter(([above]) => above < depth);
    const [above, parent] = open[open.length - 1] || [];
    if (parent && parent.lastElementChild && !node.border) parent.lastElementChild.append(indented(made, depth - above - 1));
    else out.push(indented(made, depth));
    open.push([depth, made]);
  }
  return out;
}
