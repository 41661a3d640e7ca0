/* Inputs for text, mail addresses, links and numbers. */
import { el, uid } from '/page/dom.js';
import { withEmoji } from '/page/emoji.js';

const KIND = { email_text_input: 'email', url_text_input: 'url' };
const MOST = 3000; // characters, when the app says nothing
const NEAR = 0.8, LAST = 20; // from this share on, and for the last characters, what is left is counted
const PAUSE_MS = 300;
const WIDTH = 62, LOW = 3, HIGH = 14; // characters of a line; fewest and most lines

/* What the line under the input says of the length, and whether it is wrong: nothing, how much is left, or how much is too much. */
function measure(spec, length) {
  const most = spec.max_length || MOST, left = most - length;
  if (left < 0) return [`${-left} too many`, true];
  if (length > most * NEAR || (left <= LAST && length)) return [`${left} left`, false];
  return [spec.min_length && length && length < spec.min_length ? `At least ${spec.min_length} characters` : '', false];
}

const lines = value => value.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / WIDTH), 0);
const height = value => Math.min(HIGH, Math.max(LOW, lines(value)));

/* When the block dispatches: on Enter (with Ctrl or Command where a line can end), or while typing. Returns the hint for it. */
function dispatches(box, spec, send) {
  const on = (spec.dispatch_action_config || {}).trigger_actions_on || ['on_enter_pressed'];
  let later = 0;
  const now = () => {
    clearTimeout(later);
    send(box.value || null);
  };
  if (on.includes('on_character_entered')) {
    box.addEventListener('input', () => {
      clearTimeout(later);
      later = setTimeout(now, PAUSE_MS);
    });
  }
  if (!on.includes('on_enter_pressed')) return null;
  box.addEventListener('keydown', event => {
    const plain = !event.ctrlKey && !event.metaKey;
    if (event.key !== 'Enter' || event.isComposing || (spec.multiline && plain)) return;
    event.preventDefault();
    now();
  });
  return el('small', { class: 'hint' }, spec.multiline ? 'Press Ctrl and Enter to send' : 'Press Enter to send');
}

function field(spec, attrs) {
  if (spec.multiline) return el('textarea', attrs);
  if (spec.type !== 'number_input') return el('input', { ...attrs, type: KIND[spec.type] || 'text' });
  return el('input', { ...attrs, type: 'text', class: 'number', inputmode: spec.is_decimal_allowed ? 'decimal' : 'numeric' });
}

function typed(spec, block, context, { put, send, start }) {
  const words = spec.placeholder ? withEmoji(spec.placeholder.text) : null, id = uid('count');
  const box = field(spec, { placeholder: words, 'aria-label': words || 'Text', 'aria-describedby': id, autocomplete: 'off' });
  const count = el('small', { class: 'count', id, 'aria-live': 'polite' });
  const entered = () => {
    put(box.value || null);
    if (spec.multiline) box.rows = Math.max(box.rows, height(box.value));
    if (spec.type !== 'plain_text_input') return;
    const [line, wrong] = measure(spec, [...box.value].length);
    count.textContent = line;
    count.classList.toggle('over', wrong);
  };
  box.value = String(start(spec.initial_value) ?? '');
  if (spec.multiline) box.rows = height(box.value);
  box.addEventListener('input', entered);
  box.addEventListener('kept', entered);
  entered();
  const hint = block.dispatch_action ? dispatches(box, spec, send) : null;
  return Object.assign(el('div', { class: 'field' }, box, count, hint), { control: box });
}

export const TEXTS = { plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed };
