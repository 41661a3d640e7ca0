/* The page: who I am, where I am, what is there; drawn again when the workspace has news. */
import { compose } from '/page/composer.js';
import { byId, el, icon } from '/page/dom.js';
import { app, home, nameOf } from '/page/frame.js';
import { settings } from '/page/mrkdwn.js';
import * as modal from '/page/modal.js';
import { act, ask, direct, listen, read } from '/page/net.js';
import { fill } from '/page/pane.js';
import { closeMenus, toast } from '/page/pop.js';
import { side, switcher } from '/page/sidebar.js';
import { explain, plugged, stopped } from '/page/strip.js';

const query = new URLSearchParams(location.search);
let boot = null, at = query.get('c') || '', tab = query.get('tab') || 'home', thread = query.get('thread');
let channel = new Map(), replies = new Map(), stop = () => {}, fresh = true, freshThread = true;

const hands = {
  me: () => boot.me,
  people: () => boot.people.map(one => [one.id, one.name]),
  rooms: () => boot.rooms.filter(room => room.kind === 'channel').map(room => [room.id, '#' + room.name]),
  act: (message, spec, block, value, values) => act({ do: 'click', me: boot.me, channel: at, ts: message.ts, action_id: spec.action_id, block_id: block.block_id, value, values }),
  actView: (view, spec, block, value, values) => act({ do: 'click', me: boot.me, view_id: view.id, action_id: spec.action_id, block_id: block.block_id, value, values }),
  thread: ts => { thread = ts; freshThread = true; replies = new Map(); show('thread'); address(); loadThread(); },
  go: id => { if (at !== id) { channel = new Map(); fresh = true; } at = id; thread = null; show('main'); address(); draw(); load(); if (id === boot.app.channel) come(); },
  talk: async id => { const made = await direct({ me: boot.me, with: id }); await reboot(); hands.go(made.channel); },
  become: id => { if (id !== boot.me) enter(id); },
};

const show = pane => { document.body.dataset.pane = pane; };
const room = () => boot.rooms.find(one => one.id === at);
const come = () => act({ do: 'home', me: boot.me, tab });
const here = () => document.visibilityState === 'visible';

function address() {
  const now = room(), next = new URLSearchParams({ me: boot.me, c: now && now.kind === 'channel' ? now.name : at === boot.app.channel ? 'app' : at });
  if (thread) next.set('thread', thread);
  history.replaceState(null, '', '?' + next);
}

async function reboot() {
  const found = await ask('/_page/boot', { me: boot ? boot.me : settings.me });
  adopt(found);
}

function adopt(found) {
  boot = found;
  Object.assign(app, { user: boot.app.user, name: boot.app.name, order: boot.people.map(one => one.id) });
  const self = boot.people.find(one => one.id === boot.me);
  settings.me = boot.me;
  settings.zone = self.zone;
  settings.names = { [boot.app.user]: boot.app.name, ...Object.fromEntries(boot.people.map(one => [one.id, one.name])) };
  settings.rooms = Object.fromEntries(boot.rooms.map(one => [one.id, one.name]));
  settings.groups = boot.groups;
  const wanted = boot.rooms.find(one => one.id === at || one.name === at && one.kind === 'channel');
  if (at === 'app') at = boot.app.channel;
  else if (wanted) at = wanted.id;
  else { at = boot.rooms[0].id; thread = null; }
  modal.sync(boot.views.stack, hands);
  draw();
}

/* Becomes a person: everything is asked for again, as they may see it. */
async function enter(me) {
  stop();
  settings.me = me;
  boot = null;
  channel = new Map();
  replies = new Map();
  fresh = freshThread = true;
  byId('pane').replaceChildren();
  byId('tpane').replaceChildren();
  ['composer', 'tcomposer'].forEach(id => delete byId(id).dataset.key);
  const found = await ask('/_page/boot', { me });
  adopt(found);
  address();
  stop = listen(me, { ready: refresh, news, lost: stopped });
  if (at === boot.app.channel) come();
}

async function refresh() {
  await reboot();
  await Promise.all([load(), thread ? loadThread() : null]);
}

async function load() {
  const asked = at, found = await ask('/_page/channel', { me: boot.me, channel: asked });
  if (!found || asked !== at) return;
  channel = new Map([...found.messages, ...found.ephemerals.filter(one => !one.thread_ts)].map(one => [one.ts, one]));
  draw();
  seen();
}

async function loadThread() {
  const asked = thread, found = await ask('/_page/thread', { me: boot.me, channel: at, ts: asked });
  if (!found || asked !== thread) return;
  replies = new Map([...found.messages, ...found.ephemerals].map(one => [one.ts, one]));
  draw();
}

let later = 0;
const soon = () => { clearTimeout(later); later = setTimeout(reboot, 120); };

async function seen() {
  const last = [...channel.keys()].sort().pop(), now = room();
  if (!last || !here() || (at === boot.app.channel && tab !== 'messages')) return;
  await read({ me: boot.me, channel: at, ts: last });
  if (now && now.unread) soon();
}

function news(item) {
  if (!boot) return;
  if (item.kind === 'connected') { boot.connected = item.connected; plugged(item.connected, app.name); return; }
  if (item.kind === 'views') { boot.views = item; modal.sync(item.stack, hands); draw(); return; }
  if (item.kind === 'rooms') { soon(); return; }
  if (item.channel !== at) { soon(); return; }
  if (item.kind === 'gone') { channel.delete(item.ts); replies.delete(item.ts); draw(); return; }
  const message = item.message, root = message.thread_ts;
  if (!root || root === message.ts || message.subtype === 'thread_broadcast') channel.set(message.ts, message);
  if (thread && (root === thread || message.ts === thread)) replies.set(message.ts, message);
  draw();
  if (!here() || at === boot.app.channel && tab !== 'messages') soon();
  else seen();
}

function draw() {
  if (!boot) return;
  closeMenus();
  document.title = `${boot.team.name}, local workspace`;
  byId('team').textContent = boot.team.name;
  byId('flag').textContent = boot.team.name.split(/[^A-Za-z]+/).map(word => word[0]).join('').slice(0, 2);
  plugged(boot.connected, app.name);
  side(boot, at, hands);
  head();
  main();
  aside();
}

function head() {
  const now = room(), ours = at === boot.app.channel, person = now && now.kind === 'im' && !ours;
  byId('title').textContent = ours ? app.name : person ? nameOf(now.with) : '# ' + now.name;
  byId('topic').textContent = ours ? boot.app.description : person ? 'Direct message' : now.topic;
  byId('count').textContent = ours ? 'APP' : person ? '' : now.members + ' members';
  byId('count').hidden = person;
  byId('tabs').hidden = !ours;
  byId('tabs').replaceChildren(...['home', 'messages'].map(name => el('button', { role: 'tab', type: 'button', 'data-tab': name, 'aria-selected': String(name === tab),
    onclick: () => { tab = name; fresh = true; draw(); come(); seen(); } }, name === 'home' ? 'Home' : 'Messages')));
}

let homeHash = '';
function main() {
  const pane = byId('pane'), now = room(), ours = at === boot.app.channel, home_ = ours && tab === 'home';
  byId('composer').hidden = home_;
  pane.dataset.channel = at;
  if (home_) { drawHome(pane); return; }
  if (homeHash) { pane.replaceChildren(); homeHash = ''; }
  const list = [...channel.values()].sort((a, b) => a.ts - b.ts);
  if (!list.length && !pane.querySelector('article')) pane.replaceChildren(el('p', { class: 'empty' }, ours ? `This is the beginning of your messages with ${app.name}.` : 'Nothing here yet. Whatever is written here stays on this machine.'));
  else fill(pane, list, hands, { inThread: false, fresh });
  if (list.length) fresh = false;
  const label = ours ? 'Message ' + app.name : now.kind === 'im' ? 'Message ' + nameOf(now.with) : 'Message #' + now.name;
  compose(byId('composer'), { key: boot.me + '/' + at, label, commands: boot.commands, appName: app.name, send: words => { fresh = true; return act({ do: 'say', me: boot.me, channel: byId('pane').dataset.channel, text: words }); } });
}

function drawHome(pane) {
  const view = boot.views.home, mark = view ? view.id + view.hash : 'none';
  if (homeHash === mark && pane.firstChild) return;
  const keep = homeHash ? pane.scrollTop : 0;
  homeHash = mark;
  pane.replaceChildren(view ? home(view, hands) : el('p', { class: 'empty' }, `${app.name} has put nothing on its home tab yet.`));
  pane.scrollTop = keep;
}

function aside() {
  document.body.classList.toggle('threaded', !!thread);
  if (!thread) return;
  const list = [...replies.values()].sort((a, b) => a.ts - b.ts), n = list.filter(one => !one.is_ephemeral).length - 1, now = room();
  byId('ttopic').textContent = now.kind === 'channel' ? '#' + now.name : '';
  fill(byId('tpane'), list, hands, { inThread: true, fresh: freshThread, between: () => el('div', { class: 'count' }, n < 1 ? 'No replies yet' : n === 1 ? '1 reply' : n + ' replies') });
  if (list.length) freshThread = false;
  const root = thread, where = at;
  compose(byId('tcomposer'), { key: boot.me + '/' + at + '/' + thread, label: 'Reply…', inThread: true, commands: boot.commands, appName: app.name, send: words => { freshThread = true; return act({ do: 'say', me: boot.me, channel: where, text: words, thread_ts: root }); } });
}

const dark = matchMedia('(prefers-color-scheme:dark)');
const themed = () => { document.documentElement.dataset.theme = query.get('theme') || localStorage.getItem('theme') || (dark.matches ? 'dark' : 'light'); };
themed();
dark.addEventListener('change', themed);
byId('theme').append(icon('M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z'));
byId('theme').onclick = () => { localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'); query.delete('theme'); themed(); };
byId('back').append(icon('M15 5l-7 7 7 7'));
byId('back').onclick = () => show('list');
byId('tclose').onclick = () => { thread = null; show('main'); address(); draw(); };
byId('mebtn').onclick = () => switcher(boot, hands);
byId('real').onclick = () => explain(boot.address);
document.addEventListener('visibilitychange', () => { if (boot && here()) seen(); });
if (thread && innerWidth <= 720) show('thread');
if (query.get('pane')) show(query.get('pane'));

async function begin() {
  const wanted = query.get('me'), found = wanted ? await fetch('/_page/boot?' + new URLSearchParams({ me: wanted })) : null;
  if (found && found.ok) return enter(wanted);
  const somebody = await (await fetch('/_page/people')).json();
  if (wanted) toast(`Nobody here is ${wanted}.`);
  return enter(somebody.people[0]);
}
begin();
