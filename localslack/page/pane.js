/* A list of messages that changes in place: only what differs is drawn again, and the eye keeps its line. */
import { el } from '/page/dom.js';
import { article } from '/page/frame.js';
import { dayOf, longDay } from '/page/mrkdwn.js';

const drawn = new WeakMap(); // article -> what it was drawn from

export function fill(host, messages, hands, { inThread, between, fresh }) {
  const atEnd = fresh || host.scrollHeight - host.scrollTop - host.clientHeight < 80;
  const old = new Map([...host.querySelectorAll(':scope > article')].map(node => [node.dataset.ts, node]));
  const want = [];
  let day = '';
  messages.forEach((message, n) => {
    const today = dayOf(new Date(message.ts * 1000));
    if (!inThread && today !== day) { day = today; want.push(divider(host, today, message.ts)); }
    want.push(current(old.get(message.ts), message, hands, inThread));
    if (n === 0 && between) want.push(between());
  });
  place(host, want);
  if (atEnd) host.scrollTop = host.scrollHeight;
}

function current(node, message, hands, inThread) {
  const source = JSON.stringify(message);
  if (node && drawn.get(node) === source) return node;
  const made = article(message, hands, inThread);
  drawn.set(made, source);
  return made;
}

function divider(host, day, ts) {
  return host.querySelector(`:scope > .day[data-day="${day}"]`) || el('div', { class: 'day', 'data-day': day }, longDay(ts));
}

/* Moves as little as possible, so that focus and half-made choices in untouched messages stay. */
function place(host, want) {
  const keep = new Set(want);
  [...host.childNodes].forEach(node => { if (!keep.has(node)) node.remove(); });
  want.forEach((node, n) => { if (host.childNodes[n] !== node) host.insertBefore(node, host.childNodes[n] || null); });
}
