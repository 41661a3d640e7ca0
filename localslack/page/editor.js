/* The rich text input: a field that is written in as one sees it, and read as a `rich_text` block. What is pasted comes in as text. */
import { el, icon, svg } from '/page/dom.js';
import { withEmoji } from '/page/emoji.js';
import { link } from '/page/mrkdwn.js';
import { read } from '/page/reading.js';
import { rich } from '/page/rich.js';

const PAUSE_MS = 300;
const LINE = 22, EDGES = 18; // CSS pixels: a line, and the space above and below the text
const TAGS = [['code', 'code'], ['bold', 'b'], ['italic', 'i'], ['strike', 's'], ['underline', 'u']];
const PLACES = { rich_text_section: 'div', rich_text_quote: 'blockquote', rich_text_preformatted: 'pre' };

/* Mentions, emoji, dates: one piece each, which is kept as it came. */
function atom(node, atoms) {
  const piece = el('span', { contenteditable: 'false' }, rich(node));
  atoms.set(piece, node);
  return piece;
}

function drawn(node, atoms) {
  if (node.type === 'link') return link(node.url, node.text || node.url);
  if (node.type !== 'text') return atom(node, atoms);
  const words = node.text.split('\n').flatMap((line, n) => (n ? [el('br'), line] : [line]));
  return TAGS.reduce((inner, [name, tag]) => ((node.style || {})[name] ? [el(tag, {}, inner)] : inner), words);
}

function filled(value, atoms) {
  const line = part => (part.elements || []).map(node => drawn(node, atoms));
  return ((value && value.elements) || []).map(part => {
    if (part.type !== 'rich_text_list') return el(PLACES[part.type] || 'div', {}, line(part));
    return el(part.style === 'ordered' ? 'ol' : 'ul', {}, part.elements.map(one => el('li', {}, line(one))));
  });
}

/* The nearest element of this kind around the caret. */
function around(area, tag) {
  const at = getSelection().anchorNode, near = at && (at.nodeType === Node.TEXT_NODE ? at.parentNode : at);
  return near && area.contains(near) ? near.closest(tag) : null;
}

/* Browsers have no command for code inside a line. */
function code(area) {
  const selection = getSelection(), inside = around(area, 'code');
  if (!selection.rangeCount || !area.contains(selection.anchorNode)) return;
  if (inside) {
    inside.replaceWith(...inside.childNodes);
    return;
  }
  const range = selection.getRangeAt(0), made = el('code', {}, range.toString() || '\u200b');
  range.deleteContents();
  range.insertNode(made);
  selection.setPosition(made, made.childNodes.length);
}

const run = (name, value) => document.execCommand(name, false, value);
const quote = area => run('formatBlock', around(area, 'blockquote') ? 'div' : 'blockquote');

function letter(words, style) {
  const node = svg('text', { x: 12, y: 17.5, 'text-anchor': 'middle', fill: 'currentColor', class: 'glyph ' + style });
  node.textContent = words;
  return svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, node);
}

/* `key` goes with Ctrl and Shift, as in Slack's own composer; `tag` around the caret means that the tool is on. */
const TOOLS = [
  { name: 'bold', label: 'Bold', tag: 'b, strong', draw: () => letter('B', 'heavy'), use: () => run('bold') },
  { name: 'italic', label: 'Italic', tag: 'i, em', draw: () => letter('I', 'slanted'), use: () => run('italic') },
  { name: 'strike', label: 'Strikethrough', key: 'KeyX', tag: 's, strike, del', draw: () => letter('S', 'struck'), use: () => run('strikeThrough') },
  { name: 'code', label: 'Code', key: 'KeyC', tag: 'code', draw: () => icon('M9 8l-4 4 4 4M15 8l4 4-4 4'), use: code },
  {
    name: 'bullets', label: 'Bulleted list', key: 'Digit8', tag: 'ul', use: () => run('insertUnorderedList'),
    draw: () => icon('M9 7h11M9 12h11M9 17h11M4 7h.01M4 12h.01M4 17h.01'),
  },
  {
    name: 'numbers', label: 'Numbered list', key: 'Digit7', tag: 'ol', use: () => run('insertOrderedList'),
    draw: () => icon('M10 7h10M10 12h10M10 17h10M4 6l1-1v4M4 14.5h2l-2 3h2'),
  },
  { name: 'quote', label: 'Quote', key: 'Digit9', tag: 'blockquote', use: quote, draw: () => icon('M5 5v14M10 8h10M10 12h10M10 16h6') },
];

function toolbar(area, changed) {
  const buttons = TOOLS.map(({ name, label, draw }, n) => el('button', {
    type: 'button', class: 'tool', 'data-tool': name, title: label, 'aria-label': label, 'aria-pressed': 'false', tabindex: n ? '-1' : '0',
    onmousedown: event => event.preventDefault(), onclick: () => use(TOOLS[n]), // the selection stays in the text
  }, draw()));
  const press = () => buttons.forEach((one, n) => one.setAttribute('aria-pressed', String(!!around(area, TOOLS[n].tag))));
  const use = tool => {
    area.focus();
    tool.use(area);
    changed();
    press();
  };
  area.addEventListener('keydown', event => {
    const tool = event.shiftKey && (event.ctrlKey || event.metaKey) && TOOLS.find(({ key }) => key && key === event.code);
    if (!tool) return;
    event.preventDefault();
    use(tool);
  });
  area.addEventListener('focus', () => document.addEventListener('selectionchange', press));
  area.addEventListener('blur', () => document.removeEventListener('selectionchange', press));
  return el('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Formatting', onkeydown: event => rove(event, buttons) }, buttons);
}

/* One of the tools is a stop for Tab; arrows go on from there. */
function rove(event, buttons) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = buttons.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  const next = buttons[(at + step + buttons.length) % buttons.length];
  buttons.forEach(one => { one.tabIndex = one === next ? 0 : -1; });
  next.focus();
}

function plainOnly(area) {
  const insert = (event, data) => {
    event.preventDefault();
    run('insertText', data.getData('text/plain'));
  };
  area.addEventListener('paste', event => insert(event, event.clipboardData));
  area.addEventListener('drop', event => insert(event, event.dataTransfer));
}

/* Sends while somebody types, or on Ctrl and Enter, where the block asks for it. Returns what to call after a change. */
function dispatches(area, spec, block, send) {
  const on = block.dispatch_action ? (spec.dispatch_action_config || {}).trigger_actions_on || ['on_enter_pressed'] : [];
  let later = 0;
  area.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !on.includes('on_enter_pressed')) return;
    event.preventDefault();
    send();
  });
  return () => {
    clearTimeout(later);
    if (on.includes('on_character_entered')) later = setTimeout(send, PAUSE_MS);
  };
}

export function editor(spec, block, context, { put, send, start }) {
  const atoms = new WeakMap(), words = spec.placeholder ? withEmoji(spec.placeholder.text) : '';
  const area = el('div', {
    class: 'editor', contenteditable: 'true', role: 'textbox', 'aria-multiline': 'true', 'aria-label': words || 'Text', 'data-placeholder': words,
  }, filled(start(spec.initial_value), atoms));
  if (spec.min_lines) area.style.minHeight = spec.min_lines * LINE + EDGES + 'px';
  if (spec.max_lines) area.style.maxHeight = spec.max_lines * LINE + EDGES + 'px';
  const later = dispatches(area, spec, block, () => send(read(area, atoms)));
  const kept = () => {
    const now = read(area, atoms);
    area.toggleAttribute('data-empty', !now);
    put(now);
  };
  const changed = () => {
    kept();
    later();
  };
  area.addEventListener('input', changed);
  plainOnly(area);
  kept();
  return Object.assign(el('div', { class: 'rich writes' }, toolbar(area, changed), area), { control: area });
}
