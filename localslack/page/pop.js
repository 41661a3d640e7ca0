/* What opens above the page: menus, confirm dialogs, short notes. */
import { el } from '/page/dom.js';
import { text } from '/page/mrkdwn.js';

export function closeMenus() {
  document.querySelectorAll('.menu').forEach(menu => menu.remove());
  document.querySelectorAll('.dots[aria-expanded=true]').forEach(button => button.setAttribute('aria-expanded', 'false'));
}
document.addEventListener('click', event => { if (!event.target.closest('.menuwrap')) closeMenus(); });
document.addEventListener('keydown', event => { if (event.key === 'Escape') closeMenus(); });

/* Opens under its button, or above it where there is no room below. */
export function menu(button, entries) {
  const open = button.getAttribute('aria-expanded') === 'true';
  closeMenus();
  if (open) return;
  button.setAttribute('aria-expanded', 'true');
  const box = el('div', { class: 'menu', role: 'menu' }, entries.map(([label, go, value]) =>
    el('button', { role: 'menuitem', type: 'button', 'data-value': value, onclick: () => { closeMenus(); button.focus(); go(); } }, label)));
  button.parentNode.append(box);
  const pane = button.closest('.pane,.in');
  const floor = pane ? pane.getBoundingClientRect().bottom : innerHeight;
  if (box.getBoundingClientRect().bottom > floor && button.getBoundingClientRect().top > box.offsetHeight + 60) box.classList.add('up');
  if (box.getBoundingClientRect().right > innerWidth - 8) box.classList.add('right');
  box.firstChild.focus({ preventScroll: true });
  box.addEventListener('keydown', event => {
    const all = [...box.children], at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  });
}

export function ask(confirm, yes) {
  const done = go => () => { box.close(); if (go) go(); };
  const box = el('dialog', { class: 'confirm', 'aria-labelledby': 'confirm-title' },
    el('h2', { id: 'confirm-title' }, confirm.title ? confirm.title.text : 'Are you sure?'), el('p', {}, text(confirm.text)),
    el('div', { class: 'foot' },
      el('button', { class: 'btn', type: 'button', 'data-confirm': 'no', onclick: done() }, confirm.deny ? confirm.deny.text : 'Cancel'),
      el('button', { class: 'btn ' + (confirm.style || 'primary'), type: 'button', 'data-confirm': 'yes', onclick: done(yes) }, confirm.confirm ? confirm.confirm.text : 'Yes')));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}

export function toast(words) {
  document.querySelectorAll('.toast').forEach(old => old.remove());
  const note = el('div', { class: 'toast', role: 'status' }, words);
  (document.querySelector('dialog[open]') || document.body).append(note);
  setTimeout(() => note.remove(), 4000);
}
