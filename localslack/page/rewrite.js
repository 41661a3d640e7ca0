/* Editing one's own message where it stands. */
import { el } from '/page/dom.js';
import { nameOf } from '/page/frame.js';
import { grow } from '/page/format.js';
import { typed } from '/page/words.js';

export function editorFor(message, scene) {
  const area = el('textarea', {
    rows: 1,
    'aria-label': `Edit the message of ${nameOf(message.user)}`,
    'data-editor': message.ts,
  });
  const failed = el('div', { class: 'failed', role: 'alert' });
  const leave = () => scene.hands.edit(null, message);
  const save = async () => {
    const words = area.value.trim();
    if (words === typed(message.text).trim()) {
      leave();
      return;
    }
    const seen = words
      ? await scene.hands.rewrite(scene.room, message, words)
      : { ok: false, error: 'A message cannot be empty. Delete it instead.' };
    if (seen.ok) leave();
    else failed.textContent = seen.error || '';
  };
  area.value = typed(message.text);
  area.addEventListener('input', () => grow(area));
  area.addEventListener('keydown', event => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      leave();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save();
    }
    event.stopPropagation(); // the list of messages has keys of its own
  });
  requestAnimationFrame(() => {
    grow(area);
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  });
  return el(
    'div',
    { class: 'rewrite' },
    area,
    failed,
    el(
      'div',
      { class: 'foot' },
      el('button', { class: 'btn', type: 'button', onclick: leave }, 'Cancel'),
      el('button', { class: 'btn primary', type: 'button', onclick: save }, 'Save'),
    ),
  );
}
