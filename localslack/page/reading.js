/* Reads what was written in the rich text input as a `rich_text` block. Only kinds of elements that Slack knows come out. */
const STYLE = {
  B: 'bold', STRONG: 'bold', I: 'italic', EM: 'italic', S: 'strike', STRIKE: 'strike', DEL: 'strike', U: 'underline', CODE: 'code',
};
const LINK = /(https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"])/;
const LISTS = { UL: 'bullet', OL: 'ordered' };
const BLOCKS = { BLOCKQUOTE: 'rich_text_quote', PRE: 'rich_text_preformatted' };
const LINES = new Set(['DIV', 'P']);

const alike = (one, other) => one && one.type === 'text' && other.type === 'text' && JSON.stringify(one.style) === JSON.stringify(other.style);

function add(out, node) {
  const last = out[out.length - 1];
  if (alike(last, node)) last.text += node.text;
  else out.push(node);
}

/* Text, and the addresses in it, which become links as in Slack's own composer. */
function words(text, style) {
  const dressed = Object.keys(style).length ? { style: { ...style } } : {};
  const clean = text.replace(/\u00a0/g, ' ').replace(/\u200b/g, '');
  const pieces = style.code ? [clean] : clean.split(LINK);
  return pieces.filter(piece => piece).map(piece => (!style.code && LINK.test(piece)
    ? { type: 'link', url: piece, ...dressed } : { type: 'text', text: piece, ...dressed }));
}

function linked(node) {
  const url = node.getAttribute('href'), text = node.textContent;
  return text === url ? { type: 'link', url } : { type: 'link', url, text };
}

/* The inline elements in a node, in order, into `out`. */
function gather(node, style, atoms, out) {
  if (atoms.has(node)) out.push(atoms.get(node));
  else if (node.nodeType === Node.TEXT_NODE) words(node.data, style).forEach(one => add(out, one));
  else if (node.nodeName === 'BR') add(out, { type: 'text', text: '\n' });
  else if (node.nodeName === 'A') out.push(linked(node));
  else {
    const name = STYLE[node.nodeName], inner = name ? { ...style, [name]: true } : style;
    node.childNodes.forEach(kid => gather(kid, inner, atoms, out));
  }
}

/* Without line ends and empty text at the edges. */
function trimmed(nodes) {
  const out = nodes.map(node => ({ ...node })), first = out[0], last = out[out.length - 1];
  if (first && first.type === 'text') first.text = first.text.replace(/^\n+/, '');
  if (last && last.type === 'text') last.text = last.text.replace(/\n+$/, '');
  return out.filter(node => node.type !== 'text' || node.text);
}

/* A list, and the lists inside it as lists of their own with a deeper indent: so Slack has them. */
function lists(node, indent, atoms, out) {
  const style = LISTS[node.nodeName];
  let items = [], before = 0;
  const flush = () => {
    const offset = before && style === 'ordered' ? { offset: before } : {};
    if (items.length) out.push({ type: 'rich_text_list', style, indent, ...offset, elements: items });
    before += items.length;
    items = [];
  };
  const deeper = kid => {
    flush();
    lists(kid, indent + 1, atoms, out);
  };
  for (const kid of node.childNodes) {
    if (LISTS[kid.nodeName]) { deeper(kid); continue; }
    const inside = [], nested = [...kid.childNodes].filter(part => LISTS[part.nodeName]);
    kid.childNodes.forEach(part => { if (!LISTS[part.nodeName]) gather(part, {}, atoms, inside); });
    const elements = trimmed(inside);
    if (elements.length) items.push({ type: 'rich_text_section', elements });
    nested.forEach(deeper);
  }
  flush();
}

/* The section that is being read: lines, until a list, a quote or code stands between. */
class Section {
  constructor(out) {
    this.out = out;
    this.run = [];
    this.open = false;
  }

  /* Where inline elements go. */
  nodes() {
    if (this.open) this.next();
    return this.run;
  }

  next() {
    if (this.run.length || this.open) add(this.run, { type: 'text', text: '\n' });
    this.open = false;
  }

  end() {
    const elements = trimmed(this.run);
    if (elements.length) this.out.push({ type: 'rich_text_section', elements });
    this.run = [];
    this.open = false;
  }
}

function block(node, atoms, section) {
  const inside = [];
  section.end();
  gather(node, {}, atoms, inside);
  const elements = trimmed(inside);
  if (elements.length) section.out.push({ type: BLOCKS[node.nodeName], elements });
}

function walk(parent, atoms, section) {
  for (const kid of parent.childNodes) {
    if (LISTS[kid.nodeName]) {
      section.end();
      lists(kid, 0, atoms, section.out);
    } else if (BLOCKS[kid.nodeName]) {
      block(kid, atoms, section);
    } else if (LINES.has(kid.nodeName)) {
      section.next();
      if (kid.childNodes.length !== 1 || kid.firstChild.nodeName !== 'BR') walk(kid, atoms, section);
      section.open = true;
    } else {
      gather(kid, {}, atoms, section.nodes());
    }
  }
}

/* The block of what stands in `area`, or null when that is nothing. `atoms` are nodes that stand for an element as a whole. */
export function read(area, atoms) {
  const section = new Section([]);
  walk(area, atoms, section);
  section.end();
  return section.out.length ? { type: 'rich_text', elements: section.out } : null;
}
