/* Slack's text: mrkdwn, rich text, emoji, dates in the reader's own zone. */
import { el } from '/page/dom.js';

const EMOJI = {
  hourglass_flowing_sand: ['⏳', 'waiting'], white_check_mark: ['✅', 'done'], white_circle: ['⚪', 'ended'],
  warning: ['⚠️', 'careful'], rotating_light: ['🚨', 'now'], raised_hand: ['✋', 'person'],
  double_vertical_bar: ['⏸️', 'paused'], eye: ['👁️', 'shadow'], arrow_right: ['➡️', 'handed on'],
  speech_balloon: ['💬', 'question'], leftwards_arrow_with_hook: ['↩️', 'undone'], red_circle: ['🔴', 'close to its time'],
  pray: ['🙏', 'thanks'], thumbsup: ['👍', 'thumbs up'], '+1': ['👍', 'thumbs up'], eyes: ['👀', 'looking'],
  x: ['❌', 'no'], heavy_check_mark: ['✔️', 'yes'], wave: ['👋', 'hello'], tada: ['🎉', 'party'], bulb: ['💡', 'idea'],
};
export const settings = { zone: undefined, me: '', names: {}, rooms: {}, groups: {} };

export const emoji = name => EMOJI[name]
  ? el('span', { class: 'emo', role: 'img', 'aria-label': EMOJI[name][1] }, EMOJI[name][0]) : ':' + name + ':';
const unescaped = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
export const safe = url => /^(https?:|mailto:)/i.test(url) ? url : '#';
const link = (url, label) => el('a', { href: safe(unescaped(url)), target: '_blank', rel: 'noopener noreferrer' }, unescaped(label));
const mention = id => el('span', { class: 'mention' + (id === settings.me ? ' me' : '') }, '@' + (settings.names[id] || id));
const other = text => el('span', { class: 'mention' }, text);

const inZone = (date, options) => new Intl.DateTimeFormat('en-US', { timeZone: settings.zone, ...options }).format(date);
export const dayOf = date => new Intl.DateTimeFormat('en-CA', { timeZone: settings.zone }).format(date);
export const clockTime = ts => inZone(new Date(ts * 1000), { hour: 'numeric', minute: '2-digit' });
export const longDay = ts => inZone(new Date(ts * 1000), { weekday: 'long', month: 'long', day: 'numeric' });

export function stamp(ts, format, fallback) {
  const date = new Date(ts * 1000);
  if (Number.isNaN(date.getTime())) return fallback || format;
  const apart = Math.round((Date.parse(dayOf(date)) - Date.parse(dayOf(new Date()))) / 864e5);
  const near = { 0: 'today', 1: 'tomorrow', '-1': 'yesterday' }[apart];
  const short = inZone(date, { month: 'short', day: 'numeric', year: 'numeric' });
  const fill = {
    time: clockTime(ts), time_secs: inZone(date, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    date: inZone(date, { month: 'long', day: 'numeric', year: 'numeric' }), date_num: dayOf(date), date_short: short,
    date_long: inZone(date, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
  };
  Object.assign(fill, {
    date_pretty: near || fill.date, date_short_pretty: near || short, date_long_pretty: near || fill.date_long,
    ago: near || short,
  });
  const title = inZone(date, { dateStyle: 'full', timeStyle: 'long' });
  return el('time', { datetime: date.toISOString(), title }, format.replace(/\{(\w+)\}/g, (all, key) => fill[key] || all));
}

function token(inside) {
  const [first, ...rest] = inside.split('|');
  const label = rest.join('|');
  if (first[0] === '@') return mention(first.slice(1));
  if (first[0] === '#') return other('#' + (label || settings.rooms[first.slice(1)] || first.slice(1)));
  if (first.startsWith('!date^')) {
    const [, ts, format] = first.split('^');
    return stamp(+ts, format, label);
  }
  if (first.startsWith('!subteam^')) return other('@' + (settings.groups[first.slice(9)] || label || 'group'));
  if (first[0] === '!') return other('@' + first.slice(1));
  return link(first, label || first.replace(/^mailto:/, ''));
}

const PARTS = /(```[\s\S]+?```|`[^`\n]+`|<[^>\n]+>|\*[^*\n]+\*|(?<![A-Za-z0-9])_[^_\n]+_(?![A-Za-z0-9])|~[^~\n]+~|:[a-z0-9_+-]+:|\n)/;

function part(piece) {
  const inside = piece.slice(1, -1);
  if (piece === '\n') return el('br');
  if (/^```[\s\S]+```$/.test(piece)) return el('pre', {}, unescaped(piece.slice(3, -3).replace(/^\n/, '')));
  if (/^`.+`$/.test(piece)) return el('code', {}, unescaped(inside));
  if (/^<.+>$/.test(piece)) return token(inside);
  if (/^\*.+\*$/.test(piece)) return el('strong', {}, spans(inside));
  if (/^_.+_$/.test(piece)) return el('em', {}, spans(inside));
  if (/^~.+~$/.test(piece)) return el('s', {}, spans(inside));
  if (/^:.+:$/.test(piece)) return emoji(inside);
  return unescaped(piece);
}
const spans = text => text.split(PARTS).filter(piece => piece).map(part);

/* Quoted lines (&gt; at the beginning) become a quote; everything else is spans. */
export function mrkdwn(text) {
  const out = [];
  for (const run of (text || '').split(/((?:^|\n)&gt;[^\n]*(?:\n&gt;[^\n]*)*)/)) {
    if (/^\n?&gt;/.test(run)) out.push(el('blockquote', {}, spans(run.replace(/^\n/, '').replace(/^&gt; ?/gm, ''))));
    else if (run) out.push(spans(run));
  }
  return out;
}

const plain = text => text.split('\n').flatMap((line, n) => n ? [el('br'), ...shortcodes(line)] : shortcodes(line));
const shortcodes = line => line.split(/(:[a-z0-9_+-]+:)/).map(piece => EMOJI[piece.slice(1, -1)] ? emoji(piece.slice(1, -1)) : piece);
export const text = object => !object ? [] : object.type === 'mrkdwn' ? mrkdwn(object.text) : plain(object.text);

const STYLES = [['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u'], ['code', 'code']];

export function rich(node) {
  const kids = () => (node.elements || []).map(rich);
  switch (node.type) {
    case 'text': {
      let inner = node.text.split('\n').flatMap((line, n) => n ? [el('br'), line] : [line]);
      for (const [name, tag] of STYLES) if (node.style && node.style[name]) inner = [el(tag, {}, inner)];
      return inner;
    }
    case 'link': return el('a', { href: safe(node.url), target: '_blank', rel: 'noopener noreferrer' }, node.text || node.url);
    case 'emoji': return emoji(node.name);
    case 'user': return mention(node.user_id);
    case 'usergroup': return other('@' + (settings.groups[node.usergroup_id] || node.usergroup_id));
    case 'channel': return other('#' + (settings.rooms[node.channel_id] || node.channel_id));
    case 'broadcast': return other('@' + node.range);
    case 'date': return stamp(node.timestamp, node.format, node.fallback);
    case 'rich_text_section': return el('p', {}, kids());
    case 'rich_text_list': {
      const list = el(node.style === 'ordered' ? 'ol' : 'ul', { start: node.offset ? node.offset + 1 : null },
        node.elements.map(item => el('li', {}, item.elements.map(rich))));
      if (node.indent) list.style.marginLeft = node.indent * 24 + 'px';
      return list;
    }
    case 'rich_text_quote': return el('blockquote', {}, kids());
    case 'rich_text_preformatted': return el('pre', {}, kids());
    default: return node.elements ? el('span', {}, kids()) : '[' + node.type + ']';
  }
}
