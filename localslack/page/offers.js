/* The list above a composer: what can be completed, chosen with arrows and Enter, Tab or the mouse. */
import { completed } from '/page/complete.js';
import { el, uid } from '/page/dom.js';
import { write } from '/page/format.js';
import { avatar } from '/page/frame.js';

/* Watches a text area. `spec` is the composer's; `changed` is called after something was put in. Returns { list, look, close }. */
export function offering(area, spec, changed) {
  const id = uid('offers');
  const list = el('div', { class: 'slash', id, hidden: true });
  let at = 0;
  let moved = false;
  let now = { kind: null, offers: [] };
  const blocked = () => spec.inThread && area.value.startsWith('/');
  Object.entries({ 'aria-autocomplete': 'list', 'aria-controls': id }).forEach(([name, value]) => area.setAttribute(name, value));

  function look() {
    at = 0;
    moved = false;
    now = blocked() ? { kind: 'blocked', offers: [] } : completed(area.value, area.selectionStart, spec.known());
    draw();
  }

  function close() {
    now = { kind: null, offers: [] };
    draw();
  }

  function take(offer) {
    const to = now.kind === 'command' ? area.value.length : area.selectionStart;
    write(area, offer.from, to, offer.insert);
    changed();
    look();
  }

  const option = (offer, n) =>
    el(
      'button',
      {
        type: 'button',
        role: 'option',
        id: `${id}-${n}`,
        tabindex: '-1',
        'aria-selected': String(n === at),
        onmousedown: event => event.preventDefault(),
        onclick: () => take(offer),
      },
      offer.face ? avatar(offer.face, 'sm') : offer.sign ? el('span', { class: 'emo', 'aria-hidden': 'true' }, offer.sign) : null,
      el('b', {}, offer.label),
      offer.hint ? el('i', {}, offer.hint) : null,
      el('span', {}, offer.note),
    );

  function draw() {
    const { kind, offers } = now;
    list.hidden = kind !== 'blocked' && !offers.length;
    list.setAttribute('role', offers.length ? 'listbox' : 'note');
    list.setAttribute('aria-label', 'Suggestions');
    area.removeAttribute('aria-activedescendant');
    if (kind === 'blocked')
      list.replaceChildren(el('p', {}, `Slash commands do not work in threads. Write @${spec.known().app.name} instead.`));
    else
      list.replaceChildren(
        ...(kind === 'command' ? [el('p', { role: 'presentation' }, spec.known().app.name)] : []),
        ...offers.map(option),
      );
    if (!offers.length) return;
    area.setAttribute('aria-activedescendant', `${id}-${at}`);
    list.querySelector('[aria-selected=true]').scrollIntoView({ block: 'nearest' });
  }

  /* Enter sends a command that is whole, unless somebody went down the list on purpose. */
  const whole = () =>
    now.kind === 'command' && spec.known().commands.some(command => command.name === area.value.trim().split(/\s/)[0]);
  area.addEventListener('input', look);
  area.addEventListener('click', look);
  area.addEventListener('blur', () =>
    setTimeout(() => {
      if (document.activeElement !== area) close();
    }, 100),
  );
  area.addEventListener('keydown', event => {
    const { offers } = now;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || (!offers.length && now.kind !== 'blocked')) return;
    if (offers.length && step) {
      moved = true;
      at = (at + step + offers.length) % offers.length;
      draw();
    } else if (offers.length && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && (moved || !whole()))))
      take(offers[at]);
    else if (event.key === 'Escape') {
      close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  return { list, look, close };
}
