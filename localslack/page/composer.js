/* Where people write. A slash at the beginning offers the commands of the app's manifest. */
import { el } from '/page/dom.js';

const drafts = new Map();

/* A usage hint such as `[queue | status | pause <agent>]` is offered word by word. */
export function suggestions(commands) {
  return commands.flatMap(command => {
    const hint = command.usage_hint.trim().replace(/^\[(.*)\]$/, '$1'), words = hint.includes('|') ? hint.split('|').map(word => word.trim()).filter(Boolean) : [];
    const whole = { line: command.name, note: command.description, hint: words.length ? '' : command.usage_hint };
    return [whole, ...words.map(word => ({ line: `${command.name} ${word.replace(/[<[].*$/, '').trim()}`, hint: (/[<[].*$/.exec(word) || [''])[0], note: '' }))];
  });
}

/* Draws a composer into `host`. `send(text)` returns a promise of what was seen; `key` names its draft. */
export function compose(host, { key, label, inThread, commands, appName, send }) {
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  const offers = suggestions(commands);
  let at = 0, hidden = false, moved = false;
  const area = el('textarea', { rows: 1, placeholder: label, 'aria-label': label, 'aria-autocomplete': 'list', 'data-composer': inThread ? 'thread' : 'main' });
  const failed = el('div', { class: 'failed', role: 'alert' });
  const list = el('div', { class: 'slash', hidden: true });
  const hits = () => !hidden && area.value.startsWith('/') ? offers.filter(offer => offer.line.startsWith(area.value.trim()) && offer.line !== area.value.trim()) : [];
  const whole = () => commands.some(command => command.name === area.value.trim().split(/\s/)[0]);
  const take = offer => { area.value = offer.line + ' '; moved = false; draw(); area.focus(); };

  function draw() {
    area.style.height = 'auto';
    area.style.height = Math.min(area.scrollHeight, 200) + 'px';
    drafts.set(key, area.value);
    const found = hits(), blocked = inThread && area.value.startsWith('/');
    list.hidden = !blocked && !found.length;
    if (blocked) { list.replaceChildren(el('p', {}, `Slash commands do not work in threads. Write @${appName} instead.`)); return; }
    at = Math.min(at, Math.max(0, found.length - 1));
    list.setAttribute('role', 'listbox');
    list.replaceChildren(el('p', {}, appName), ...found.map((offer, n) => el('button', { type: 'button', role: 'option', 'aria-selected': String(n === at), onclick: () => take(offer) },
      el('b', {}, offer.line), offer.hint ? el('i', {}, offer.hint) : null, el('span', {}, offer.note))));
    const chosen = list.querySelector('[aria-selected=true]');
    if (chosen) chosen.scrollIntoView({ block: 'nearest' });
  }

  async function go() {
    const words = area.value.trim();
    if (!words || button.getAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    failed.textContent = '';
    const seen = await send(words);
    button.removeAttribute('aria-busy');
    if (seen.ok) { area.value = ''; hidden = false; } else failed.textContent = seen.error || '';
    draw();
    if (seen.ok) area.focus();
  }

  area.addEventListener('input', () => { at = 0; hidden = moved = false; failed.textContent = ''; draw(); });
  area.addEventListener('keydown', event => {
    const found = hits();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length && step) { event.preventDefault(); moved = true; at = (at + step + found.length) % found.length; draw(); }
    else if (found.length && event.key === 'Tab') { event.preventDefault(); take(found[at]); }
    else if (event.key === 'Escape') { hidden = true; draw(); }
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); if (found.length && (moved || !whole())) take(found[at]); else go(); }
  });
  const button = el('button', { class: 'btn primary send', type: 'button', onclick: go }, 'Send');
  const tip = inThread ? `@${appName} works here` : commands.length ? 'Type / for commands' : `Mention @${appName} to reach it`;
  host.replaceChildren(list, area, failed, el('div', { class: 'row' }, el('span', {}, tip), button));
  area.value = drafts.get(key) || '';
  draw();
  if (innerWidth > 720 && !document.querySelector('dialog[open]')) area.focus({ preventScroll: true });
}
