/* Talking to the workspace: questions, acts, and the stream of news. */

const AWAY = { ok: false, errors: {}, error: 'The local workspace is not running.' };

/* Asks something. Null when it is not there, not for this person, or when nobody answers. */
export async function ask(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== '');
  try {
    const response = await fetch(path + '?' + new URLSearchParams(given));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

async function sent(path, options) {
  try {
    const response = await fetch(path, { method: 'POST', ...options });
    return { errors: {}, error: null, ...(await response.json()) };
  } catch {
    return AWAY;
  }
}

const post = (path, body) =>
  sent(path, {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/* Does something as a person. An answer always comes: a workspace that cannot be reached answers here. */
export const act = body => post('/_page/act', body);
export const read = body => post('/_page/read', body);

/* Sends files, as a message (`channel`, `thread_ts`, `text`) or for an input (`for`). */
export function upload(query, files) {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  const given = Object.entries(query).filter(([, value]) => value != null && value !== '');
  return sent('/_page/upload?' + new URLSearchParams(given), { body: form });
}

const GONE_FOR_GOOD = 2; // EventSource.CLOSED: the browser does not try again by itself
const AGAIN_MS = 1000;

/* Listens until closed. The browser reconnects by itself and says what it heard last, so that nothing is missed. */
export function listen(me, { news, lost }) {
  let source = null;
  let again = 0;
  const open = () => {
    source = new EventSource('/_page/stream?' + new URLSearchParams({ me }));
    source.onmessage = event => news(JSON.parse(event.data));
    source.onerror = () => {
      lost();
      if (source.readyState === GONE_FOR_GOOD) again = setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
