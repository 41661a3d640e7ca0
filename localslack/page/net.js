/* Talking to the workspace: questions, acts, and the stream of news. */
async function answered(response) {
  if (response.status === 404) return null;
  return response.json();
}

export const ask = (path, query) => fetch(path + '?' + new URLSearchParams(query)).then(answered);

async function post(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return response.json();
}

/* Does something as a person. An answer always comes: a workspace that cannot be reached answers here. */
export async function act(body) {
  try { return await post('/_page/act', body); } catch { return { ok: false, errors: {}, error: 'The local workspace is not running.' }; }
}
export const read = body => post('/_page/read', body).catch(() => null);
export const direct = body => post('/_page/direct', body);

/* Listens until closed. `ready` runs at every (re)connection, so that what was missed is fetched. */
export function listen(me, { ready, news, lost }) {
  const source = new EventSource('/_page/stream?' + new URLSearchParams({ me }));
  source.onopen = ready;
  source.onerror = lost;
  source.onmessage = event => news(JSON.parse(event.data));
  return () => source.close();
}
