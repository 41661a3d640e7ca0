/* Blocks that hold other things: card, carousel, container, sign-in, plan, task card. `draw` draws the blocks inside. */
import { el, icon, uid } from '/page/dom.js';
import { element } from '/page/elements.js';
import { slackIcon } from '/page/icons.js';
import { link, safe, text } from '/page/mrkdwn.js';
import { picture } from '/page/pictures.js';
import { richBlock } from '/page/rich.js';

const CHEVRON = 'M8 10l4 4 4-4', LEFT = 'M15 5l-7 7 7 7', RIGHT = 'M9 5l7 7-7 7';
const opened = new Map(); // what somebody opened or closed by hand, by block: it stays so when the app draws again

/* A button that opens and closes `body`. */
function discloses(key, open, head, body) {
  body.id = uid('part');
  const now = () => (key && opened.has(key) ? opened.get(key) : open);
  const button = el('button', { type: 'button', class: 'discloses', 'aria-controls': body.id }, head, icon(CHEVRON));
  const show = on => {
    button.setAttribute('aria-expanded', String(on));
    body.hidden = !on;
  };
  button.addEventListener('click', () => {
    const on = body.hidden;
    if (key) opened.set(key, on);
    show(on);
  });
  show(now());
  return button;
}

const line = (name, object) => (object ? el('div', { class: name }, text(object)) : null);

function cardHead(block, context) {
  const sign = block.slack_icon ? slackIcon(block.slack_icon.name) : null;
  const face = block.icon ? picture(block.icon, 'icon', context) : sign ? el('span', { class: 'cardicon' }, sign) : null;
  if (!face && !block.title && !block.subtitle) return null;
  return el('div', { class: 'cardhead' }, face, el('div', {}, line('cardtitle', block.title), line('soft', block.subtitle)));
}

export function card(block, context) {
  const actions = (block.actions || []).map(spec => element(spec, block, context));
  return el('div', { class: 'b card' },
    block.hero_image ? el('div', { class: 'hero' }, picture(block.hero_image, 'hero', context)) : null,
    cardHead(block, context),
    line('cardbody', block.body),
    line('soft subtext', block.subtext),
    actions.length ? el('div', { class: 'acts', role: 'group', 'aria-label': 'Actions' }, actions) : null);
}

/* A card answers for itself where it has a block id of its own. */
export function carousel(block, context) {
  const cards = block.elements.map((one, n) => el('div', { role: 'group', 'aria-label': `${n + 1} of ${block.elements.length}` },
    card({ block_id: block.block_id, ...one }, context)));
  const track = el('div', { class: 'track', tabindex: '0', role: 'group', 'aria-label': 'Cards' }, cards);
  const still = () => matchMedia('(prefers-reduced-motion:reduce)').matches;
  const go = way => () => track.scrollBy({ left: way * track.clientWidth * 0.8, behavior: still() ? 'auto' : 'smooth' });
  const arrow = (path, label, way) => el('button', { type: 'button', class: 'btn arrow', 'aria-label': label, onclick: () => go(way) }, icon(path));
  const back = arrow(LEFT, 'Previous cards', -1), on = arrow(RIGHT, 'Next cards', 1), bar = el('div', { class: 'arrows' }, back, on);
  const ends = () => {
    back.disabled = track.scrollLeft < 4;
    on.disabled = track.scrollLeft + track.clientWidth > track.scrollWidth - 4;
    bar.hidden = track.scrollWidth <= track.clientWidth + 4;
  };
  track.addEventListener('scroll', ends, { passive: true });
  new ResizeObserver(ends).observe(track);
  return el('div', { class: 'b carousel', role: 'group', 'aria-roledescription': 'carousel', 'aria-label': 'Carousel' }, track, bar);
}

export function container(block, context, draw) {
  const title = block.rich_text_title ? richBlock(block.rich_text_title) : text(block.title);
  const words = el('span', { class: 'cardwords' }, el('span', { class: 'cardtitle' }, title),
    block.subtitle ? el('span', { class: 'soft' }, text(block.subtitle)) : null);
  const head = [block.icon ? picture(block.icon, 'icon', context) : null, words];
  const body = el('div', { class: 'contbody' }, draw(block.child_blocks));
  const top = block.is_collapsible ? discloses(block.block_id, !block.default_collapsed, head, body)
    : el('div', { class: 'conthead' + (block.has_header_divider ? ' ruled' : '') }, head);
  return el('section', { class: 'b cont ' + (block.width || 'standard') }, top, body);
}

/* Where an app asks a person to connect an account. What the connect button would tell the app is not done here: it only opens. */
export function provider(block, context) {
  const { is_connected: on, accessory } = block, url = on ? block.disconnect_url : block.auth_url;
  const who = [block.connected_identity, block.connected_context].filter(Boolean).flatMap((one, n) => [n ? ' · ' : '', text(one)]);
  const words = el('div', { class: 'cardwords' }, line('cardtitle', block.name), line('soft', block.description),
    on ? el('div', { class: 'soft' }, who.length ? ['Connected as ', who] : 'Connected') : null);
  const face = block.icon_url ? picture({ image_url: block.icon_url, alt_text: 'Icon' }, 'icon', context) : null;
  const open = { class: 'btn ' + (on ? '' : 'primary'), href: url, target: '_blank', rel: 'noopener noreferrer' };
  const button = safe(url) === '#' ? null : el('a', open, on ? 'Disconnect' : 'Connect');
  return el('div', { class: 'b filerow provider' }, face, words, button, on && accessory ? element(accessory, block, context) : null);
}

const STATES = {
  pending: ['To do', 'M12 12h.01'],
  in_progress: ['Under way', 'M12 3a9 9 0 0 1 9 9'],
  complete: ['Done', 'M6 12.5l4 4 8-9'],
  error: ['Failed', 'M12 6v7M12 17.5h.01'],
};

function mark(status) {
  const known = Object.hasOwn(STATES, status) ? status : 'pending', [words, path] = STATES[known];
  return el('span', { class: 'mark ' + known, role: 'img', 'aria-label': words }, icon(path));
}

function sources(list) {
  const one = source => el('li', {}, link(source.url, source.text || source.url));
  return el('ul', { class: 'sources', 'aria-label': 'Sources' }, list.map(one));
}

/* What a task did and found. */
function traces(block) {
  const rich = one => (one ? el('div', { class: 'rich' }, richBlock(one)) : null);
  const output = block.output ? el('div', { class: 'output' }, rich(block.output)) : null;
  return [rich(block.details), output, (block.sources || []).length ? sources(block.sources) : null].filter(Boolean);
}

/* One task; its traces stand below and fold away. In a plan only what is under way or failed is open. */
export function task(block, context, draw, planned = false) {
  const parts = traces(block), head = [mark(block.status), el('span', { class: 'taskname' }, block.title)];
  const body = el('div', { class: 'taskbody' }, parts), open = !planned || block.status === 'in_progress' || block.status === 'error';
  const key = (block.block_id || '') + ':' + block.task_id;
  const top = parts.length ? discloses(key, open, head, body) : el('div', { class: 'taskhead' }, head);
  return el(planned ? 'li' : 'div', { class: `taskcard ${block.status}${planned ? '' : ' b'}` }, top, parts.length ? body : null);
}

export function plan(block, context, draw) {
  const tasks = block.tasks || [], done = tasks.filter(one => one.status === 'complete').length;
  const list = el('ol', { class: 'steps' }, tasks.map(one => task({ block_id: block.block_id, ...one }, context, draw, true)));
  const name = typeof block.title === 'string' ? block.title : text(block.title);
  const head = [el('span', { class: 'taskname' }, name), tasks.length ? el('span', { class: 'soft' }, `${done} of ${tasks.length}`) : null];
  return el('section', { class: 'b plan' }, discloses(block.block_id, true, head, list), list);
}
