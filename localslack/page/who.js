/* Who one is, and becoming somebody else with one click. */
import { byId, el, icon } from '/page/dom.js';
import { avatar, nameOf } from '/page/frame.js';
import { describe } from '/page/rooms.js';

const WINDOW = 'M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5';

let shown = '';

/* The button at the foot of the left column. */
export function self(boot) {
  const one = boot.people.find(person => person.id === boot.me);
  const button = byId('mebtn');
  const mark = JSON.stringify(one);
  if (mark === shown) return;
  shown = mark;
  button.dataset.me = boot.me;
  button.setAttribute('aria-label', `You are ${one.name}. Act as another person`);
  button.replaceChildren(
    avatar(boot.me),
    el('span', {}, el('b', {}, nameOf(boot.me)), el('small', {}, describe(one) || 'Of the team')),
    el('span', { class: 'chev', 'aria-hidden': 'true' }, '▴'),
  );
}

const box = () => document.querySelector('.who');

function closeWho() {
  if (!box()) return;
  const inside = box().contains(document.activeElement);
  box().remove();
  byId('mebtn').setAttribute('aria-expanded', 'false');
  if (inside) byId('mebtn').focus();
}

function beside(id) {
  const url = new URL(location.href);
  url.searchParams.set('me', id);
  return url.href;
}

function choice(one, boot, hands) {
  const mine = one.id === boot.me;
  return el(
    'div',
    { class: 'whorow', role: 'none' },
    el(
      'button',
      {
        type: 'button',
        role: 'menuitemradio',
        'data-person': one.id,
        'aria-checked': String(mine),
        tabindex: mine ? '0' : '-1',
        onclick: () => {
          closeWho();
          hands.become(one.id);
        },
      },
      avatar(one.id),
      el('span', {}, one.name, el('small', {}, describe(one))),
      mine ? el('span', { class: 'tick', 'aria-hidden': 'true' }, '✓') : null,
    ),
    mine
      ? null
      : el(
          'a',
          {
            class: 'aslink',
            role: 'menuitem',
            tabindex: '-1',
            href: beside(one.id),
            target: '_blank',
            'aria-label': `${one.name} in a new window`,
            title: 'In a new window',
          },
          icon(WINDOW),
        ),
  );
}

export function switcher(boot, hands) {
  if (box()) {
    closeWho();
    return;
  }
  const button = byId('mebtn');
  const people = boot.people.filter(one => one.role !== 'deleted');
  button.setAttribute('aria-expanded', 'true');
  button.parentNode.append(
    el(
      'div',
      { class: 'who', role: 'menu', 'aria-label': 'Act as', onkeydown: keys },
      el('p', { role: 'none' }, 'Act as another person of the team'),
      people.map(one => choice(one, boot, hands)),
    ),
  );
  box().querySelector('[aria-checked=true]').focus();
}

function keys(event) {
  const all = [...box().querySelectorAll('[role^=menuitem]')];
  const at = all.indexOf(document.activeElement);
  const rows = [...box().querySelectorAll('button')];
  const row = rows.findIndex(button => button.parentNode.contains(document.activeElement));
  const to = {
    ArrowDown: rows[(row + 1) % rows.length],
    ArrowUp: rows[(row - 1 + rows.length) % rows.length],
    ArrowRight: all[at + 1],
    ArrowLeft: all[at - 1],
    Home: rows[0],
    End: rows[rows.length - 1],
  }[event.key];
  if (event.key === 'Tab') closeWho();
  if (!to) return;
  event.preventDefault();
  to.focus();
}

document.addEventListener('click', event => {
  if (!event.target.closest('.self')) closeWho();
});
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !box()) return;
  event.preventDefault();
  closeWho();
});
