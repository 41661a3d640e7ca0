/* Beginning a direct message, with one person or several. */
import { openBox } from '/page/box.js';
import { combobox } from '/page/combobox.js';
import { el } from '/page/dom.js';
import { app, avatar } from '/page/frame.js';
import { describe } from '/page/rooms.js';
import { current } from '/page/store.js';

const MOST = 8; // others in a group message, as in Slack

export function newMessage(hands) {
  let chosen = [];
  const people = current().boot.people.filter(one => one.near && one.id !== hands.me());
  const items = [
    { key: app.user, label: app.name, note: 'App' },
    ...people.map(one => ({ key: one.id, label: one.name, note: describe(one) })),
  ].map(item => ({ ...item, draw: () => [avatar(item.key, 'tiny'), ' ', item.label] }));
  const go = box => {
    if (!chosen.length) return;
    box.close();
    hands.talk(...chosen);
  };
  const start = el('button', { class: 'btn primary', type: 'button', 'data-start': '', disabled: true }, 'Go');
  const pick = combobox({
    label: 'To',
    placeholder: 'Names',
    many: true,
    max: MOST,
    chosen: [],
    search: typed => items.filter(item => item.label.toLowerCase().includes(typed.trim().toLowerCase())),
    changed: found => {
      chosen = found.map(item => item.key);
      start.disabled = !chosen.length;
    },
    done: () => {},
  });
  const box = openBox({
    title: 'New message',
    name: 'talk',
    body: [el('p', { class: 'soft' }, 'One person, or up to eight for a group.'), pick],
    foot: opened => [el('button', { class: 'btn', type: 'button', onclick: () => opened.close() }, 'Cancel'), start],
  });
  start.addEventListener('click', () => go(box));
}
