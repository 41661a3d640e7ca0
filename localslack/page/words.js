/* What a message says, as words: for labels, announcements and the editor. */
import { withEmoji } from '/page/emoji.js';
import { nameOf } from '/page/frame.js';
import { settings } from '/page/mrkdwn.js';

const TOKEN = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;
const unescaped = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

function named(all, sign, inside, label) {
  if (sign === '@') return '@' + nameOf(inside);
  if (sign === '#') return '#' + (settings.rooms[inside] || label || inside);
  if (inside.startsWith('subteam^')) return '@' + (settings.groups[inside.slice(8)] || (label || 'group').replace(/^@/, ''));
  if (sign === '!') return inside.startsWith('date^') ? label || '' : '@' + inside;
  return inside.startsWith('mailto:') ? label || inside.slice(7) : inside;
}

/* Slack's markup as somebody would type it. */
export const typed = text => unescaped((text || '').replace(TOKEN, named));

const aloud = (all, sign, inside, label) => (sign || !label ? named(all, sign, inside, label) : label);

/* A message in a few words. */
export function spoken(message, longest = 160) {
  const source = message.text || (message.files && message.files.length ? 'a file' : 'a message');
  const words = withEmoji(
    unescaped(source.replace(TOKEN, aloud))
      .replace(/[*_~`]/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return words.length > longest ? words.slice(0, longest - 1) + '…' : words;
}

const PLURALS = new Intl.PluralRules('en');
export const count = (n, one, many = one + 's') => `${n} ${PLURALS.select(n) === 'one' ? one : many}`;
