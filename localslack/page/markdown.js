/* The markdown block: the part of CommonMark that Slack draws, and tables, task lists and strikethrough. Text nodes only. */
import { el } from '/page/dom.js';
import { shortcodes } from '/page/emoji.js';
import { link, token } from '/page/mrkdwn.js';

const DEEPEST = 8; // of lists in quotes in lists: enough for people, and a bound for what is hostile

const ESCAPE = String.raw`\\([!-/:-@[-\x60{-~])`;
const CODE = String.raw`(?<ticks>\x60+)(?<code>.+?)\k<ticks>(?!\x60)`;
const LINK = String.raw`!?\[(?<label>(?:[^[\]\\]|\\.)*)\]\((?<url>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"]*")?\)`;
const ANGLE = String.raw`<(?<angle>[^<>\s][^<>\n]*)>`;
const BARE = String.raw`(?<bare>https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"*_~])`;
const BOTH = String.raw`\*\*\*(?=[^\s*])(?<both>.+?)(?<=[^\s*])\*\*\*`;
const BOLD = String.raw`\*\*(?=[^\s*])(?<bold>.+?)(?<=[^\s*])\*\*(?!\*)|(?<![\p{L}\p{N}])__(?=\S)(?<bold2>.+?)(?<=\S)__(?![\p{L}\p{N}])`;
const ITALIC = String.raw`\*(?=[^\s*])(?<italic>.+?)(?<=[^\s*])\*(?!\*)|(?<![\p{L}\p{N}_])_(?=[^\s_])(?<italic2>.+?)(?<=[^\s_])_(?![\p{L}\p{N}_])`;
const STRIKE = String.raw`~~(?=[^\s~])(?<strike>.+?)(?<=[^\s~])~~`;
const INLINE = new RegExp([ESCAPE, CODE, LINK, ANGLE, BARE, BOTH, BOLD, ITALIC, STRIKE].join('|'), 'gu');

/* One line with its emphasis, code and links. */
function inline(source, level = 0) {
  if (level > DEEPEST) return [source];
  const out = [], deeper = words => inline(words, level + 1);
  let from = 0;
  for (const found of source.matchAll(INLINE)) {
    out.push(shortcodes(source.slice(from, found.index)), piece(found, deeper));
    from = found.index + found[0].length;
  }
  return [...out, shortcodes(source.slice(from))];
}

function piece(found, deeper) {
  const part = found.groups;
  if (found[1]) return found[1];
  if (part.code) return el('code', {}, part.code.replace(/^ (.+) $/, '$1'));
  if (part.url !== undefined) return link(part.url, part.label ? deeper(part.label) : part.url); // a picture is its link, too
  if (part.angle) return /^([@#!]|https?:|mailto:)/.test(part.angle) ? token(part.angle) : found[0];
  if (part.bare) return link(part.bare, part.bare);
  if (part.both) return el('strong', {}, el('em', {}, deeper(part.both)));
  if (part.bold || part.bold2) return el('strong', {}, deeper(part.bold || part.bold2));
  if (part.strike) return el('s', {}, deeper(part.strike));
  return el('em', {}, deeper(part.italic || part.italic2));
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
const HEAD = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])( +)(.*)$/;
const TASK = /^\[([ xX])\] +/;
const DASHES = /^ *\|? *:?-+:? *(\| *:?-+:? *)*\|? *$/;
const isTable = (lines, n) => lines[n].includes('|') && n + 1 < lines.length && lines[n + 1].includes('-') && DASHES.test(lines[n + 1]);
const starts = (lines, n) => [FENCE, HEAD, RULE, QUOTE, ITEM].some(sign => sign.test(lines[n])) || isTable(lines, n);

/* Each reads a block from line `n` on and returns [node, the next line], or nothing when the line begins something else. */
function fence(lines, n) {
  const found = FENCE.exec(lines[n]);
  if (!found) return null;
  const end = lines.findIndex((line, m) => m > n && line.trim().startsWith(found[1]) && !line.trim().slice(found[1].length).trim());
  const last = end < 0 ? lines.length : end;
  return [el('pre', { 'data-language': found[2] || null }, lines.slice(n + 1, last).join('\n')), last + 1];
}

function heading(lines, n) {
  const found = HEAD.exec(lines[n]);
  return found && [el('h' + Math.min(6, found[1].length + 2), { class: 'mdh l' + Math.min(4, found[1].length) }, inline(found[2])), n + 1];
}

const rule = (lines, n) => RULE.test(lines[n]) && [el('hr', { class: 'b' }), n + 1];

function quote(lines, n, level) {
  let m = n;
  while (m < lines.length && QUOTE.test(lines[m])) m += 1;
  return m > n && [el('blockquote', {}, flow(lines.slice(n, m).map(line => line.replace(QUOTE, '')), level + 1)), m];
}

const cells = line => line.trim().replace(/^\||(?<!\\)\|$/g, '').split(/(?<!\\)\|/).map(cell => cell.trim().replace(/\\\|/g, '|'));

function table(lines, n) {
  if (!isTable(lines, n)) return null;
  const sides = cells(lines[n + 1]).map(dash => dash.endsWith(':') ? dash.startsWith(':') ? 'center' : 'right' : 'left');
  const attrs = (tag, j) => ({ scope: tag === 'th' ? 'col' : null, style: { textAlign: sides[j] || 'left' } });
  const row = (line, tag) => el('tr', {}, cells(line).map((cell, j) => el(tag, attrs(tag, j), inline(cell))));
  let m = n + 2;
  while (m < lines.length && lines[m].includes('|') && lines[m].trim()) m += 1;
  const body = el('tbody', {}, lines.slice(n + 2, m).map(line => row(line, 'td')));
  const grid = el('table', {}, el('thead', {}, row(lines[n], 'th')), body);
  return [el('div', { class: 'grid', tabindex: '0', role: 'group', 'aria-label': 'Table' }, grid), m];
}

const depth = line => /^ */.exec(line)[0].length;

/* An item goes on over lines that stand at least as deep as its text, and blank ones between them. Returns the line after it. */
function itemEnd(lines, n, width) {
  const deep = m => m < lines.length && lines[m].trim() && depth(lines[m]) >= width;
  let m = n + 1;
  while (deep(m) || (m < lines.length && !lines[m].trim() && deep(m + 1))) m += 1;
  return m;
}

function list(lines, n, level) {
  const first = ITEM.exec(lines[n]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]), from = parseInt(first[2], 10);
  const made = el(ordered ? 'ol' : 'ul', { start: ordered && from !== 1 ? from : null });
  let m = n;
  while (m < lines.length) {
    const found = ITEM.exec(lines[m]);
    if (!found || RULE.test(lines[m]) || /\d/.test(found[2]) !== ordered || found[1].length > first[1].length + 1) break;
    const width = found[1].length + 2, end = itemEnd(lines, m, width);
    made.append(entry([found[4], ...lines.slice(m + 1, end).map(line => line.slice(Math.min(width, depth(line))))], level));
    m = end;
    if (m + 1 < lines.length && !lines[m].trim() && ITEM.test(lines[m + 1])) m += 1;
  }
  return [made, m];
}

function entry(inside, level) {
  const task = TASK.exec(inside[0]);
  if (!task) return el('li', {}, flow(inside, level + 1));
  const done = task[1] !== ' ';
  const box = el('span', { class: 'task' + (done ? ' done' : ''), role: 'img', 'aria-label': done ? 'Done' : 'To do' });
  return el('li', { class: 'tasked' }, box, el('div', {}, flow([inside[0].replace(TASK, ''), ...inside.slice(1)], level + 1)));
}

function paragraph(lines, n) {
  let m = n + 1;
  while (m < lines.length && lines[m].trim() && !starts(lines, m)) m += 1;
  return [el('p', {}, lines.slice(n, m).flatMap((line, k) => k ? [el('br'), inline(line.trim())] : [inline(line.trim())])), m];
}

function flow(lines, level) {
  if (level > DEEPEST) return [lines.join('\n')];
  const out = [];
  let n = 0;
  while (n < lines.length) {
    if (!lines[n].trim()) { n += 1; continue; }
    const [made, next] = fence(lines, n) || heading(lines, n) || rule(lines, n) || quote(lines, n, level) || table(lines, n)
      || list(lines, n, level) || paragraph(lines, n);
    out.push(made);
    n = next;
  }
  return out;
}

/* The nodes of a markdown text. */
export const markdown = source => flow(source.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'), 0);
