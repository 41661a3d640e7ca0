/* The page begins here: it puts the parts together and says who one is. */
import { announce } from '/page/announce.js';
import { toggleLog } from '/page/applog.js';
import { addFiles } from '/page/composer.js';
import { details } from '/page/details.js';
import { byId, icon } from '/page/dom.js';
import { showFile } from '/page/files.js';
import { nameOf } from '/page/frame.js';
import { hands } from '/page/hands.js';
import { listenToKeys } from '/page/keys.js';
import { messageOf } from '/page/message.js';
import { settings } from '/page/mrkdwn.js';
import { arrive, closeThread, enter, go, onJump, onNews, showList } from '/page/moves.js';
import { toast } from '/page/pop.js';
import { here, isTop } from '/page/reduce.js';
import { labelOf } from '/page/rooms.js';
import { readAddress } from '/page/route.js';
import { roveMessages } from '/page/rove.js';
import { panes, sceneOf, screen } from '/page/screen.js';
import { openSearch } from '/page/search.js';
import { current, settle, watch } from '/page/store.js';
import { explain } from '/page/strip.js';
import { askToDelete, toolbars } from '/page/toolbar.js';
import { dropsOn } from '/page/tray.js';
import { switcher } from '/page/who.js';
import { spoken } from '/page/words.js';

Object.assign(hands, {
  visit: (room, ts) => go({ room, target: ts, tab: 'messages' }),
  tab: name => arrive({ ...current().place, tab: name, target: null }),
  details: room => details(room, hands),
});

/* Keys on a message do what its toolbar does. */
function deeds(which) {
  const on = go => article => go(messageOf(article), sceneOf(which), article);
  const mine = go =>
    on((message, scene) => {
      if (message.user === settings.me && !message.bot_id) go(message, scene);
    });
  const react = on((message, scene, article) => hands.pick(article.querySelector('[data-pick]') || article, scene.room, message));
  const pin = on((message, scene) => hands.pin(scene.room, message, !(message.pinned_to || []).length));
  const link = on((message, scene) => hands.copyLink(scene.room, message));
  const thread =
    which === 'main'
      ? {
          Enter: on(message => {
            if (!message.is_ephemeral) hands.thread(message.thread_ts || message.ts);
          }),
        }
      : {};
  return {
    ...thread,
    r: react,
    p: pin,
    l: link,
    e: mine(message => hands.edit(message.ts)),
    Delete: mine((message, scene) => askToDelete(hands, scene.room, message)),
  };
}

const roves = {};
for (const which of ['main', 'thread']) {
  const { host } = panes[which];
  toolbars(host, () => sceneOf(which));
  roves[which] = roveMessages(host, deeds(which));
}
const focus = {
  main() {
    if (!roves.main.focus()) panes.main.host.focus();
  },
  thread() {
    if (!roves.thread.focus()) panes.thread.host.focus();
  },
};

watch(screen);
watch(() => Object.values(roves).forEach(rove => rove.refresh()));
onJump((which, ts) => {
  settle();
  panes[which].to(ts);
});

/* Says what arrives while one looks, and where one is mentioned elsewhere. */
onNews((item, before) => {
  const { message, channel } = item;
  if (item.kind !== 'message' || message.user === settings.me) return;
  const known = before.rooms[channel];
  const room = current().rooms[channel];
  const thread =
    before.thread && message.thread_ts === before.thread.root && !before.thread.list.some(one => one.ts === message.ts);
  const fresh = known && isTop(message) && message.ts > known.latest;
  if (channel === before.place.room && (fresh || thread)) announce(`${nameOf(message.user)}: ${spoken(message)}`);
  else if (fresh && room.mentions > known.mentions) announce(`${nameOf(message.user)} mentioned you in ${labelOf(room)}`);
  else if (fresh && room.kind === 'im') announce(`${nameOf(message.user)} wrote to you`);
});

/* Links to messages of this workspace open here; a mentioned channel or person is gone to. */
document.addEventListener('click', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest('a[href]');
  const url = link && new URL(link.href);
  const found = url && url.origin === location.origin && /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(url.pathname);
  const room = event.target.closest('.msg .mention[data-room]');
  if (found) {
    event.preventDefault();
    hands.visit(found[1], `${found[2]}.${found[3]}`);
  } else if (room) hands.go(room.dataset.room);
});

function step(direction, onlyNew) {
  const list = [...byId('list').querySelectorAll('.ch[data-channel]')];
  const at = list.findIndex(node => node.getAttribute('aria-current') === 'true');
  for (let n = 1; n <= list.length; n += 1) {
    const node = list[(at + direction * n + list.length * 2) % list.length];
    if (!onlyNew || node.classList.contains('new')) {
      node.click();
      return;
    }
  }
}

function escape(event) {
  const inThread = event.target.closest('aside');
  const asks = document.querySelector('.menu, .emojibox, .who');
  if (asks || !current().thread || (!inThread && event.target !== document.body)) return;
  const root = current().thread.root;
  closeThread().then(() => document.querySelector(`#pane article[data-ts="${root}"]`)?.focus({ preventScroll: true }));
}

listenToKeys({ search: () => openSearch(hands), focus, step, escape });

const dark = matchMedia('(prefers-color-scheme:dark)');
const asked = new URLSearchParams(location.search).get('theme');
function themed() {
  document.documentElement.dataset.theme = localStorage.getItem('theme') || asked || (dark.matches ? 'dark' : 'light');
}
themed();
dark.addEventListener('change', themed);

const BACK = 'M15 5l-7 7 7 7';
const MOON = 'M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z';
const CROSS = 'M6 6l12 12M18 6L6 18';
byId('theme').append(icon(MOON));
byId('back').append(icon(BACK));
byId('tback').append(icon(BACK));
byId('tclose').append(icon(CROSS));
byId('findkey').textContent = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K';
byId('theme').onclick = () => {
  localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  themed();
};
byId('skip').onclick = event => {
  event.preventDefault();
  focus.main();
};
byId('find').onclick = () => openSearch(hands);
byId('back').onclick = () => showList();
byId('tback').onclick = byId('tclose').onclick = () => closeThread();
byId('mebtn').onclick = () => switcher(current().boot, hands);
byId('real').onclick = () => explain(current().boot);
byId('logbtn').onclick = toggleLog;
dropsOn(document.querySelector('main'), files => {
  if (here(current()) && !byId('composer').matches('.off, [hidden]')) addFiles(byId('composer'), files);
});
dropsOn(document.querySelector('aside'), files => {
  if (!byId('tcomposer').matches('.off')) addFiles(byId('tcomposer'), files);
});

addEventListener('popstate', () => {
  const { me, ...place } = readAddress();
  if (me && me !== current().boot.me) enter(me, place);
  else arrive(place, true);
});

async function begin() {
  const { me, ...place } = readAddress();
  const wanted = me || localStorage.getItem('me');
  const file = new URLSearchParams(location.search).get('file');
  if (wanted && (await enter(wanted, place))) {
    if (file) showFile(file);
    return;
  }
  const answer = await fetch('/_page/people').then(response => response.json());
  if (me) toast(`Nobody here is ${me}.`);
  await enter(answer.people[0], place);
}
begin();
