/* The left column: the app, channels, people; and who one is at the moment. */
import { byId, el } from '/page/dom.js';
import { app, avatar, nameOf } from '/page/frame.js';

/* Mentions and direct messages count in red, other news quietly. */
const badge = (n, loud) => !n ? null : el('span', { class: 'n' + (loud ? '' : ' quiet'), 'aria-label': n + (loud ? ' for you' : ' unread') }, String(n));
const entry = (room, here, go, face, label, loud) => el('button', { class: 'ch' + (room && room.unread ? ' new' : ''), type: 'button', 'data-channel': room ? room.id : null,
  'aria-current': String(here), onclick: go }, face, el('span', { class: 'label' }, label), room ? badge(loud ? room.unread : room.mentions || room.unread, loud || room.mentions) : null);

export function side(boot, at, hands) {
  const rooms = boot.rooms.filter(room => room.kind === 'channel'), direct = new Map(boot.rooms.filter(room => room.kind === 'im').map(room => [room.with, room]));
  const hash = () => el('span', { class: 'g', 'aria-hidden': 'true' }, '#');
  byId('list').replaceChildren(
    el('h2', {}, 'Apps'), entry(direct.get(app.user), at === boot.app.channel, () => hands.go(boot.app.channel), avatar(app.user, 'sm'), app.name, true),
    el('h2', {}, 'Channels'), ...rooms.map(room => entry(room, at === room.id, () => hands.go(room.id), hash(), room.name, false)),
    el('h2', {}, 'People'), ...boot.people.filter(one => one.id !== boot.me).map(one => {
      const room = direct.get(one.id);
      return entry(room, !!room && at === room.id, () => hands.talk(one.id), avatar(one.id, 'sm'), one.name, true);
    }));
  const self = boot.people.find(one => one.id === boot.me), button = byId('mebtn');
  button.dataset.me = boot.me;
  button.replaceChildren(avatar(boot.me), el('span', {}, el('b', {}, nameOf(boot.me)), el('small', {}, self.title || 'Of the team')), el('span', { class: 'chev', 'aria-hidden': 'true' }, '▴'));
}

const closeWho = () => { document.querySelectorAll('.who').forEach(box => box.remove()); byId('mebtn').setAttribute('aria-expanded', 'false'); };

export function switcher(boot, hands) {
  if (document.querySelector('.who')) { closeWho(); return; }
  const button = byId('mebtn');
  button.setAttribute('aria-expanded', 'true');
  button.parentNode.append(el('div', { class: 'who', role: 'listbox', 'aria-label': 'Act as' }, el('p', {}, 'Act as another person of the team'),
    boot.people.map(one => el('button', { type: 'button', role: 'option', 'data-person': one.id, 'aria-checked': String(one.id === boot.me), onclick: () => { closeWho(); hands.become(one.id); } },
      avatar(one.id), el('span', {}, one.name, el('small', {}, one.title + (one.guest && one.title !== 'Guest' ? ', guest' : ''))), one.id === boot.me ? el('span', { class: 'tick', 'aria-hidden': 'true' }, '✓') : null))));
}
document.addEventListener('click', event => { if (!event.target.closest('.self')) closeWho(); });
document.addEventListener('keydown', event => { if (event.key === 'Escape' && document.querySelector('.who')) { closeWho(); byId('mebtn').focus(); } });
