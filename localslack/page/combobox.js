/* A field to choose from many: type to filter, arrows and Enter, chips where several can be chosen.

   Items are { key, label, draw?, note?, group? }: `label` is what is filtered and read, `draw()` its nodes, `note` a second line. */
import { el, icon, uid } from '/page/dom.js';
import { attach } from '/page/pop.js';

const SHOWN = 200; // more than this nobody reads: they type on
const CHEVRON = 'M8 10l4 4 4-4', CROSS = 'M7 7l10 10M17 7L7 17', TICK = 'M6 12.5l4 4 8-9';

/* `search(typed, waiting, held)` gives items, { note } for none yet, or a promise of items or of { error }; it says with `waiting`
   what stands there meanwhile, and hands over with `held` the timer that closing stops. `changed(items)` is called at every choice,
   `done(items)` when the list closes after one. Returns the node; its `control` is the input. */
export function combobox(options) {
  const id = uid('combo'), { label, placeholder, disabled, many } = options;
  const input = el('input', {
    type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-expanded': 'false',
    'aria-controls': id, 'aria-autocomplete': 'list', 'aria-label': label, placeholder, disabled,
  });
  const list = el('div', {
    class: 'combolist', role: 'listbox', id, 'aria-label': label, 'aria-multiselectable': many ? 'true' : null,
    onmousedown: event => event.preventDefault(), // the focus stays in the field
  });
  const own = { chosen: [...options.chosen], shown: [], at: -1, asked: 0, dirty: false, release: null, timer: 0 };
  const state = { ...options, ...own, id, input, list };
  state.status = el('span', { class: 'sr', role: 'status' });
  state.chips = el('span', { class: 'chips' });
  const clear = { type: 'button', class: 'comboclear', 'aria-label': 'Clear', onclick: () => emptied(state) };
  state.clear = el('button', clear, icon(CROSS));
  state.box = el('div', { class: 'combobox', onmousedown: event => pressed(state, event) },
    state.chips, input, state.clear, el('span', { class: 'chev', 'aria-hidden': 'true' }, icon(CHEVRON)));
  listen(state);
  faced(state);
  const node = el('div', { class: 'combo' + (many ? ' many' : '') }, state.box, list, state.status);
  return Object.assign(node, { control: input });
}

function listen(state) {
  const { input } = state;
  input.addEventListener('click', () => {
    if (!state.many) input.select();
    look(state);
  });
  input.addEventListener('input', () => look(state, input.value));
  input.addEventListener('blur', () => close(state));
  input.addEventListener('keydown', event => keys(state, event));
}

/* A press on the field beside its text opens and closes it; on its buttons it leaves the focus where it is until they are clicked. */
function pressed(state, event) {
  if (event.target === state.input) return;
  event.preventDefault();
  if (event.target.closest('button')) return;
  state.input.focus();
  if (state.release) close(state);
  else look(state);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

function keys(state, event) {
  const step = STEPS[event.key], open = !!state.release;
  if (step) {
    event.preventDefault();
    if (open) move(state, step);
    else look(state);
  } else if (event.key === 'Enter' && !event.isComposing) {
    event.preventDefault(); // choosing never sends the form
    if (open && state.shown[state.at]) pick(state, state.shown[state.at]);
    else look(state);
  } else if (event.key === 'Escape' && open) {
    event.preventDefault();
    event.stopPropagation(); // the list closes, not the form around it
    close(state);
  } else if (event.key === 'Backspace' && state.many && !state.input.value && state.chosen.length) {
    drop(state, state.chosen[state.chosen.length - 1]);
  }
}

function chip(state, item) {
  const away = () => {
    drop(state, item);
    state.input.focus();
  };
  return el('span', { class: 'chip' }, el('span', {}, item.draw ? item.draw() : item.label),
    el('button', { type: 'button', 'aria-label': 'Remove ' + item.label, onclick: away }, icon(CROSS)));
}

/* What stands in the closed field: chips, or the one label. */
function faced(state) {
  const { many, chosen, input } = state;
  if (!many && !state.release) input.value = chosen.length ? chosen[0].label : '';
  state.clear.hidden = many || !state.clearable || !chosen.length;
  if (!many) return;
  input.placeholder = chosen.length ? '' : state.placeholder || '';
  state.chips.replaceChildren(...chosen.map(item => chip(state, item)));
}

function told(state, chosen) {
  state.chosen = chosen;
  state.dirty = true;
  state.changed(chosen);
  faced(state);
}

function settled(state) {
  if (!state.dirty) return;
  state.dirty = false;
  state.done(state.chosen);
}

function emptied(state) {
  told(state, []);
  settled(state);
  state.input.focus();
}

function drop(state, item) {
  told(state, state.chosen.filter(one => one.key !== item.key));
  if (state.release) draw(state);
  else settled(state);
}

const isChosen = (state, item) => state.chosen.some(one => one.key === item.key);
const isFull = state => state.many && state.max && state.chosen.length >= state.max;

function pick(state, item) {
  if (!state.many) {
    told(state, [item]);
    close(state);
    return;
  }
  const on = isChosen(state, item);
  if (!on && isFull(state)) return;
  told(state, on ? state.chosen.filter(one => one.key !== item.key) : [...state.chosen, item]);
  if (!state.input.value) { draw(state); return; }
  state.input.value = '';
  look(state);
}

/* Opens the list with what fits `typed`; a slow answer to an earlier question is left aside. */
function look(state, typed = '') {
  const mine = state.asked += 1;
  clearTimeout(state.timer);
  open(state);
  const show = found => { if (mine === state.asked) offer(state, found, typed); };
  const found = state.search(typed, note => offer(state, { note }, ''), timer => { state.timer = timer; });
  if (found.then) found.then(show);
  else show(found);
}

function offer(state, found, typed) {
  state.note = found.error || found.note || '';
  state.shown = state.note ? [] : found.slice(0, SHOWN);
  state.more = !state.note && found.length > SHOWN;
  state.at = state.many ? -1 : state.shown.findIndex(item => isChosen(state, item));
  if (state.at < 0 && typed && state.shown.length) state.at = 0;
  draw(state);
}

function open(state) {
  if (state.release) return;
  state.input.setAttribute('aria-expanded', 'true');
  state.release = attach(state.list, state.box, { wide: true, lost: () => close(state) });
}

function close(state) {
  clearTimeout(state.timer);
  state.asked += 1;
  if (!state.release) return;
  state.release();
  state.release = null;
  if (state.list.matches(':popover-open')) state.list.hidePopover();
  state.input.setAttribute('aria-expanded', 'false');
  state.input.removeAttribute('aria-activedescendant');
  if (state.many) state.input.value = '';
  faced(state);
  settled(state);
}

function move(state, step) {
  const { shown, at } = state, last = shown.length - 1;
  if (last < 0) return;
  const round = (at + step + shown.length) % shown.length, held = Math.max(0, Math.min(last, at + step));
  state.at = Math.abs(step) > 1 ? held : at < 0 && step < 0 ? last : round;
  active(state);
}

function active(state) {
  state.list.querySelectorAll('[role=option]').forEach((node, n) => node.classList.toggle('at', n === state.at));
  const node = state.list.querySelector('.at');
  if (!node) {
    state.input.removeAttribute('aria-activedescendant');
    return;
  }
  state.input.setAttribute('aria-activedescendant', node.id);
  node.scrollIntoView({ block: 'nearest' });
}

function choice(state, item, n) {
  const on = isChosen(state, item), note = item.note ? el('small', {}, item.note) : null;
  const words = el('span', {}, item.draw ? item.draw() : item.label, note);
  return el('div', {
    role: 'option', id: state.id + 'o' + n, class: 'choice', 'data-value': item.key, 'aria-selected': String(on),
    'aria-disabled': !on && isFull(state) ? 'true' : null, onclick: () => pick(state, item),
  }, words, on ? icon(TICK) : null);
}

function group(name, nodes) {
  if (!name) return nodes;
  return el('div', { role: 'group', 'aria-label': name }, el('div', { class: 'combogroup', 'aria-hidden': 'true' }, name), nodes);
}

function draw(state) {
  const groups = new Map();
  state.shown.forEach((item, n) => {
    const name = item.group || '';
    groups.set(name, [...groups.get(name) || [], choice(state, item, n)]);
  });
  const full = isFull(state) ? `No more than ${state.max} can be chosen` : state.more ? 'Type to see more' : '';
  const note = state.note || (state.shown.length ? full : 'No results');
  const rows = [...groups].flatMap(([name, nodes]) => group(name, nodes));
  state.list.replaceChildren(...rows, ...note ? [el('div', { class: 'combonote' }, note)] : []);
  state.status.textContent = note || `${state.shown.length} to choose from`;
  active(state);
  if (state.release) state.release.move();
}
