/* Making nodes. Text only ever becomes text: nothing a message says can become markup. */
const SVG = 'http://www.w3.org/2000/svg';

export function el(tag, attrs, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(node.style, value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...kids.flat(Infinity).filter(kid => kid != null && kid !== false));
  return node;
}

export function svg(tag, attrs, ...kids) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name === 'style') Object.assign(node.style, value);
    else node.setAttribute(name, value);
  }
  node.append(...kids);
  return node;
}

export function icon(path) {
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round' };
  return svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', ...line }, svg('path', { d: path }));
}

export const byId = id => document.getElementById(id);
