/* What opens above the page: menus, confirm dialogs, short notes. */
import { el, uid } from '/page/dom.js';
import { text } from '/page/mrkdwn.js';

const GAP = 4, EDGE = 8;

/* Keeps `box` at its anchor, below or above where there is more room, inside the window; returns what ends that.
   The box is in the top layer: no pane or form cuts it off. */
export function attach(box, anchor, { wide = false, lost = () => {} } = {}) {
  box.popover = 'manual';
  box.showPopover();
  const move = () => {
    if (!anchor.isConnected) { lost(); return; }
    const at = anchor.getBoundingClientRect();
    if (wide) box.style.width = at.width + 'px';
    box.style.maxHeight = '';
    const floor = visualViewport ? visualViewport.offsetTop + visualViewport.height : innerHeight; // above a phone's keyboard
    const below = floor - at.bottom - GAP - EDGE, above = at.top - GAP - EDGE;
    const up = box.scrollHeight > below && above > below;
    box.style.maxHeight = Math.max(120, Math.min(box.scrollHeight + 2, 340, up ? above : below)) + 'px';
    box.style.top = (up ? at.top - GAP - box.offsetHeight : at.bottom + GAP) + 'px';
    box.style.left = Math.max(EDGE, Math.min(at.left, innerWidth - box.offsetWidth - EDGE)) + 'px';
  };
  const scrolled = event => { if (!box.contains(event.target)) move(); };
  move();
  addEventListener('scroll', scrolled, true);
  addEventListener('resize', move);
  return Object.assign(() => {
    removeEventListener('scroll', scrolled, true);
    removeEventListener('resize', move);
  }, { move });
}

/* Closes every open menu; a focus inside goes back to its button. */
export function closeMenus() {
  document.querySelectorAll('.menu').forEach(box => {
    const button = box.parentNode.querySelector('[aria-haspopup]');
    const inside = box.contains(document.activeElement);
    box.dispatchEvent(new Event('closed'));
    box.remove();
    if (button) button.setAttribute('aria-expanded', 'false');
    if (button && inside) button.focus({ preventScroll: true });
  });
}
document.addEventListener('click', event => { if (!event.target.closest('.menuwrap')) closeMenus(); });
document.addEventListener('keydown', event => { if (event.key === 'Escape') closeMenus(); });

/* Opens a menu of `[label, go, value]` entries at its button, which stands in a `.menuwrap`. */
export function menu(button, entries) {
  const open = button.getAttribute('aria-expanded') === 'true';
  closeMenus();
  if (open) return;
  button.setAttribute('aria-expanded', 'true');
  const choose = go => () => {
    closeMenus();
    button.focus({ preventScroll: true });
    go();
  };
  const item = ([label, go, value]) => el('button', {
    role: 'menuitem', type: 'button', tabindex: '-1', 'data-value': value, onclick: choose(go),
    onpointerenter: event => event.currentTarget.focus({ preventScroll: true }), // one entry at a time stands out
  }, label);
  const name = button.getAttribute('aria-label') || button.textContent;
  const box = el('div', { class: 'menu', role: 'menu', 'aria-label': name }, entries.map(item));
  button.parentNode.append(box);
  box.addEventListener('closed', attach(box, button, { lost: closeMenus }));
  box.firstChild.focus({ preventScroll: true });
  box.addEventListener('keydown', event => keys(event, box));
}

function keys(event, box) {
  if (event.key === 'Tab') { closeMenus(); return; }
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation(); // the menu closes, not the form around it
    closeMenus();
    return;
  }
  const all = [...box.children], at = all.indexOf(document.activeElement);
  const begins = (one, n) => n > at && one.textContent.toLowerCase().startsWith(event.key.toLowerCase());
  const letter = event.key.length === 1 ? all.findIndex(begins) : -1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key] ?? (letter < 0 ? undefined : letter);
  if (to === undefined) return;
  event.preventDefault();
  all[(to + all.length) % all.length].focus();
}

/* Asks before `yes` is done, in the words of a confirm object. */
export function ask(confirm, yes) {
  const title = uid('confirm'), words = uid('confirm');
  const done = go => () => { box.close(); if (go) go(); };
  const choice = (name, label, style, go) => el('button', { class: 'btn ' + style, type: 'button', 'data-confirm': name, onclick: done(go) }, label);
  const box = el('dialog', { class: 'confirm', role: 'alertdialog', 'aria-labelledby': title, 'aria-describedby': words },
    el('h2', { id: title }, confirm.title ? confirm.title.text : 'Are you sure?'), el('p', { id: words }, text(confirm.text)),
    el('div', { class: 'foot' },
      choice('no', confirm.deny ? confirm.deny.text : 'Cancel', ''),
      choice('yes', confirm.confirm ? confirm.confirm.text : 'Yes', confirm.style || 'primary', yes)));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}

/* A short note that goes away by itself. */
export function toast(words) {
  document.querySelectorAll('.toast').forEach(old => old.remove());
  const note = el('div', { class: 'toast', role: 'status' }, words);
  ([...document.querySelectorAll('dialog[open]')].pop() || document.body).append(note);
  setTimeout(() => note.remove(), 4000);
}
