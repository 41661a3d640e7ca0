/* Pictures, videos, files and calls. Nothing is fetched from elsewhere: only pictures of this workspace are shown, others are named
   frames that open at their own address. */
import { el, icon } from '/page/dom.js';
import { slackIcon } from '/page/icons.js';
import { link, safe, text } from '/page/mrkdwn.js';

const PLAY = 'M8 5l11 7-11 7z';
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/* Where our own file of this address is shown, else nothing. Apps name it by a loopback address that may differ from the page's. */
function ours(address, context) {
  if (!URL.canParse(address, location.href)) return '';
  const url = new URL(address, location.href);
  const here = url.origin === location.origin || (LOOPBACK.test(url.hostname) && url.port === location.port);
  if (!here || !url.pathname.startsWith('/files')) return '';
  const id = /\bF[A-Z0-9]{5,}/.exec(url.pathname);
  return id && context.file ? context.file(id[0]) : url.pathname + url.search;
}

function address(spec, context) {
  const file = spec.slack_file;
  if (!file) return spec.image_url || '';
  return file.url || (context.file ? context.file(file.id) : '');
}

const host = url => (URL.canParse(url) ? new URL(url).host : '');

/* A picture in one of the sizes `block`, `thumb`, `icon`, `inline`, `hero`. */
export function picture(spec, size, context) {
  const url = address(spec, context), own = url && ours(url, context), words = spec.alt_text || 'Picture';
  if (own) return el('img', { class: 'pic ' + size, src: own, alt: words, loading: 'lazy', title: words });
  const from = host(url) || (spec.slack_file ? 'a file of the workspace' : 'no address');
  const said = size === 'icon' || size === 'inline' ? null : el('span', { class: 'picwords' }, words, el('small', {}, from));
  const attrs = { class: 'pic frame ' + size, title: `${words} (${from})`, 'aria-label': `Picture: ${words}, from ${from}` };
  if (safe(url) === '#') return el('span', { ...attrs, role: 'img' }, slackIcon('image'), said);
  return el('a', { ...attrs, href: url, target: '_blank', rel: 'noopener noreferrer' }, slackIcon('image'), said);
}

export function image(block, context) {
  const title = block.title ? el('figcaption', { class: 'pictitle' }, text(block.title)) : null;
  return el('figure', { class: 'b' }, title, picture(block, 'block', context));
}

export function video(block) {
  const by = [block.provider_name, block.author_name].filter(Boolean).join(' · '), title = text(block.title);
  const words = el('span', { class: 'picwords' }, block.alt_text, el('small', {}, host(block.video_url)));
  const play = { class: 'pic frame block', href: safe(block.video_url), target: '_blank', rel: 'noopener noreferrer' };
  return el('div', { class: 'b video' },
    by ? el('div', { class: 'soft' }, by) : null,
    el('div', { class: 'cardtitle' }, block.title_url ? link(block.title_url, title) : title),
    block.description ? el('div', {}, text(block.description)) : null,
    el('a', { ...play, 'aria-label': 'Video: ' + block.alt_text }, el('span', { class: 'play' }, icon(PLAY)), words));
}

function row(sign, title, more) {
  const words = el('div', {}, el('div', { class: 'cardtitle' }, title), el('div', { class: 'soft' }, more));
  return el('div', { class: 'b filerow' }, el('span', { class: 'fileicon' }, slackIcon(sign)), words);
}

export const file = block => row('file', block.external_id || 'File', 'Remote file');

export function call(block) {
  const known = (block.call || {}).v1 || {};
  return row('call', known.name || 'Call', known.join_url ? link(known.join_url, 'Join') : block.call_id);
}
