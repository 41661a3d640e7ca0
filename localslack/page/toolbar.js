/* The toolbar of a message, while the mouse is over it or the focus in it: react, reply, and what else one can do. */
import { el, icon } from '/page/dom.js';
import { emoji } from '/page/emoji.js';
import { isGone, isSystem } from '/page/lines.js';
import { messageOf } from '/page/message.js';
import { settings } from '/page/mrkdwn.js';
import { ask, menu } from '/page/pop.js';

const SMILE = 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM8.5 14.5a4 4 0 0 0 7 0M9 9.5v.01M15 9.5v.01';
const REPLY = 'M4 5h16v11H9l-5 4z';
const DOTS = 'M5 12v.01M12 12v.01M19 12v.01';
const QUICK = ['white_check_mark', 'eyes', 'raised_hands'];

const button = (label, content, go, more = {}) =>
  el(
    'button',
    { type: 'button', class: 'tool', tabindex: '-1', 'aria-label': label, title: label, onclick: go, ...more },
    content,
  );
const plain = words => ({ type: 'plain_text', text: words });

/* Asks before a message is gone for everybody. */
export function askToDelete(hands, room, message) {
  ask(
    {
      title: plain('Delete message'),
      text: plain('Are you sure you want to delete this message? This cannot be undone.'),
      confirm: plain('Delete'),
      deny: plain('Cancel'),
      style: 'danger',
    },
    () => hands.remove(room, message),
  );
}

/* What the menu of a message offers, as [label, go, value]. */
function offers(message, scene) {
  const { hands, room } = scene;
  const mine = message.user === settings.me && !message.bot_id;
  const pinned = (message.pinned_to || []).length > 0;
  const own = [
    ['Edit message', () => hands.edit(message.ts, message), 'edit'],
    ['Delete message…', () => askToDelete(hands, room, message), 'delete'],
  ];
  const link = ['Copy link', () => hands.copyLink(room, message), 'link'];
  if (scene.closed) return [link];
  return [
    link,
    [pinned ? 'Unpin from this conversation' : 'Pin to this conversation', () => hands.pin(room, message, !pinned), 'pin'],
    ...(mine ? own : []),
    ...hands
      .messageShortcuts()
      .map(one => [one.name, () => hands.messageShortcut(room, message, one.callback_id), one.callback_id]),
  ];
}

function tools(message, scene) {
  const { hands, room, inThread } = scene;
  const react = name => () => hands.react(room, message, name, true);
  const more = button('More actions', icon(DOTS), event => menu(event.currentTarget, offers(message, scene)), {
    'aria-haspopup': 'menu',
    'aria-expanded': 'false',
    'data-more': message.ts,
  });
  const root = message.thread_ts || message.ts;
  const reactions = [
    ...QUICK.map(name => button('React with ' + name.replace(/_/g, ' '), emoji(name), react(name), { 'data-quick': name })),
    button('Add a reaction', icon(SMILE), event => hands.pick(event.currentTarget, room, message), { 'data-pick': message.ts }),
  ];
  return [
    scene.closed ? null : reactions,
    inThread ? null : button('Reply in thread', icon(REPLY), () => hands.thread(root), { 'data-reply': message.ts }),
    el('span', { class: 'menuwrap' }, more),
  ];
}

const CAN_ACT = message => !message.is_ephemeral && !isGone(message) && !isSystem(message);

function bar(article, scene) {
  const node = el(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'What one can do with this message' },
    tools(messageOf(article), scene),
  );
  const all = () => [...node.querySelectorAll('.tool')];
  all()[0].tabIndex = 0;
  node.addEventListener('keydown', event => {
    const list = all();
    const at = list.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    list.forEach(tool => {
      tool.tabIndex = -1;
    });
    const next = list[(at + step + list.length) % list.length];
    next.tabIndex = 0;
    next.focus();
  });
  return node;
}

/* Puts toolbars on the messages of a list, as they are looked at. `scene()` is what the list is drawn with. */
export function toolbars(host, scene) {
  const busy = article => article.querySelector('.toolbar [aria-expanded=true]') || article.contains(document.activeElement);
  const off = article => {
    if (!busy(article)) article.querySelector(':scope > .toolbar')?.remove();
  };
  const on = article => {
    const now = scene();
    if (!now || article.querySelector(':scope > .toolbar') || !CAN_ACT(messageOf(article)) || now.editing === article.dataset.ts)
      return;
    host.querySelectorAll('article > .toolbar').forEach(node => off(node.parentNode));
    article.append(bar(article, now));
  };
  const over = event => {
    const article = event.target.closest && event.target.closest('article');
    if (article) on(article);
  };
  host.addEventListener('pointerover', over);
  host.addEventListener('focusin', over);
  host.addEventListener('pointerleave', () => host.querySelectorAll('article > .toolbar').forEach(node => off(node.parentNode)));
  host.addEventListener('focusout', event => {
    const article = event.target.closest('article');
    if (article)
      setTimeout(() => {
        if (!article.matches(':hover')) off(article);
      });
  });
}
