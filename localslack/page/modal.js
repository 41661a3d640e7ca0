/* Modals: the top one of the stack, as a dialog that keeps what was entered, shows errors and waits for answers. */
import { blocks } from '/page/blockkit.js';
import { el } from '/page/dom.js';
import { app, avatar, entered, press } from '/page/frame.js';
import { act } from '/page/net.js';

const kept = new Map(); // what was entered, by view id
let shown = null; // { id, hash, dialog }

/* Brings what is open on screen in line with the stack the workspace keeps. */
export function sync(stack, hands) {
  for (const id of kept.keys()) if (!stack.some(view => view.id === id)) kept.delete(id);
  const top = stack[stack.length - 1];
  if (!top) { drop(); return; }
  if (shown && shown.id === top.id && shown.hash === top.hash) return;
  const focus = shown && shown.id === top.id && document.activeElement ? document.activeElement.dataset.action : null;
  const scroll = shown && shown.id === top.id ? shown.dialog.querySelector('.in').scrollTop : 0;
  const old = shown;
  const dialog = draw(top, hands, stack.length);
  document.body.append(dialog);
  dialog.showModal();
  shown = { id: top.id, hash: top.hash, dialog };
  if (old) old.dialog.remove();
  dialog.querySelector('.in').scrollTop = scroll;
  const target = focus ? dialog.querySelector(`[data-action="${CSS.escape(focus)}"]`) : dialog.querySelector('.in input, .in textarea, .in select');
  if (target) target.focus({ preventScroll: !!focus });
}

function drop() {
  if (shown) shown.dialog.remove();
  shown = null;
}

function draw(view, hands, depth) {
  const values = kept.get(view.id) || {};
  kept.set(view.id, values);
  const context = {
    put: (block, spec, value) => { (values[block.block_id] ||= {})[spec.action_id] = value; },
    start: (block, spec) => { const value = (values[block.block_id] || {})[spec.action_id]; return value ?? entered(view.inputs, block, spec); },
    people: hands.people, rooms: hands.rooms,
    act: (spec, block, value) => press(dialog, spec, hands.actView(view, spec, block, value, values)),
  };
  const close = everything => () => { act({ do: 'close', me: hands.me(), view_id: view.id, everything }); };
  const face = avatar(app.user, 'small');
  const send = view.submit ? el('button', { class: 'btn primary', type: 'submit', 'data-submit': view.id, disabled: view.submit_disabled }, view.submit.text) : null;
  const form = el('form', { class: 'sheet', novalidate: true },
    el('header', {}, face, el('h2', {}, view.title.text), el('button', { class: 'x', type: 'button', 'aria-label': 'Close', onclick: close(true) }, '×')),
    el('div', { class: 'in' }, el('div', { class: 'blocks' }, blocks(view.blocks, context))),
    el('div', { class: 'foot' }, el('div', { class: 'failed', role: 'alert' }),
      el('button', { class: 'btn', type: 'button', 'data-close': view.id, onclick: close(false) }, view.close ? view.close.text : depth > 1 ? 'Back' : 'Cancel'), send));
  form.addEventListener('submit', event => { event.preventDefault(); if (send) submit(dialog, view, values, hands); });
  const dialog = el('dialog', { class: 'modal', 'aria-label': view.title.text, 'data-view': view.id, 'data-callback': view.callback_id }, form);
  dialog.addEventListener('cancel', event => { event.preventDefault(); close(false)(); });
  return dialog;
}

async function submit(dialog, view, values, hands) {
  const send = dialog.querySelector('[data-submit]'), failed = dialog.querySelector('.foot .failed');
  if (send.getAttribute('aria-busy')) return;
  send.setAttribute('aria-busy', 'true');
  failed.textContent = '';
  mark(dialog, {});
  const seen = await act({ do: 'submit', me: hands.me(), view_id: view.id, values });
  send.removeAttribute('aria-busy');
  failed.textContent = seen.error || '';
  mark(dialog, seen.errors || {});
}

/* Errors under their inputs; the first of them gets the focus. */
function mark(dialog, errors) {
  let first = null;
  for (const line of dialog.querySelectorAll('[data-err]')) {
    const words = errors[line.dataset.err] || '', control = line.parentNode.querySelector('input, textarea, select');
    line.textContent = words;
    if (control) control.toggleAttribute('aria-invalid', !!words);
    if (words && !first) first = control;
  }
  if (first) first.focus();
}
