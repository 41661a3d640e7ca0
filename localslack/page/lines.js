/* What stands in a list of messages, from top to bottom: days, the line above what is new, messages. Pure. */
import { dayOf, settings } from '/page/mrkdwn.js';

const TOGETHER_S = 300;
const QUARTER_S = 900; // days begin at full quarters of an hour everywhere
const SYSTEM = /^((channel|group)_(join|leave|topic|purpose|name|archive|unarchive|convert\w*)|pinned_item|bot_(add|remove))$/;

/* What the workspace itself says: somebody joined, the topic changed. */
export const isSystem = message => SYSTEM.test(message.subtype || '');
export const isGone = message => message.subtype === 'tombstone';

const days = new Map(); // asking a calendar is slow, and neighbours are of the same day
function dayAt(ts) {
  const key = settings.zone + Math.floor(ts / QUARTER_S);
  if (!days.has(key)) days.set(key, dayOf(new Date(ts * 1000)));
  return days.get(key);
}

const who = message => JSON.stringify([message.user, message.username, message.icons, message.bot_id]);

/* More than words: buttons, headers, charts. It begins with its writer, so that two of them never read as one. */
const isCard = message => (message.blocks || []).some(block => block.type !== 'rich_text');

/* Whether a message goes on where the one before it ended: the same writer, soon after. */
function goesOn(message, before) {
  const plain = [message, before].every(one => one && !isSystem(one) && !isGone(one) && !one.is_ephemeral);
  if (!plain || isCard(message) || message.subtype === 'thread_broadcast' || before.subtype === 'thread_broadcast') return false;
  return message.ts - before.ts < TOGETHER_S && who(message) === who(before);
}

/* Lines of { kind, key, message?, compact?, ts? } for a stretch. */
export function linesOf(stretch, me) {
  const lines = [];
  const thread = !!stretch.root;
  if (thread && stretch.top) {
    lines.push({ kind: 'message', key: stretch.root, message: stretch.top, compact: false });
    lines.push({ kind: 'count', key: 'count', n: stretch.top.reply_count || 0 });
  }
  /* Where reading ended further up than what is loaded, there is no line yet. */
  let day = '';
  let before = null;
  let lined = !stretch.line || (stretch.older && stretch.list.length > 0 && stretch.list[0].ts > stretch.line);
  for (const message of stretch.list) {
    const today = dayAt(message.ts);
    const begins = today !== day && !thread;
    if (begins) lines.push({ kind: 'day', key: 'day ' + today, ts: message.ts });
    const first = !lined && message.ts > stretch.line && message.user !== me && !message.is_ephemeral;
    if (first) {
      lined = true;
      lines.push({ kind: 'new', key: 'new' });
    }
    lines.push({ kind: 'message', key: message.ts, message, compact: !begins && !first && goesOn(message, before) });
    day = today;
    before = message;
  }
  return lines;
}
