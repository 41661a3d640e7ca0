/* Reactions under a message: pressed to add one's own, pressed again to take it back. */
import { el } from '/page/dom.js';
import { emoji } from '/page/emoji.js';
import { nameOf } from '/page/frame.js';
import { settings } from '/page/mrkdwn.js';

const MOST_NAMES = 12;

/* Who reacted, as Slack says it: oneself first, and last in words. */
function whose(users) {
  const names = [...users]
    .sort((one, other) => (other === settings.me) - (one === settings.me))
    .map(user => (user === settings.me ? 'You' : nameOf(user)));
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} others`] : names;
  return shown.length < 2 ? shown.join('') : shown.slice(0, -1).join(', ') + ' and ' + shown[shown.length - 1];
}

function chip(message, scene, one) {
  const mine = one.users.includes(settings.me);
  const words = `${whose(one.users)} reacted with :${one.name}:`;
  return el(
    'button',
    {
      class: 'react',
      type: 'button',
      'data-reaction': one.name,
      title: words,
      'aria-label': `${one.count} ${one.name.replace(/_/g, ' ')}. ${words}`,
      'aria-pressed': String(mine),
      onclick: () => scene.hands.react(scene.room, message, one.name, !mine),
    },
    emoji(one.name),
    el('span', {}, String(one.count)),
  );
}

export function reactions(message, scene) {
  const list = message.reactions || [];
  if (!list.length) return null;
  const more = el(
    'button',
    {
      class: 'react add',
      type: 'button',
      'aria-label': 'Add a reaction',
      title: 'Add a reaction',
      onclick: event => scene.hands.pick(event.currentTarget, scene.room, message),
    },
    '+',
  );
  return el(
    'div',
    { class: 'reacts', role: 'group', 'aria-label': 'Reactions' },
    list.map(one => chip(message, scene, one)),
    more,
  );
}
