/* Interactive elements. `context` has: act(element, block, value) to send, put(block, element, value) to remember what is
   entered, start(block, element) for what was entered before, people() for choosers of people, rooms() for those of channels. */
import { el } from '/page/dom.js';
import { text } from '/page/mrkdwn.js';
import { ask, menu } from '/page/pop.js';

const options = element => element.options || (element.option_groups || []).flatMap(group => group.options);
const PEOPLE = /^(multi_)?(users|conversations|channels)_select$/;
const TEXT_TYPE = { email_text_input: 'email', url_text_input: 'url', number_input: 'text' };

export function element(spec, block, context) {
  const send = value => spec.confirm ? ask(spec.confirm, () => context.act(spec, block, value)) : context.act(spec, block, value);
  const put = value => context.put(block, spec, value);
  /* In an input block nothing is sent until the form is, unless the block asks for it. */
  const chosen = value => { put(value); if (block.type !== 'input' || block.dispatch_action) send(value); };
  const make = MAKERS[spec.type] || (PEOPLE.test(spec.type) ? picker : null);
  return make ? make(spec, block, context, send, put, chosen) : el('span', { class: 'unknown' }, 'Not drawn here: ' + spec.type);
}

function button(spec, block, context, send) {
  const attrs = { class: 'btn ' + (spec.style || ''), type: 'button', 'data-action': spec.action_id, 'aria-label': spec.accessibility_label };
  return el('button', { ...attrs, onclick: () => { if (spec.url) open(spec.url, '_blank', 'noopener,noreferrer'); send(spec.value); } }, text(spec.text));
}

function overflow(spec, block, context, send) {
  const attrs = { class: 'btn dots', type: 'button', 'data-action': spec.action_id, 'aria-label': 'More actions', 'aria-haspopup': 'menu', 'aria-expanded': 'false' };
  const entries = spec.options.map(option => [text(option.text), () => send(option.value), option.value]);
  const dots = el('button', { ...attrs, onclick: () => menu(dots, entries) }, el('span', { 'aria-hidden': 'true' }, '•••'));
  return el('span', { class: 'menuwrap' }, dots);
}

function select(spec, block, context, send, put, chosen) {
  const first = context.start(block, spec) ?? (spec.initial_option && spec.initial_option.value) ?? '';
  const one = option => el('option', { value: option.value, selected: option.value === first }, option.text.text);
  const box = el('select', { 'data-action': spec.action_id, onchange: () => chosen(box.value || null) },
    first ? null : el('option', { value: '' }, spec.placeholder ? spec.placeholder.text : 'Choose'),
    spec.option_groups ? spec.option_groups.map(group => el('optgroup', { label: group.label.text }, group.options.map(one))) : spec.options.map(one));
  put(first || null);
  return box;
}

function picker(spec, block, context, send, put, chosen) {
  const [, many, kind] = PEOPLE.exec(spec.type);
  const single = { users: 'user', conversations: 'conversation', channels: 'channel' }[kind];
  const first = context.start(block, spec) ?? spec[many ? 'initial_' + kind : 'initial_' + single] ?? (many ? [] : '');
  const list = kind === 'users' ? context.people() : kind === 'channels' ? context.rooms() : [...context.rooms(), ...context.people()];
  if (many) return ticks(spec, list.map(([value, label]) => ({ value, label })), first, put, chosen);
  const box = el('select', { 'data-action': spec.action_id, onchange: () => chosen(box.value || null) },
    first ? null : el('option', { value: '' }, spec.placeholder ? spec.placeholder.text : 'Choose'),
    list.map(([value, label]) => el('option', { value, selected: value === first }, label)));
  put(first || null);
  return box;
}

/* Several of a list: ticks, which work with every finger and screen reader. */
function ticks(spec, list, first, put, chosen) {
  const on = new Set(first);
  const out = () => list.map(item => item.value).filter(value => on.has(value));
  put(out());
  return el('div', { class: 'opts many', role: 'group', 'data-action': spec.action_id }, list.map(item => el('label', { class: 'opt' },
    el('input', { type: 'checkbox', value: item.value, checked: on.has(item.value), onchange: event => {
      if (event.target.checked && spec.max_selected_items && on.size >= spec.max_selected_items) { event.target.checked = false; return; }
      if (event.target.checked) on.add(item.value); else on.delete(item.value);
      chosen(out());
    } }), el('span', {}, item.label, item.description ? el('small', {}, item.description) : null))));
}

function multiSelect(spec, block, context, send, put, chosen) {
  const first = context.start(block, spec) ?? (spec.initial_options || []).map(option => option.value);
  return ticks(spec, options(spec).map(option => ({ value: option.value, label: text(option.text) })), first, put, chosen);
}

function checkboxes(spec, block, context, send, put, chosen) {
  const first = context.start(block, spec) ?? (spec.initial_options || []).map(option => option.value);
  const list = spec.options.map(option => ({ value: option.value, label: text(option.text), description: option.description && text(option.description) }));
  return ticks(spec, list, first, put, chosen);
}

let groups = 0;
function radios(spec, block, context, send, put, chosen) {
  const first = context.start(block, spec) ?? (spec.initial_option && spec.initial_option.value);
  const name = 'radio' + (++groups);
  put(first ?? null);
  return el('div', { class: 'opts', role: 'radiogroup', 'data-action': spec.action_id }, spec.options.map(option => el('label', { class: 'opt' },
    el('input', { type: 'radio', name, value: option.value, checked: option.value === first, onchange: () => chosen(option.value) }),
    el('span', {}, text(option.text), option.description ? el('small', {}, text(option.description)) : null))));
}

function typed(spec, block, context, send, put) {
  const first = context.start(block, spec) ?? spec.initial_value ?? '';
  const shared = { 'data-action': spec.action_id, placeholder: spec.placeholder && spec.placeholder.text, maxlength: spec.max_length };
  const number = spec.type === 'number_input' ? { inputmode: spec.is_decimal_allowed ? 'decimal' : 'numeric' } : {};
  const box = el(spec.multiline ? 'textarea' : 'input', { ...shared, ...number, type: spec.multiline ? null : TEXT_TYPE[spec.type] || 'text', oninput: () => put(box.value || null) });
  box.value = first;
  if (spec.multiline) box.rows = Math.min(14, Math.max(3, box.value.split('\n').reduce((n, line) => n + Math.ceil((line.length + 1) / 62), 0)));
  const triggers = (spec.dispatch_action_config || {}).trigger_actions_on || ['on_enter_pressed'];
  if (block.dispatch_action && triggers.includes('on_enter_pressed')) box.addEventListener('keydown', event => { if (event.key === 'Enter' && !spec.multiline) { event.preventDefault(); send(box.value || null); } });
  put(first || null);
  return box;
}

const dated = (type, key) => (spec, block, context, send, put, chosen) => {
  const first = context.start(block, spec) ?? spec[key] ?? '';
  const box = el('input', { type, 'data-action': spec.action_id, value: first, onchange: () => chosen(box.value || null) });
  put(first || null);
  return box;
};

function dateTime(spec, block, context, send, put, chosen) {
  const first = context.start(block, spec) ?? spec.initial_date_time ?? null;
  const local = seconds => new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  const box = el('input', { type: 'datetime-local', 'data-action': spec.action_id, value: first ? local(first) : '',
    onchange: () => chosen(box.value ? Math.floor(new Date(box.value).getTime() / 1000) : null) });
  put(first);
  return box;
}

const MAKERS = {
  button, overflow, static_select: select, multi_static_select: multiSelect, checkboxes, radio_buttons: radios,
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
  datepicker: dated('date', 'initial_date'), timepicker: dated('time', 'initial_time'), datetimepicker: dateTime,
};
