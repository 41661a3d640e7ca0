/* The address of the page, and the browser's way back. `me`, `c` (a channel's name, `app`, or an id), `tab`, `thread`, `m` (the
   message to go to) and `pane` (`list` on a phone) say everything. */

export function readAddress(search = location.search) {
  const query = new URLSearchParams(search);
  const thread = query.get('thread');
  return {
    me: query.get('me'),
    room: query.get('c') || '',
    tab: query.get('tab') === 'messages' ? 'messages' : 'home',
    thread,
    target: query.get('m'),
    pane: query.get('pane') || (thread ? 'thread' : 'main'),
  };
}

export function addressOf(state, place = state.place) {
  const room = state.rooms[place.room] || state.preview;
  const ours = place.room === state.boot.app.channel;
  const name = ours ? 'app' : room && room.id === place.room && room.kind === 'channel' ? room.name : place.room;
  const query = new URLSearchParams({ me: state.boot.me, c: name });
  if (ours && place.tab === 'messages') query.set('tab', 'messages');
  if (place.thread) query.set('thread', place.thread);
  if (place.pane === 'list') query.set('pane', 'list');
  return '?' + query;
}

/* Notes a new place. Going back to where one came from is the browser's own step back, so that it never leads in circles. */
export function note(address, replace = false) {
  if (location.search === address) return;
  const under = history.state && history.state.under;
  if (!replace && under === address) {
    history.back();
    return;
  }
  if (replace) history.replaceState(history.state, '', address);
  else history.pushState({ under: location.search }, '', address);
}

/* Where each person was in this window. */
export const remember = (me, address) => sessionStorage.setItem('place ' + me, address);
export const remembered = me => sessionStorage.getItem('place ' + me);
