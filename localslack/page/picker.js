/* Choosing an emoji: sixty that people use, and all others by name. */
import { el } from '/page/dom.js';
import { emojiCharacter, emojiNames } from '/page/emoji.js';
import { attach } from '/page/pop.js';

const COMMON =
  `+1 -1 white_check_mark x eyes raised_hands clap pray tada rocket fire heart 100 joy smile slightly_smiling_face wink sweat_smile
thinking_face cry sob open_mouth sunglasses heart_eyes wave ok_hand muscle point_up point_right raised_hand hourglass_flowing_sand warning
rotating_light question exclamation bulb memo calendar email telephone_receiver package truck moneybag credit_card bike wrench hammer_and_wrench
bug mag lock key link coffee pizza cake sunny zap star white_circle red_circle large_green_circle`.split(/\s+/);
const COLUMNS = 9;
const MOST = 90;

let close = () => {};

function found(words) {
  const typed = words.trim().toLowerCase().replace(/^:|:$/g, '').replace(/\s+/g, '_');
  if (!typed) return COMMON.filter(name => emojiCharacter(name));
  const names = emojiNames().filter(name => name.includes(typed));
  return names.sort((one, other) => other.startsWith(typed) - one.startsWith(typed)).slice(0, MOST);
}

/* Opens at a button; `chosen(name)` is called once. */
export function pickEmoji(anchor, chosen) {
  close();
  const grid = el('div', { class: 'emojis', role: 'listbox', 'aria-label': 'Emoji' });
  const input = el('input', { type: 'search', placeholder: 'Search emoji', 'aria-label': 'Search emoji', autocomplete: 'off' });
  const box = el('div', { class: 'emojibox', role: 'dialog', 'aria-label': 'Choose an emoji' }, input, grid);
  const take = name => {
    close();
    chosen(name);
  };
  const one = (name, n) =>
    el(
      'button',
      {
        type: 'button',
        role: 'option',
        'aria-selected': 'false',
        tabindex: n ? '-1' : '0',
        title: `:${name}:`,
        'aria-label': name.replace(/_/g, ' '),
        'data-emoji': name,
        onclick: () => take(name),
      },
      el('span', { class: 'emo', 'aria-hidden': 'true' }, emojiCharacter(name)),
    );
  const draw = () => {
    const names = found(input.value);
    grid.replaceChildren(...names.map(one));
    if (!names.length)
      grid.append(
        el('p', { class: 'soft', role: 'option', 'aria-selected': 'false', 'aria-disabled': 'true' }, 'No emoji of that name.'),
      );
  };
  input.addEventListener('input', draw);
  draw();
  document.body.append(box);
  const release = attach(box, anchor, { lost: () => close() });
  const outside = event => {
    if (!box.contains(event.target) && event.target !== anchor) close();
  };
  close = () => {
    close = () => {};
    release();
    document.removeEventListener('pointerdown', outside, true);
    const inside = box.contains(document.activeElement);
    box.remove();
    anchor.setAttribute('aria-expanded', 'false');
    if (inside && anchor.isConnected) anchor.focus({ preventScroll: true });
  };
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  box.addEventListener('keydown', event => keys(event, box, grid, input));
  input.focus({ preventScroll: true });
}

function keys(event, box, grid, input) {
  const all = [...grid.querySelectorAll('button')];
  const at = all.indexOf(document.activeElement);
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === 'Enter' && document.activeElement === input && all.length) {
    event.preventDefault();
    all[0].click();
  } else {
    const columns = grid.clientWidth ? Math.max(1, Math.floor(grid.clientWidth / (all[0] ? all[0].offsetWidth : 36))) : COLUMNS;
    const step = { ArrowDown: at < 0 ? 1 : columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || (at < 0 && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    if (at + step < 0) input.focus();
    else (all[at + step] || all[all.length - 1]).focus({ preventScroll: false });
  }
}
