/* Block Kit without a framework. */
import { chart } from '/page/charts.js';
import { el } from '/page/dom.js';
import { element } from '/page/elements.js';
import { markdown } from '/page/markdown.js';
import { rich, safe, text } from '/page/mrkdwn.js';

/* Pictures from elsewhere are not fetched: this page talks to this machine only. */
const picture = spec => el('a', { class: 'picture', href: safe(spec.image_url || ''), target: '_blank', rel: 'noopener noreferrer', title: 'Opens the picture at its own address' }, '🖼 ', spec.alt_text || 'Picture');
const cell = spec => spec.type === 'rich_text' ? spec.elements.map(rich) : spec.type === 'raw_number' ? spec.text || String(spec.value) : spec.text;
const small = (spec, block, context) => spec.type === 'image' ? picture(spec) : spec.type === 'mrkdwn' || spec.type === 'plain_text' ? el('span', {}, text(spec)) : element(spec, block, context);

function section(block, context) {
  return el('div', { class: 'b sec' },
    el('div', { class: 'body' }, block.text ? el('div', {}, text(block.text)) : null, block.fields ? el('div', { class: 'fields' }, block.fields.map(field => el('div', {}, text(field)))) : null),
    block.accessory ? el('div', { class: 'acc' }, small(block.accessory, block, context)) : null);
}

let inputs = 0;
function input(block, context) {
  const control = element(block.element, block, context), group = control.classList.contains('opts'), id = 'input' + (++inputs);
  if (!group) control.id = id;
  control.setAttribute('aria-describedby', id + 'e');
  const label = [block.label.text, block.optional ? el('span', { class: 'opt-mark' }, ' (optional)') : null];
  return el(group ? 'fieldset' : 'div', { class: 'b inp' }, group ? el('legend', {}, label) : el('label', { for: id }, label), control,
    block.hint ? el('small', {}, text(block.hint)) : null, el('div', { class: 'err', id: id + 'e', role: 'alert', 'data-err': block.block_id }));
}

function table(block) {
  const aligned = j => ({ textAlign: ((block.column_settings || [])[j] || {}).align || 'left' });
  return el('div', { class: 'b tbl', tabindex: '0', role: 'region', 'aria-label': 'Table' }, el('table', {}, block.rows.map((row, i) =>
    el('tr', {}, row.map((item, j) => el(i ? 'td' : 'th', { scope: i ? null : 'col', style: aligned(j) }, cell(item)))))));
}

const BLOCKS = {
  section, input, table,
  header: block => el('h3', { class: 'b head' }, text(block.text)),
  divider: () => el('hr', { class: 'b' }),
  context: (block, context) => el('div', { class: 'b ctx' }, block.elements.map(spec => small(spec, block, context))),
  actions: (block, context) => el('div', { class: 'b acts', role: 'group', 'aria-label': 'Actions' }, block.elements.map(spec => element(spec, block, context))),
  image: block => el('figure', { class: 'b' }, block.title ? el('figcaption', {}, text(block.title)) : null, picture(block)),
  rich_text: block => el('div', { class: 'b rich' }, block.elements.map(rich)),
  markdown: block => el('div', { class: 'b rich md' }, markdown(block.text)),
  data_visualization: block => el('div', { class: 'b' }, chart(block)),
};

const unknown = kind => el('div', { class: 'b unknown' }, 'This block is not drawn here: ' + kind);

export function blocks(list, context) {
  return list.map(block => BLOCKS[block.type] ? BLOCKS[block.type](block, context) : unknown(block.type));
}
