/* The app's log: what it called and how that went, for whoever writes the app. It stays open beside the conversation. */
import { byId, el, icon } from '/page/dom.js';
import { stamp } from '/page/mrkdwn.js';
import { ask } from '/page/net.js';
import { current } from '/page/store.js';
import { count } from '/page/words.js';

const EVERY_MS = 1000;
const MOST = 200;
const CROSS = 'M6 6l12 12M18 6L6 18';

let newest = 0;
let later = 0;
let only = false; // failures only

/* The words Slack gives with an error say more than its code. */
const said = call => [...(call.detail.errors || []), ...((call.detail.response_metadata || {}).messages || [])].join('; ');

/* What it was about, in a few words. */
const TOLD = ['kind', 'type', 'channel', 'user', 'view_id', 'after_s', 'text'];
const hint = args =>
  TOLD.map(name => args[name])
    .filter(value => ['string', 'number'].includes(typeof value) && value !== '')
    .join(' · ')
    .slice(0, 120);

const retry = one =>
  el(
    'li',
    {},
    el('code', {}, one.event || 'event'),
    ` is tried again at `,
    stamp(one.due_at, '{time_secs}', ''),
    ` (attempt ${one.attempt}, ${one.reason})`,
  );

function line(call) {
  const args = call.detail.args || call.detail;
  const more = said(call) || hint(args);
  return el(
    'details',
    { class: 'call' + (call.error ? ' bad' : ''), 'data-method': call.method },
    el(
      'summary',
      {},
      el('span', { class: 't' }, stamp(call.at, '{time_secs}', '')),
      el('code', {}, call.method),
      call.error ? el('b', { class: 'wrong' }, call.error) : el('span', { class: 'fine' }, 'ok'),
      more ? el('span', { class: 'soft' }, more) : null,
    ),
    el('pre', {}, JSON.stringify(args, null, 2)),
  );
}

async function look() {
  clearTimeout(later);
  const found = await ask('/_page/calls', { me: current().boot.me, after: newest, limit: MOST, failed: only ? 1 : 0 });
  const list = byId('loglist');
  if (!list) return;
  if (found) {
    byId('logstate').textContent =
      `${count(found.connected, 'connection')}, ${count(found.waiting, 'event')} waiting for the app`;
    if (found.calls.length) newest = found.calls[0].id;
    byId('logretries').replaceChildren(...found.retries.map(retry));
    list.prepend(...found.calls.map(line));
    [...list.children].slice(MOST).forEach(node => node.remove());
    byId('logempty').hidden = list.children.length > 0;
  }
  later = setTimeout(look, EVERY_MS);
}

function begin() {
  newest = 0;
  byId('loglist').replaceChildren();
  look();
}

function closeLog() {
  const log = byId('log');
  clearTimeout(later);
  byId('logbtn').setAttribute('aria-expanded', 'false');
  if (log.contains(document.activeElement)) byId('logbtn').focus();
  log.hidden = true;
  log.replaceChildren();
}

export function toggleLog() {
  const log = byId('log');
  if (!log.hidden) {
    closeLog();
    return;
  }
  const filter = el('input', {
    type: 'checkbox',
    checked: only,
    onchange: event => {
      only = event.target.checked;
      begin();
    },
  });
  log.replaceChildren(
    el(
      'header',
      {},
      el('h2', {}, 'App log'),
      el('span', { class: 'soft', id: 'logstate' }),
      el('label', { class: 'opt' }, filter, el('span', {}, 'Only failures')),
      el('button', { class: 'ico', type: 'button', 'aria-label': 'Close the app log', onclick: closeLog }, icon(CROSS)),
    ),
    el(
      'div',
      { class: 'calls', tabindex: '0', role: 'region', 'aria-label': 'Calls of the app, the newest first' },
      el('ul', { id: 'logretries', class: 'retries' }),
      el('p', { class: 'soft', id: 'logempty' }, 'Nothing yet. Calls of the app, and what it answered too late, stand here.'),
      el('div', { id: 'loglist' }),
    ),
  );
  log.hidden = false;
  byId('logbtn').setAttribute('aria-expanded', 'true');
  begin();
}
