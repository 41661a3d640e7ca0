/* The quiet line on top: this is a local workspace, whether an app is here, and how to go on to the real one. */
import { byId, el } from '/page/dom.js';

export function plugged(count, name) {
  byId('plug').className = 'dot' + (count ? ' on' : '');
  byId('plugtext').replaceChildren(el('span', { class: 'long' }, 'Local workspace, on this machine only. '), el('span', { class: 'short' }, 'Local workspace. '),
    count ? `${name} is connected.` : `${name} is not connected.`);
}

export function stopped() {
  byId('plug').className = 'dot';
  byId('plugtext').textContent = 'The local workspace is not running. This page goes on as soon as it is back.';
}

const step = (...words) => el('li', {}, words.map(word => word.startsWith('SLACK_') || word.includes('/') ? el('code', {}, word) : word));

export function explain(address) {
  const box = el('dialog', { class: 'confirm', 'aria-labelledby': 'real-title' }, el('h2', { id: 'real-title' }, 'Use your real Slack'),
    el('p', {}, 'This workspace speaks Slack’s own protocol, so the app does not change. What changes is where it calls:'),
    el('ol', {},
      step('Make an app from its manifest at ', 'api.slack.com/apps', ', with Socket Mode on, and install it.'),
      step('Give the app its tokens: ', 'SLACK_BOT_TOKEN', ' and ', 'SLACK_APP_TOKEN', '.'),
      step('Leave ', 'SLACK_API_URL', ' empty. Here it is ', address + '/api/', '.')),
    el('div', { class: 'foot' }, el('button', { class: 'btn primary', type: 'button', onclick: () => box.close() }, 'Close')));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
