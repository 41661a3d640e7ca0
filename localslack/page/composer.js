/* Where people write: several lines, drafts, completion, formatting, files, and a menu of what the app offers. */
import { offering } from '/page/offers.js';
import { el, icon } from '/page/dom.js';
import { FORMATS, formatOf, grow, write } from '/page/format.js';
import { attachTray } from '/page/tray.js';
import { pickEmoji } from '/page/picker.js';
import { menu } from '/page/pop.js';

const PLUS = 'M12 5v14M5 12h14';
const SMILE = 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM8.5 14.5a4 4 0 0 0 7 0M9 9.5v.01M15 9.5v.01';
const AT = 'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7';
const NARROW = 720; // CSS pixels: below this a keyboard would cover what one reads

const drafts = new Map();
const trays = new WeakMap(); // host -> the tray of its composer

/* Files for the next message of the composer in `host`. */
export const addFiles = (host, files) => trays.get(host).add(files);

/* Draws a composer into `host`, once for each `key` (which names its draft). `spec` has: key, label, inThread, alsoTo (the name of the
   channel a reply may be sent to, too), known() for completion, entries() of the plus menu, send(text, files, also) which
   promises what was seen, editLast() for the arrow up in an empty composer. */
export function compose(host, spec) {
  if (host.dataset.key === spec.key) return;
  host.dataset.key = spec.key;
  const area = el('textarea', {
    rows: 1,
    placeholder: spec.label,
    'aria-label': spec.label,
    'data-composer': spec.inThread ? 'thread' : 'main',
  });
  const failed = el('div', { class: 'failed', role: 'alert' });
  const tray = attachTray();
  trays.set(host, tray);
  const offers = offering(area, spec, () => changed());
  const also = spec.alsoTo ? el('input', { type: 'checkbox' }) : null;
  const send = el('button', { class: 'btn primary send', type: 'button', onclick: () => go() }, 'Send');

  function changed() {
    grow(area);
    drafts.set(spec.key, area.value);
    failed.textContent = '';
  }

  async function go() {
    const words = area.value.trim();
    const files = tray.files();
    if ((!words && !files.length) || send.getAttribute('aria-busy')) return;
    send.setAttribute('aria-busy', 'true');
    failed.textContent = '';
    const seen = await spec.send(words, files, !!also && also.checked);
    send.removeAttribute('aria-busy');
    if (!seen.ok) {
      failed.textContent = seen.error || '';
      return;
    }
    if (area.value.trim() === words) area.value = ''; // what was typed meanwhile stays
    tray.clear();
    if (also) also.checked = false;
    changed();
    offers.close();
    if (host.dataset.key === spec.key) area.focus();
  }

  area.addEventListener('input', changed);
  area.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing) return;
    const format = formatOf(event);
    if (format) {
      event.preventDefault();
      format(area);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      go();
    } else if (event.key === 'ArrowUp' && !area.value && spec.editLast()) event.preventDefault();
  });
  area.addEventListener('paste', event => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    tray.add([...event.clipboardData.files]);
  });

  host.replaceChildren(
    offers.list,
    formats(area),
    area,
    tray.node,
    failed,
    row(area, spec, tray, offers, send),
    ...alsoLine(also, spec),
  );
  area.value = drafts.get(spec.key) || '';
  grow(area);
  if (innerWidth > NARROW && !document.querySelector('dialog[open]') && free()) area.focus({ preventScroll: true });
}

/* Nobody is in the middle of something else. */
const free = () =>
  document.activeElement === document.body ||
  !!document.activeElement.closest('.composer, .who') ||
  !document.activeElement.closest('main, aside');

const tool = (label, content, go, more = {}) =>
  el('button', { type: 'button', class: 'tool', 'aria-label': label, title: label, onclick: go, ...more }, content);

function formats(area) {
  const hidden = localStorage.getItem('formats') !== 'shown';
  return el(
    'div',
    { class: 'formats', role: 'toolbar', 'aria-label': 'Formatting', hidden },
    FORMATS.map(([name, sign, key, apply]) =>
      tool(
        `${name} (Ctrl+${key.replace('shift+', 'Shift+').toUpperCase()})`,
        el('span', { class: 'sign ' + name.toLowerCase() }, sign),
        () => apply(area),
        { 'data-format': name.toLowerCase() },
      ),
    ),
  );
}

function toggleFormats(event) {
  const shown = localStorage.getItem('formats') !== 'shown';
  localStorage.setItem('formats', shown ? 'shown' : 'hidden');
  document.querySelectorAll('.formats').forEach(node => {
    node.hidden = !shown;
  });
  document.querySelectorAll('[data-formats]').forEach(node => node.setAttribute('aria-expanded', String(shown)));
  event.currentTarget.focus();
}

function row(area, spec, tray, offers, send) {
  const insert = words => write(area, area.selectionStart, area.selectionEnd, words);
  const plus = tool(
    'Add files, use shortcuts',
    icon(PLUS),
    () => menu(plus, [['Upload files', tray.choose, 'files'], ...spec.entries(insert)]),
    { 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'data-plus': '' },
  );
  const letters = el('span', { class: 'sign' }, 'Aa');
  const shown = localStorage.getItem('formats') === 'shown';
  return el(
    'div',
    { class: 'row' },
    el('span', { class: 'menuwrap' }, plus),
    tool('Formatting', letters, toggleFormats, { 'data-formats': '', 'aria-expanded': String(shown) }),
    tool('Emoji', icon(SMILE), event => pickEmoji(event.currentTarget, name => insert(`:${name}: `)), { 'data-smile': '' }),
    tool(
      'Mention somebody',
      icon(AT),
      () => {
        insert('@');
        offers.look();
      },
      { 'data-mention': '' },
    ),
    el('span', { class: 'tip' }, spec.tip),
    send,
  );
}

function alsoLine(also, spec) {
  return also ? [el('label', { class: 'also' }, also, el('span', {}, `Also send to ${spec.alsoTo}`))] : [];
}

/* Whether something was written there and not sent. */
export const hasDraft = key => !!(drafts.get(key) || '').trim();
