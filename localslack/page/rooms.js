/* What conversations and people are called, and the sign before a name. */
import { el, icon } from '/page/dom.js';
import { nameOf } from '/page/frame.js';
import { settings } from '/page/mrkdwn.js';

const LOCK = 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z';
const BOX = 'M4 5h16v4H4zM6 9v10h12V9M10 13h4';
const ROLES = {
  owner: 'Owner',
  admin: 'Admin',
  guest: 'Guest',
  single_channel: 'Single-channel guest',
  stranger: 'From another company',
  deleted: 'Deactivated',
};

const sign = content => el('span', { class: 'g', 'aria-hidden': 'true' }, content);

export function signOf(room) {
  if (room.kind !== 'channel') return null;
  if (room.archived) return sign(icon(BOX));
  return sign(room.private ? icon(LOCK) : '#');
}

/* What a conversation is called by who reads it. */
export function titleOf(room) {
  if (room.kind === 'channel') return room.name;
  return room.with.length ? room.with.map(nameOf).join(', ') : nameOf(settings.me);
}

/* The same with the sign as a letter, for labels. */
export const labelOf = room => (room.kind === 'channel' ? '#' : '') + titleOf(room);

/* A person's title and what they are here, without saying the same twice. */
export function describe(person) {
  const role = ROLES[person.role] || '';
  return role && !person.title.toLowerCase().includes(role.toLowerCase())
    ? [person.title, role].filter(Boolean).join(' · ')
    : person.title;
}
