/* Slack's text: mrkdwn, mentions, dates in the reader's own zone. */
import { el } from '/page/dom.js';
import { emoji, shortcodes } from '/page/emoji.js';

export { emoji } from '/page/emoji.js';
export { rich } from '/page/rich.js';

/* Who reads, and the names of what ids stand for. The page fills it. */
export const settings = { zone: undefined, me: '', names: {}, rooms: {}, groups: {} };

const unescaped = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/* Only addresses that a browser opens without running anything. */
export const safe = url => /^(https?:|mailto:|tel:)/i.test(url || '') ? url : '#';

/* A link that opens beside the page and tells the other side nothing; an address that would run something is only its label. */
export function link(url, ...label) {
  if (safe(url) === '#') return el('span', {}, label);
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

const LOUD = new Set(['here', 'channel', 'everyone']);
export function mention(id) {
  const mine = id === settings.me ? ' me' : '';
  return el('span', { class: 'mention' + mine, 'data-user': id }, '@' + (settings.names[id] || id));
}
export const room = (id, label) => el('span', { class: 'mention', 'data-room': id }, '#' + (settings.rooms[id] || label || id));
export const group = (id, label) => el('span', { class: 'mention' }, '@' + (settings.groups[id] || (label || id).replace(/^@/, '')));
export const broadcast = range => el('span', { class: 'mention' + (LOUD.has(range) ? ' me' : '') }, '@' + range);

const formats = new Map(); // making one takes a thousand times as long as using it

function inZone(date, options, language = 'en-US') {
  const key = settings.zone + language + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: settings.zone, ...options }));
  return formats.get(key).format(date);
}

export const dayOf = date => inZone(date, {}, 'en-CA');
export const clockTime = ts => inZone(new Date(ts * 1000), { hour: 'numeric', minute: '2-digit' });
export const longDay = ts => inZone(new Date(ts * 1000), { weekday: 'long', month: 'long', day: 'numeric' });

const UNITS = [[60, 'second', 1], [3600, 'minute', 60], [86400, 'hour', 3600], [86400 * 30, 'day', 86400], [86400 * 365, 'month', 86400 * 30]];

function ago(date) {
  const seconds = (date - Date.now()) / 1000;
  const [, unit, size] = UNITS.find(([below]) => Math.abs(seconds) < below) || [0, 'year', 86400 * 365];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/* A moment in Slack's date format, like `{date_short_pretty} at {time}`. */
export function stamp(ts, format, fallback) {
  const date = new Date(ts * 1000);
  if (Number.isNaN(date.getTime())) return fallback || format;
  const apart = Math.round((Date.parse(dayOf(date)) - Date.parse(dayOf(new Date()))) / 864e5);
  const near = { 0: 'today', 1: 'tomorrow', '-1': 'yesterday' }[apart];
  const full = { month: 'long', day: 'numeric', year: 'numeric' };
  const fill = {
    time: clockTime(ts), time_secs: inZone(date, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    date: inZone(date, full), date_num: dayOf(date), date_slash: dayOf(date).replace(/-/g, '/'),
    date_short: inZone(date, { ...full, month: 'short' }), date_long: inZone(date, { weekday: 'long', ...full }),
    day_divider_pretty: near || inZone(date, { weekday: 'long', month: 'long', day: 'numeric' }), ago: ago(date),
  };
  for (const name of ['date', 'date_short', 'date_long']) fill[name + '_pretty'] = near || fill[name];
  const title = inZone(date, { dateStyle: 'full', timeStyle: 'long' });
  return el('time', { datetime: date.toISOString(), title }, format.replace(/\{(\w+)\}/g, (all, key) => fill[key] || all));
}

/* What stands between < and >: a mention, a date, a link. */
export function token(inside) {
  const [first, ...rest] = inside.split('|');
  const label = unescaped(rest.join('|'));
  if (first[0] === '@') return mention(first.slice(1));
  if (first[0] === '#') return room(first.slice(1), label);
  if (first.startsWith('!date^')) {
    const [, ts, format, url] = first.split('^');
    const when = stamp(+ts, unescaped(format || ''), label);
    return url ? link(unescaped(url), when) : when;
  }
  if (first.startsWith('!subteam^')) return group(first.slice(9), label);
  if (first[0] === '!') return LOUD.has(first.slice(1)) ? broadcast(first.slice(1)) : label || '<' + unescaped(first) + '>';
  if (!/^[a-z][a-z0-9+.-]*:/i.test(first)) return '<' + unescaped(inside) + '>';
  return link(unescaped(first), shortcodes(label || unescaped(first).replace(/^(mailto|tel):/, '')));
}

/* A mark counts at the edge of a word only: 2*3*4 stays as it is. */
function styled(mark) {
  const sign = mark === '*' ? '\\*' : mark, word = `[\\p{L}\\p{N}${mark}]`;
  return `(?<!${word})${sign}(?=[^\\s${mark}])[^${mark}\\n]*(?<=\\S)${sign}(?!${word})`;
}
const PARTS = new RegExp('(`[^`\\n]+`|<[^<>\\n]+>|' + ['*', '_', '~'].map(styled).join('|') +
  '|https?:\\/\\/[^\\s<>|]+|:[a-z0-9_+-]+:(?::skin-tone-[2-6]:)?|\\n)', 'u');

const TAGS = { '*': 'strong', _: 'em', '~': 's' };

function part(piece, verbatim) {
  const inside = piece.slice(1, -1);
  switch (piece[0]) {
    case '\n': return el('br');
    case '`': return el('code', {}, unescaped(inside));
    case '<': return token(inside);
    case ':': return shortcodes(piece);
    case 'h': return verbatim ? unescaped(piece) : bare(unescaped(piece));
    default: return el(TAGS[piece[0]], {}, spans(inside, verbatim));
  }
}

function bare(address) {
  const [, url, after] = /^(.*?)([.,;:!?)'"]*)$/.exec(address);
  return [link(url, url), after];
}

/* Every second piece is one that PARTS found; the others are text, whatever they look like. */
const spans = (text, verbatim) => text.split(PARTS).map((piece, n) => n % 2 ? part(piece, verbatim) : unescaped(piece));

/* Quoted lines (> at the beginning) become a quote, after >>> everything; the rest is spans. */
function quoted(source, verbatim) {
  const [before, ...rest] = source.split(/(?:^|(?<=\n))(?:&gt;|>){3} ?/);
  const out = [];
  for (const run of before.split(/((?:^|\n)(?:&gt;|>)[^\n]*(?:\n(?:&gt;|>)[^\n]*)*\n?)/)) {
    if (/^\n?(&gt;|>)/.test(run)) out.push(el('blockquote', {}, spans(run.replace(/^\n|\n$/g, '').replace(/^(&gt;|>) ?/gm, ''), verbatim)));
    else if (run) out.push(spans(run, verbatim));
  }
  if (rest.length) out.push(el('blockquote', {}, spans(rest.join('>>>'), verbatim)));
  return out;
}

/* Slack's own markup, drawn. Nothing in it can become markup of the page. */
export function mrkdwn(source, verbatim = false) {
  return (source || '').split(/(```[\s\S]+?```\n?)/).flatMap(run => /^```[\s\S]+```\n?$/.test(run)
    ? [el('pre', {}, unescaped(run.replace(/^```\n?|```\n?$/g, '')))] : quoted(run, verbatim));
}

const lines = (source, draw) => source.split('\n').flatMap((line, n) => n ? [el('br'), ...draw(line)] : draw(line));

/* A text object, plain or mrkdwn; what is missing is nothing. */
export function text(object) {
  if (!object) return [];
  if (object.type === 'mrkdwn') return mrkdwn(object.text, object.verbatim);
  return lines(object.text || '', object.emoji === false ? line => [line] : shortcodes);
}
