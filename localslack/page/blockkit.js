/* Block Kit without a framework: each block as Slack draws it.

   `context` of a surface has: put(block, spec, value) to remember what is entered, start(block, spec) for what was entered before,
   act(spec, block, value) to send, people() and rooms() for pickers. It may have: suggest(spec, block, typed) for external selects,
   upload(files) for file inputs, file(id) for the address of a file of the workspace, here() for the id of the conversation one is in,
   whole: true where long text is not folded. */
import { card, carousel, container, plan, provider, task } from '/page/cards.js';
import { chart } from '/page/charts.js';
import { el, icon, uid } from '/page/dom.js';
import { element } from '/page/elements.js';
import { markdown } from '/page/markdown.js';
import { text } from '/page/mrkdwn.js';
import { call, file, image, picture, video } from '/page/pictures.js';
import { richBlock } from '/page/rich.js';
import { dataTable, table } from '/page/tables.js';

const FOLDED_FROM = 700; // characters; about where Slack begins to fold
const unfolded = new Set(); // blocks that somebody opened: they stay open when the app draws them again

function folded(block, context) {
  const words = el('div', { class: 'words', id: uid('words') }, text(block.text));
  if (context.whole || block.expand || block.text.text.length <= FOLDED_FROM) return words;
  const more = el('button', { type: 'button', class: 'more', 'aria-controls': words.id });
  const show = open => {
    words.classList.toggle('folded', !open);
    more.setAttribute('aria-expanded', String(open));
    more.textContent = open ? 'See less' : 'See more';
  };
  more.addEventListener('click', () => {
    const open = !unfolded.delete(block.block_id);
    if (open) unfolded.add(block.block_id);
    show(open);
  });
  show(unfolded.has(block.block_id));
  return [words, more];
}

const accessory = (spec, block, context) => (spec.type === 'image' ? picture(spec, 'thumb', context) : element(spec, block, context));

function section(block, context) {
  const wide = block.accessory && /checkboxes|radio/.test(block.accessory.type);
  return el('div', { class: 'b sec' + (wide ? ' wide' : '') },
    el('div', { class: 'body' }, block.text ? folded(block, context) : null,
      block.fields ? el('div', { class: 'fields' }, block.fields.map(field => el('div', {}, text(field)))) : null),
    block.accessory ? el('div', { class: 'acc' }, accessory(block.accessory, block, context)) : null);
}

function contextLine(block, context) {
  const small = spec => (spec.type === 'image' ? picture(spec, 'inline', context) : el('span', {}, text(spec)));
  return el('div', { class: 'b ctx' }, block.elements.map(small));
}

function input(block, context) {
  const node = element(block.element, block, context), target = node.control || node, id = uid('input');
  const group = /checkboxes|radio/.test(block.element.type);
  const label = [text(block.label), block.optional ? el('span', { class: 'soft opt-mark' }, ' (optional)') : null];
  const described = [block.hint ? id + 'h' : '', id + 'e'].join(' ').trim();
  if (!group) target.id = id;
  target.setAttribute('aria-describedby', [target.getAttribute('aria-describedby'), described].filter(Boolean).join(' '));
  if (!block.optional && !group && target.matches('input, textarea, select')) target.setAttribute('aria-required', 'true');
  const named = target.matches('input, textarea, select, button');
  if (!named) target.setAttribute('aria-labelledby', id + 'l');
  else target.removeAttribute('aria-label');
  const name = group ? el('legend', { id: id + 'l' }, label)
    : el('label', { for: named ? id : null, id: id + 'l', onclick: () => { if (!named) target.focus(); } }, label);
  const hint = block.hint ? el('small', { class: 'hint', id: id + 'h' }, text(block.hint)) : null;
  const error = el('div', { class: 'err', id: id + 'e', role: 'alert', 'data-err': block.block_id });
  return el(group ? 'fieldset' : 'div', { class: 'b inp' }, name, node, hint, error);
}

const row = kind => (block, context) => el('div', { class: 'b ' + kind, role: 'group', 'aria-label': 'Actions' },
  block.elements.map(spec => element(spec, block, context)));

const LEVELS = {
  default: ['Note', 'M12 8h.01M12 11.5v5'],
  info: ['Note', 'M12 8h.01M12 11.5v5'],
  success: ['Done', 'M7 12.5l3.5 3.5 7-8'],
  warning: ['Warning', 'M12 7v6M12 16.5h.01'],
  error: ['Error', 'M12 7v6M12 16.5h.01'],
};

function alertBox(block) {
  const level = Object.hasOwn(LEVELS, block.level) ? block.level : 'default', [words, path] = LEVELS[level];
  const sign = el('span', { class: 'mark' }, icon(path));
  return el('div', { class: 'b alert ' + level, role: 'note', 'aria-label': words }, sign, el('div', {}, text(block.text)));
}

function header(block) {
  const deeper = block.level > 1 ? { 'aria-level': Math.min(6, 2 + block.level) } : {};
  return el('h3', { class: 'b head' + (block.level ? ' l' + block.level : ''), ...deeper }, text(block.text));
}

const BLOCKS = {
  section, input, image, video, file, call, table, card, carousel, container, plan, header,
  divider: () => el('hr', { class: 'b' }),
  context: contextLine,
  actions: row('acts'),
  context_actions: row('ctxacts'),
  rich_text: block => el('div', { class: 'b rich' }, richBlock(block)),
  markdown: block => el('div', { class: 'b rich md' }, markdown(block.text)),
  data_table: dataTable,
  task_card: task,
  auth_provider: provider,
  alert: alertBox,
  data_visualization: block => el('div', { class: 'b' }, chart(block)),
};

/* What this page does not know is named, never left out: the app meant it to be seen. */
const unknown = kind => el('div', { class: 'b notdrawn' }, 'This block is not drawn here: ' + kind);

function one(block, context) {
  const kind = block && block.type;
  const maker = Object.hasOwn(BLOCKS, kind) ? BLOCKS[kind] : null;
  if (!maker) return block && Array.isArray(block.fallback) ? blocks(block.fallback, context) : unknown(String(kind));
  try {
    return maker(block, context, inside => blocks(inside, context));
  } catch (wrong) { // one odd block must not take the others with it
    console.warn('localslack: a block could not be drawn', kind, wrong);
    return unknown(kind);
  }
}

/* The nodes of a list of blocks. */
export const blocks = (list, context) => (list || []).flatMap(block => one(block, context));
