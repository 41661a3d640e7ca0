/* A dialog of the page's own: a title, what is in it, buttons. Escape and the cross close it; the focus goes back by itself. */
import { el, icon, uid } from '/page/dom.js';

const CROSS = 'M6 6l12 12M18 6L6 18';

/* Opens at once. `foot` gets the dialog and returns buttons. Returns the dialog. */
export function openBox({ title, name, body, foot, wide = false }) {
  const id = uid('box');
  const box = el('dialog', { class: 'box' + (wide ? ' wide' : ''), 'aria-labelledby': id, 'data-box': name });
  box.append(
    el(
      'header',
      {},
      el('h2', { id }, title),
      el('button', { class: 'x', type: 'button', 'aria-label': 'Close', onclick: () => box.close() }, icon(CROSS)),
    ),
    el('div', { class: 'in' }, body),
  );
  if (foot) box.append(el('div', { class: 'foot' }, foot(box)));
  box.addEventListener('close', () => box.remove());
  box.addEventListener('click', event => {
    if (event.target === box) box.close();
  }); // outside of it
  document.body.append(box);
  box.showModal();
  const first = box.querySelector('.in input, .in button, .in a, .in textarea');
  if (first) first.focus();
  return box;
}

/* A labelled field; `control` is an input or a select. */
export function field(label, control, hint) {
  const id = uid('field');
  control.id = id;
  return el('div', { class: 'b inp' }, el('label', { for: id }, label), control, hint ? el('small', {}, hint) : null);
}

export const failure = () => el('div', { class: 'failed', role: 'alert' });
