/* A list of messages on the screen. It changes in place: only what differs is drawn again, and the eye keeps its line. */
import { el } from '/page/dom.js';
import { linesOf } from '/page/lines.js';
import { article, renew } from '/page/message.js';
import { longDay } from '/page/mrkdwn.js';
import { lastTs } from '/page/stretch.js';
import { count } from '/page/words.js';

const NEAR = 80; // pixels from the end that still count as being there
const AHEAD = 700; // pixels before an end at which more is fetched

export class Pane {
  /* `host` scrolls. `more(side)` fetches the next page, `ended()` is told when the end is on the screen, `latest()` goes there. */
  constructor(host, { more, ended, latest, first }) {
    this.host = host;
    this.list = el('div', { class: 'lines' });
    this.more = more;
    this.ended = ended;
    this.nodes = new Map();
    this.shown = null;
    this.stuck = true;
    this.arrived = 0; // messages that came below while one looked at older ones
    this.down = el('button', { class: 'btn jumpbtn down', type: 'button', hidden: true, onclick: latest });
    this.up = el('button', { class: 'btn jumpbtn up', type: 'button', hidden: true, onclick: () => this.toNew(first) });
    host.replaceChildren(this.list);
    host.before(el('div', { class: 'floating' }, this.up));
    host.after(el('div', { class: 'floating' }, this.down));
    host.addEventListener('scroll', () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stay()).observe(this.list);
    new ResizeObserver(() => this.stay()).observe(host);
  }

  /* Draws a stretch. `scene` is what all messages share, see message.js; `beginning()` makes what stands above the first message. */
  show(stretch, scene) {
    const mark = [scene.version, scene.editing, scene.inThread].join();
    if (this.shown === stretch && this.mark === mark && this.sessions === scene.sessions) return;
    const other = !this.shown || this.shown.id !== stretch.id;
    const firstTime = stretch.loaded && (other || !this.shown.loaded);
    const anchor = firstTime ? null : this.anchor();
    if (other) this.clear();
    this.arrived = firstTime || other ? 0 : this.arrived + arrivals(this.shown, stretch);
    Object.assign(this, { shown: stretch, mark, sessions: scene.sessions });
    place(this.list, this.wanted(stretch, scene));
    if (firstTime) this.stuck = !stretch.newer;
    if (this.stuck) this.toEnd();
    else if (anchor) this.hold(anchor);
    if (!stretch.loaded) return;
    if (this.stuck) this.ended();
    if (this.wanting && !this.to(this.wanting)) this.wanting = null;
    this.chips();
    this.edges();
  }

  clear() {
    this.nodes.clear();
    this.list.replaceChildren();
    this.stuck = true;
  }

  wanted(stretch, scene) {
    const old = this.nodes;
    this.nodes = new Map();
    const lines = linesOf(stretch, scene.me).map(line => {
      const node = this.line(line, old.get(line.key), scene);
      this.nodes.set(line.key, node);
      return node;
    });
    if (stretch.loaded && !stretch.older && !stretch.root) {
      this.nodes.set('beginning', old.get('beginning') || scene.beginning());
      lines.unshift(this.nodes.get('beginning'));
    }
    return lines;
  }

  line(line, old, scene) {
    switch (line.kind) {
      case 'day':
        return old || el('div', { class: 'day' }, el('span', {}, longDay(line.ts)));
      case 'new':
        return old || el('div', { class: 'newline' }, el('span', {}, 'New'));
      case 'count':
        return counted(old, line.n);
      default:
        return this.message(line, old, scene);
    }
  }

  message(line, old, scene) {
    const { ts } = line.message;
    const own = { ...scene, compact: line.compact, editing: scene.editing === ts, session: scene.sessions[ts] || null };
    if (!old) return article(line.message, own);
    renew(old, line.message, own);
    return old;
  }

  /* The first message on the screen, and where it stands. */
  anchor() {
    const top = this.host.getBoundingClientRect().top;
    for (const node of this.list.children) {
      const at = node.getBoundingClientRect();
      if (at.bottom > top && node.dataset.ts) return { node, offset: at.top - top };
    }
    return null;
  }

  hold({ node, offset }) {
    if (!node.isConnected) return;
    const now = node.getBoundingClientRect().top - this.host.getBoundingClientRect().top;
    if (Math.abs(now - offset) >= 1) this.host.scrollTop += now - offset;
  }

  get toGo() {
    return this.host.scrollHeight - this.host.scrollTop - this.host.clientHeight;
  }

  toEnd() {
    this.host.scrollTop = this.host.scrollHeight;
    this.stuck = true;
  }

  /* Something grew (a picture came, the composer needs room): the end stays the end. */
  stay() {
    if (this.stuck && this.shown) this.toEnd();
  }

  scrolled() {
    if (!this.shown || !this.shown.loaded || this.list.hidden) return;
    this.stuck = this.toGo < NEAR && !this.shown.newer;
    if (this.stuck) this.ended();
    this.chips();
    this.edges();
  }

  edges() {
    if (this.shown.older && this.host.scrollTop < AHEAD) this.more('older');
    else if (this.shown.newer && this.toGo < AHEAD) this.more('newer');
  }

  /* The buttons over the list: to what is new above, and to the latest below. */
  chips() {
    const { shown } = this;
    const fresh = shown.unseen.length + this.arrived;
    if (this.stuck) this.arrived = 0;
    this.down.hidden = !shown.loaded || this.stuck || !(fresh || shown.newer || this.toGo > this.host.clientHeight * 1.5);
    this.down.textContent = fresh ? `${count(fresh, 'new message')} ↓` : 'Jump to latest ↓';
    const line = this.nodes.get('new');
    const top = this.host.getBoundingClientRect().top;
    const above =
      shown.line &&
      shown.loaded &&
      (line ? line.getBoundingClientRect().bottom < top : shown.older && shown.line < (shown.list[0] || {}).ts);
    if (line && !above) this.met = shown.id;
    this.up.hidden = !above || this.met === shown.id;
    this.up.textContent = '↑ Jump to new messages';
  }

  toNew(first) {
    const line = this.nodes.get('new');
    if (line) line.scrollIntoView({ block: 'center' });
    else first();
  }

  /* Goes to a message that is there, or as soon as it is, and marks it for a moment. */
  to(ts) {
    const node = this.nodes.get(ts);
    this.wanting = node ? null : ts;
    if (!node) return false;
    this.stuck = false;
    node.scrollIntoView({ block: 'center' });
    node.focus({ preventScroll: true });
    node.classList.remove('found');
    void node.offsetWidth; // begins the animation anew
    node.classList.add('found');
    return true;
  }
}

/* How many messages came at the end of a stretch. */
function arrivals(before, after) {
  const last = lastTs(before);
  return before.loaded && !before.newer ? after.list.filter(message => message.ts > last).length : 0;
}

function counted(old, n) {
  const words = n ? count(n, 'reply', 'replies') : 'No replies yet';
  const node = old || el('div', { class: 'replycount' });
  if (node.textContent !== words) node.textContent = words;
  return node;
}

/* Moves as little as possible, so that focus and half-made choices in untouched messages stay. */
function place(list, want) {
  const keep = new Set(want);
  [...list.childNodes].forEach(node => {
    if (!keep.has(node)) node.remove();
  });
  want.forEach((node, n) => {
    if (list.childNodes[n] !== node) list.insertBefore(node, list.childNodes[n] || null);
  });
}
