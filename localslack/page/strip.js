/* The quiet line on top: this is a local workspace, whether the app is here, what is wrong when it is not, and how to go on. */
import { byId, el } from '/page/dom.js';
import { openBox } from '/page/box.js';

const long = words => el('span', { class: 'long' }, words);
const short = words => el('span', { class: 'short' }, words);

/* The last call that failed, as the developer knows it. */
const failed = failure =>
  failure ? [' Its last call failed: ', el('code', {}, failure.method), ' ', el('code', {}, failure.error), '.'] : [];

let shown = '';

export function strip({ boot, line }) {
  const name = boot.app.name;
  const mark = JSON.stringify([line, boot.connected, name, boot.failure && boot.failure.id]);
  if (mark === shown) return;
  shown = mark;
  const lost = line === 'lost';
  byId('plug').className = 'dot' + (boot.connected && !lost ? ' on' : '');
  if (lost)
    byId('plugtext').replaceChildren(
      'The local workspace does not answer. This page goes on, and fetches what it missed, as soon as it is back.',
    );
  else if (boot.connected)
    byId('plugtext').replaceChildren(long('Local workspace, on this machine only. '), short('Local. '), `${name} is connected.`);
  else
    byId('plugtext').replaceChildren(
      long('Local workspace, on this machine only. '),
      short('Local. '),
      `${name} is not connected.`,
      long(failed(boot.failure)),
    );
}

const code = words => el('code', {}, words);

/* How an app comes here, and how the same app goes on to a real workspace. */
export function explain(boot) {
  openBox({
    title: 'Use your real Slack',
    name: 'real',
    body: [
      el('p', {}, 'This workspace speaks Slack’s own protocol, so the app does not change. What changes is where it calls:'),
      el('h3', {}, 'Here'),
      el(
        'p',
        {},
        'Start the app with ',
        code('SLACK_API_URL=' + boot.address + '/api/'),
        ', any ',
        code('SLACK_BOT_TOKEN'),
        ' that begins with ',
        code('xoxb-'),
        ' and any ',
        code('SLACK_APP_TOKEN'),
        ' that begins with ',
        code('xapp-'),
        '.',
      ),
      el('h3', {}, 'In your workspace'),
      el(
        'ol',
        {},
        el('li', {}, 'Make an app from its manifest at ', code('api.slack.com/apps'), ', with Socket Mode on, and install it.'),
        el('li', {}, 'Give the app its own tokens: ', code('SLACK_BOT_TOKEN'), ' and ', code('SLACK_APP_TOKEN'), '.'),
        el('li', {}, 'Leave ', code('SLACK_API_URL'), ' empty.'),
      ),
    ],
    foot: box => el('button', { class: 'btn primary', type: 'button', onclick: () => box.close() }, 'Close'),
  });
}
