/* Making nodes. Text only ever becomes text: nothing a message says can become markup. */
const SVG = 'http://www.w3.org/2000/svg';

export function el(tag, attrs, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(node.style, value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...kids.flat(Infinity).filter(kid => kid != null && kid !== false));
  return node;
}

export function svg(tag, attrs, ...kids) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name === 'style') Object.assign(node.style, value);
    else if (value != null) node.setAttribute(name, value);
  }
  node.append(...kids);
  return node;
}

export function icon(path) {
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  return svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', ...line }, svg('path', { d: path }));
}

export const byId = id => document.getElementById(id);

let made = 0;
/* An id nothing else on the page has, to tie labels, lists and errors to their controls. */
export const uid = prefix => prefix + (++made);

let last = null; // what has the focus, also after it was taken off the page
document.addEventListener('focusin', event => { last = event.target; });
document.addEventListener('focusout', ({ target }) => setTimeout(() => {
  if (last === target && target.isConnected && document.activeElement !== target) last = null;
}));

function same(root, control) {
  const { action, block, value } = control.dataset;
  const inside = [...root.querySelectorAll(`[data-action="${CSS.escape(action)}"]`)];
  return inside.find(node => node.dataset.block === block && node.dataset.value === value) || inside[0];
}

function caret(node) {
  if (!node.matches('input, textarea')) return null;
  try { return node.selectionStart === null ? null : [node.selectionStart, node.selectionEnd]; } catch { return null; }
}

/* Puts `next` in the place of `old`, if that is not done yet. What has the focus in `old` has it in `next` too: the element of the
   same action, with its caret, what was typed, and its open menu. Returns whether there was something to keep. */
export function keepFocus(old, next) {
  const focused = old.contains(last) ? last : null, menu = focused && focused.closest('.menuwrap');
  const from = focused && (menu ? menu.querySelector('[data-action]') : focused.closest('[data-action]'));
  const where = from && caret(from), open = from && from.getAttribute('aria-expanded') === 'true';
  if (old.isConnected && old !== next) old.replaceWith(next);
  const to = from && same(next, from);
  if (!to) return false;
  if (where && caret(to) && !to.matches('[role=combobox]') && to.value !== from.value) {
    to.value = from.value;
    to.dispatchEvent(new Event('kept')); // counts as entered, but is not sent to the app again
  }
  to.focus({ preventScroll: true });
  if (where && caret(to)) to.setSelectionRange(...where);
  if (open && (menu || to.matches('[role=combobox]'))) to.click();
  return true;
}
