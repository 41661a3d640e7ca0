/* The markdown block: headings, lists, quotes, code, bold, italic, links. */
import { el } from '/page/dom.js';
import { safe } from '/page/mrkdwn.js';

const PARTS = /(`[^`]+`|\*\*[^*]+\*\*|__[^_]+__|\*[^*\s][^*]*\*|~~[^~]+~~|\[[^\]]+\]\([^)\s]+\))/;

function spans(line) {
  return line.split(PARTS).filter(piece => piece).map(piece => {
    const found = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(piece);
    if (found) return el('a', { href: safe(found[2]), target: '_blank', rel: 'noopener noreferrer' }, found[1]);
    if (/^`.+`$/.test(piece)) return el('code', {}, piece.slice(1, -1));
    if (/^(\*\*|__).+\1$/.test(piece)) return el('strong', {}, spans(piece.slice(2, -2)));
    if (/^~~.+~~$/.test(piece)) return el('s', {}, piece.slice(2, -2));
    if (/^\*.+\*$/.test(piece)) return el('em', {}, spans(piece.slice(1, -1)));
    return piece;
  });
}

export function markdown(source) {
  const out = [];
  let list = null;
  for (const chunk of source.split(/(```[\s\S]*?```)/)) {
    if (chunk.startsWith('```')) { out.push(el('pre', {}, chunk.replace(/^```\w*\n?/, '').replace(/\n?```$/, ''))); list = null; continue; }
    for (const line of chunk.split('\n')) {
      const item = /^\s*(?:([-*+])|\d+[.)])\s+(.*)$/.exec(line);
      if (item) {
        const tag = item[1] ? 'ul' : 'ol';
        if (!list || list.tagName.toLowerCase() !== tag) out.push(list = el(tag));
        list.append(el('li', {}, spans(item[2])));
        continue;
      }
      list = null;
      const head = /^(#{1,6})\s+(.*)$/.exec(line);
      if (head) out.push(el('h4', {}, spans(head[2])));
      else if (/^>\s?/.test(line)) out.push(el('blockquote', {}, spans(line.replace(/^>\s?/, ''))));
      else if (/^(---|\*\*\*)$/.test(line.trim())) out.push(el('hr', { class: 'b' }));
      else if (line.trim()) out.push(el('p', {}, spans(line)));
    }
  }
  return out;
}
