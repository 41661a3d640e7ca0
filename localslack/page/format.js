/* Slack's markup, put around what is selected. */

const HIGHEST = 220; // pixels a composer grows to

/* A text area as high as its text. */
export function grow(area) {
  area.style.height = 'auto';
  if (!area.offsetParent) return; // not on the screen: it has no height yet
  area.style.height = Math.min(area.scrollHeight + 2, HIGHEST) + 'px';
}

/* Writes over a stretch of the text as typing does, so that the browser can undo it. */
export function write(area, from, to, words) {
  area.focus();
  area.setSelectionRange(from, to);
  const typed = document.execCommand('insertText', false, words);
  if (typed) return;
  area.setRangeText(words, from, to, 'end');
  area.dispatchEvent(new Event('input'));
}

/* Around the selection, or off again where it is there already; the words stay selected. */
function around(area, mark, end = mark) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const words = value.slice(from, to);
  const there = value.slice(from - mark.length, from) === mark && value.slice(to, to + end.length) === end;
  if (there) {
    write(area, from - mark.length, to + end.length, words);
    area.setSelectionRange(from - mark.length, to - mark.length);
    return;
  }
  write(area, from, to, mark + words + end);
  area.setSelectionRange(from + mark.length, to + mark.length);
}

/* In front of every selected line. */
function before(area, sign) {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const lines = value.slice(from, selectionEnd).split('\n');
  const there = lines.every(line => line.startsWith(sign));
  write(area, from, selectionEnd, lines.map(line => (there ? line.slice(sign.length) : sign + line)).join('\n'));
}

function code(area) {
  const words = area.value.slice(area.selectionStart, area.selectionEnd);
  if (words.includes('\n')) around(area, '```\n', '\n```');
  else around(area, '`');
}

/* The workspace makes a link of every address; one with other words than itself cannot be typed. */
function linked(area) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const words = value.slice(from, to);
  if (/^https?:\/\//.test(words)) return;
  write(area, from, to, words ? `${words} https://` : 'https://');
}

/* Name, what stands on the button, the key with Ctrl or ⌘, and what it does. */
export const FORMATS = [
  ['Bold', 'B', 'b', area => around(area, '*')],
  ['Italic', 'I', 'i', area => around(area, '_')],
  ['Strikethrough', 'S', 'shift+x', area => around(area, '~')],
  ['Code', '</>', 'shift+c', code],
  ['Link', '🔗', 'shift+u', linked],
  ['List', '•', 'shift+8', area => before(area, '• ')],
  ['Quote', '❝', 'shift+9', area => before(area, '> ')],
];

/* The format of a key, if it is one. */
export function formatOf(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = (event.shiftKey ? 'shift+' : '') + (/^Digit\d$/.test(event.code) ? event.code.slice(5) : event.key.toLowerCase());
  const found = FORMATS.find(([, , wanted]) => wanted === key);
  return found && found[3];
}
