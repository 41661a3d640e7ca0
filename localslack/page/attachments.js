/* Attachments: the older way to send more than text, with a bar of colour. Blocks inside work as they do outside. */
import { blocks } from '/page/blockkit.js';
import { el } from '/page/dom.js';
import { clockTime, link, longDay, mrkdwn } from '/page/mrkdwn.js';
import { picture } from '/page/pictures.js';

const NAMED = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };
const bar = colour => NAMED[colour] || (/^#?[0-9a-f]{6}$/i.test(colour || '') ? '#' + colour.replace('#', '') : '');

const fields = list =>
  el(
    'div',
    { class: 'fields' },
    list.map(one =>
      el('div', { class: one.short ? null : 'wide' }, el('strong', {}, one.title || ''), el('div', {}, mrkdwn(one.value))),
    ),
  );

function body(one, context) {
  if (one.blocks && one.blocks.length) return blocks(one.blocks, context);
  const title = one.title && el('strong', { class: 'atttitle' }, one.title_link ? link(one.title_link, one.title) : one.title);
  const author =
    one.author_name && el('div', { class: 'soft' }, one.author_link ? link(one.author_link, one.author_name) : one.author_name);
  const words = one.text || (title || one.fields || one.image_url ? '' : one.fallback);
  return [
    author,
    title,
    words ? el('div', {}, mrkdwn(words)) : null,
    one.fields ? fields(one.fields) : null,
    one.image_url ? picture({ image_url: one.image_url, alt_text: one.fallback || 'Picture' }, 'block', context) : null,
  ];
}

function footer(one) {
  const when = one.ts && `${longDay(one.ts)}, ${clockTime(one.ts)}`;
  const words = [one.footer, when].filter(Boolean).join(' · ');
  return words && el('div', { class: 'soft small' }, words);
}

export function attachments(list, context) {
  return list.map(one => [
    one.pretext ? el('div', { class: 'b' }, mrkdwn(one.pretext)) : null,
    el('div', { class: 'attach', style: { borderLeftColor: bar(one.color) } }, body(one, context), footer(one)),
  ]);
}
