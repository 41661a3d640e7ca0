/* Modals: the top one of the stack, in one dialog that stays while the app changes what is in it. It keeps what was entered, shows
   errors where they belong and waits for answers. */
import { blocks } from '/page/blockkit.js';
import { el, icon, keepFocus, uid } from '/page/dom.js';
import { entries, forget } from '/page/entries.js';
import { app, avatar } from '/page/frame.js';
import { act } from '/page/net.js';
import { ask, closeMenus } from '/page/pop.js';

const BACK = 'M15 5l-7 7 7 7', CROSS = 'M6 6l12 12M18 6L6 18';
let shown = null; // { id, hash, dialog, form } of what is on the screen
let opener = null; // where the focus was before
let open = []; // ids of the views that were open when this was last looked at

/* Brings what is open on screen in line with the stack the workspace keeps, the top one last. `hands` has: me(), people(), rooms(),
   actView(view, spec, block, value, values), suggestView(view, spec, block, typed, values), upload(files), file(id). */
export function sync(stack, hands) {
  open.filter(id => !stack.some(view => view.id === id)).forEach(forget);
  open = stack.map(view => view.id);
  const top = stack[stack.length - 1];
  if (!top) { drop(); return; }
  if (shown && shown.id === top.id && shown.hash === top.hash) return;
  const again = shown && shown.id === top.id, dialog = shown ? shown.dialog : opened();
  const scroll = again ? shown.form.querySelector('.in').scrollTop : 0, old = shown && shown.form;
  closeMenus();
  const form = draw(top, hands, stack.length, dialog);
  Object.assign(dialog.dataset, { view: top.id, callback: top.callback_id || '', depth: String(stack.length) });
  dialog.setAttribute('aria-labelledby', form.querySelector('h2').id);
  const kept = again && keepFocus(old, form);
  if (!again) dialog.replaceChildren(form);
  shown = { id: top.id, hash: top.hash, dialog, form };
  form.querySelector('.in').scrollTop = scroll;
  if (!kept) first(form);
}

function opened() {
  const { activeElement } = document, message = activeElement && activeElement.closest('[data-ts]');
  opener = { node: activeElement, ts: message && message.dataset.ts, action: activeElement && activeElement.dataset.action };
  const dialog = el('dialog', { class: 'modal', tabindex: '-1', onclose: () => { if (shown && shown.dialog === dialog) dialog.showModal(); } });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/* What opened the form gets the focus back, also where its message was drawn again meanwhile. */
function drop() {
  if (!shown) return;
  const { dialog } = shown, { node, ts, action } = opener;
  shown = null;
  dialog.close();
  dialog.remove();
  const again = ts && action ? document.querySelector(`[data-ts="${CSS.escape(ts)}"] [data-action="${CSS.escape(action)}"]`) : null;
  const target = node && node.isConnected ? node : again;
  if (target) target.focus({ preventScroll: true });
}

/* The focus goes where the app wants it, else to the first input, else to the text, so that it can be scrolled and read. */
function first(form) {
  const inside = form.querySelector('.in');
  const input = 'input:not(:disabled), textarea, select, [contenteditable=true]';
  const target = inside.querySelector('[data-first]') || inside.querySelector(input);
  const wanted = target && target.matches('.opts[data-first]') ? target.querySelector('input') : target;
  (wanted || inside).focus({ preventScroll: !target });
}

/* What the blocks of a view may use. */
function contextOf(view, hands, kept, failed) {
  const { people, rooms, here, upload, file } = hands;
  return {
    put: kept.put, start: kept.start, people, rooms, here, upload, file, whole: true,
    act: (spec, block, value) => pressed(failed, hands.actView(view, spec, block, value, kept.values)),
    suggest: (spec, block, typed) => hands.suggestView(view, spec, block, typed, kept.values),
  };
}

function draw(view, hands, depth, dialog) {
  const kept = entries(view.id, view.inputs), id = uid('modal'), failed = el('div', { class: 'failed', role: 'alert' });
  const close = everything => act({ do: 'close', me: hands.me(), view_id: view.id, everything });
  const leave = everything => {
    if (kept.changed()) ask(LEAVING, () => close(everything));
    else close(everything);
  };
  const button = (label, all, path) => el('button', { class: 'x', type: 'button', 'aria-label': label, onclick: () => leave(all) }, icon(path));
  const face = depth > 1 ? button('Back', false, BACK) : avatar(app.user, 'small');
  const inside = el('div', { class: 'blocks' }, blocks(view.blocks, contextOf(view, hands, kept, failed)));
  const form = el('form', { class: 'sheet', novalidate: true },
    el('header', {}, face, el('h2', { id }, view.title.text), button('Close', true, CROSS)),
    el('div', { class: 'in', tabindex: '-1' }, inside), foot(view, depth, failed, () => leave(false)));
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (view.submit && !view.submit_disabled) submit(form, view, kept.values, hands);
  });
  dialog.oncancel = event => {
    event.preventDefault();
    leave(false);
  };
  dialog.onkeydown = event => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    leave(false);
  };
  return form;
}

function foot(view, depth, failed, leave) {
  const words = view.close ? view.close.text : depth > 1 ? 'Back' : view.submit ? 'Cancel' : 'Close';
  const attrs = { class: 'btn primary', type: 'submit', 'data-submit': view.id, disabled: view.submit_disabled };
  return el('div', { class: 'foot' }, failed,
    el('button', { class: 'btn', type: 'button', 'data-close': view.id, onclick: leave }, words),
    view.submit ? el('button', attrs, view.submit.text) : null);
}

/* Slack asks too before what was typed is lost; its words are not documented. */
const plain = words => ({ type: 'plain_text', text: words });
const LEAVING = {
  title: plain('Are you sure you want to leave?'),
  text: plain('What you entered here will be lost.'),
  confirm: plain('Leave'),
  deny: plain('Stay'),
  style: 'danger',
};

async function pressed(failed, answer) {
  failed.textContent = '';
  const seen = await answer;
  if (seen && seen.error) failed.textContent = seen.error;
}

async function submit(form, view, values, hands) {
  const send = form.querySelector('[data-submit]'), failed = form.querySelector('.foot .failed');
  if (send.getAttribute('aria-busy')) return;
  send.setAttribute('aria-busy', 'true');
  failed.textContent = '';
  mark(form, {});
  const seen = await act({ do: 'submit', me: hands.me(), view_id: view.id, values });
  send.removeAttribute('aria-busy');
  failed.textContent = seen.error || '';
  mark(form, seen.errors || {});
}

/* Errors under their inputs; the first of them gets the focus. */
function mark(form, errors) {
  let wrong = null;
  for (const line of form.querySelectorAll('[data-err]')) {
    const words = errors[line.dataset.err] || '', control = line.parentNode.querySelector('[data-action]');
    line.textContent = words;
    if (!control) continue;
    if (words) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
    if (words && !wrong) wrong = control.matches('.opts') ? control.querySelector('input') : control;
  }
  if (wrong) wrong.focus();
}
