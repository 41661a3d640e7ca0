/* What one can do on the page, as the person one is. */
import { fileAddress } from '/page/files.js';
import { enter, go, openThread } from '/page/moves.js';
import { act, upload } from '/page/net.js';
import { pickEmoji } from '/page/picker.js';
import { toast } from '/page/pop.js';
import { edits } from '/page/reduce.js';
import { change, current, settle } from '/page/store.js';

const NARROW = 720; // CSS pixels: on a phone the keyboard would cover the thread

const boot = () => current().boot;
const me = () => boot().me;

/* Does it; where there is no better place for a failure, it is said in a note. */
async function done(body) {
  const seen = await act({ me: me(), ...body });
  if (!seen.ok && seen.error) toast(seen.error);
  return seen;
}

const pressed = (spec, block, value, values) => ({
  me: me(),
  action_id: spec.action_id,
  block_id: block.block_id,
  value,
  values,
});
const on = (room, message) => ({ channel: room, ts: message.ts });

/* Which kind of conversation this is to a chooser of conversations. */
const sort = room =>
  room.kind !== 'channel' ? room.kind : room.private ? 'private' : room.shared === 'no' ? 'public' : 'external_shared';

async function options(body) {
  const seen = await act({ do: 'suggest', ...body });
  return seen.error ? { error: seen.error } : seen;
}

export const hands = {
  me,
  people: () =>
    boot()
      .people.filter(one => one.near)
      .map(one => [one.id, one.name]),
  rooms: () =>
    Object.values(current().rooms)
      .filter(room => room.kind === 'channel' && !room.archived)
      .map(room => [room.id, '#' + room.name, sort(room)]),
  here: () => current().place.room,
  file: id => fileAddress(id),
  messageShortcuts: () => boot().shortcuts.filter(one => one.kind === 'message'),

  click: (room, message, spec, block, value, values) =>
    act({ do: 'click', ...on(room, message), ...pressed(spec, block, value, values) }),
  actView: (view, spec, block, value, values) => act({ do: 'click', view_id: view.id, ...pressed(spec, block, value, values) }),
  suggest: (room, message, spec, block, typed, values) =>
    options({ ...on(room, message), ...pressed(spec, block, typed, values) }),
  suggestView: (view, spec, block, typed, values) => options({ view_id: view.id, ...pressed(spec, block, typed, values) }),
  async upload(files) {
    const seen = await upload({ me: me(), for: 'input' }, files);
    return seen.files || { error: seen.error };
  },

  async thread(ts) {
    await openThread(ts);
    settle();
    if (innerWidth > NARROW) document.querySelector('#tcomposer textarea')?.focus({ preventScroll: true });
  },
  go: room => go({ room }),
  become: id => (id === me() ? null : enter(id)),
  async talk(...users) {
    const seen = await done({ do: 'open', users });
    if (seen.channel) go({ room: seen.channel });
  },

  react: (room, message, name, add) => done({ do: add ? 'react' : 'unreact', ...on(room, message), name }),
  pick: (anchor, room, message) => pickEmoji(anchor, name => hands.react(room, message, name, true)),
  pin: (room, message, add) => done({ do: add ? 'pin' : 'unpin', ...on(room, message) }),
  edit: ts => change(edits, ts),
  rewrite: (room, message, text) => act({ do: 'edit', me: me(), ...on(room, message), text }),
  remove: (room, message) => done({ do: 'delete', ...on(room, message) }),
  dismiss: (room, message) => done({ do: 'delete', ...on(room, message) }),
  stop: (room, thread_ts) => done({ do: 'stop', channel: room, thread_ts }),
  prompt: (room, thread_ts, text) => done({ do: 'prompt', channel: room, thread_ts: thread_ts || undefined, text }),
  shortcut: callback_id => done({ do: 'shortcut', callback_id, channel: current().place.room }),
  messageShortcut: (room, message, callback_id) => done({ do: 'message_shortcut', ...on(room, message), callback_id }),
  invite: (room, users) => act({ do: 'invite', me: me(), channel: room, users }),
  join: room => done({ do: 'join', channel: room }),
  leave: room => done({ do: 'leave', channel: room }),
  create: (name, isPrivate) => act({ do: 'create', me: me(), name, private: isPrivate }),

  async copyLink(room, message) {
    const root = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}&cid=${room}` : '';
    const link = `${location.origin}/archives/${room}/p${message.ts.replace('.', '')}${root}`;
    try {
      await navigator.clipboard.writeText(link);
      toast('The link was copied.');
    } catch {
      toast(link);
    }
  },
};
