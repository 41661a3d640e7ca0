/* What the page knows, in one place. Whoever draws is told at most once per frame, however much has changed. */

let state = {
  boot: null, // as the workspace sent it, but for rooms
  rooms: {}, // the conversations this person is in, by id
  preview: null, // a public channel one looks into without being in it
  place: { room: '', tab: 'home', thread: null, pane: 'main', target: null },
  main: null, // stretches
  thread: null,
  line: 'new', // the stream of news: new, live, lost
  editing: null, // ts of the message being edited
  sessions: { room: '', byTs: {} }, // what the app said of the threads of one conversation
  bookmarks: null, // { room, list } of the conversation, null as long as they are not known
};

const watchers = [];
let planned = 0;
const HIDDEN_MS = 150; // windows in the background get no frames

export const current = () => state;

/* Runs a reducer and plans a drawing. */
export function change(reducer, ...given) {
  state = reducer(state, ...given);
  if (planned) return;
  planned = setTimeout(tell, HIDDEN_MS);
  requestAnimationFrame(tell);
}

function tell() {
  if (!planned) return;
  clearTimeout(planned);
  planned = 0;
  watchers.forEach(draw => draw(state));
}

/* Draws at once what is planned: for those who need the page as the state says. */
export const settle = tell;

export const watch = draw => {
  watchers.push(draw);
};
