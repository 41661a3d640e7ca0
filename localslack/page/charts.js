/* The chart block: pie, bar, line, area. Its numbers are a table for screen readers, and a point says its value under the mouse. */
import { el, svg } from '/page/dom.js';

const COLOURS = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c6)'];
const DASHES = [null, '6 4', '2 4', '10 4 2 4', '1 5', '12 5']; // so that lines differ without colour, too
const colour = n => COLOURS[n % COLOURS.length];

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
const full = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

function label(x, y, words, anchor = 'middle', more = {}) {
  const node = svg('text', { x, y, 'text-anchor': anchor, class: 'tick', ...more });
  node.textContent = words;
  return node;
}

/* A shape that says what it stands for. */
function told(node, words) {
  const title = svg('title', {});
  title.textContent = words;
  node.append(title);
  return node;
}

const OUT = 88, IN = 52, MIDDLE = 95; // of the ring, in its own units
const at = (angle, r) => `${(MIDDLE + r * Math.cos(angle)).toFixed(2)},${(MIDDLE + r * Math.sin(angle)).toFixed(2)}`;

function slice(from, to) {
  const big = to - from > Math.PI ? 1 : 0;
  return `M${at(from, OUT)} A${OUT},${OUT} 0 ${big} 1 ${at(to, OUT)} L${at(to, IN)} A${IN},${IN} 0 ${big} 0 ${at(from, IN)} Z`;
}

/* A ring of slices. Values below zero have no share. */
function pie({ segments }) {
  const parts = segments.map(segment => Math.max(0, segment.value)), sum = parts.reduce((total, part) => total + part, 0);
  const canvas = svg('svg', { viewBox: '0 0 190 190', role: 'img', class: 'ring' });
  const share = part => (sum ? Math.round((part / sum) * 100) : 0) + '%';
  let from = -Math.PI / 2;
  parts.forEach((part, n) => {
    if (!part) return;
    const to = from + 2 * Math.PI * Math.min(part / sum, 0.9999); // a whole circle would be no arc at all
    const shape = svg('path', { d: slice(from, to), class: 'slice', style: { fill: colour(n) } });
    canvas.append(told(shape, `${segments[n].label}: ${full.format(part)}`));
    from = to;
  });
  canvas.append(label(MIDDLE, 94, short.format(sum), 'middle', { class: 'sum' }), label(MIDDLE, 111, 'in all'));
  const names = segments.map((segment, n) => [segment.label, `${full.format(segment.value)} · ${share(parts[n])}`]);
  const rows = segments.map((segment, n) => [segment.label, full.format(segment.value), share(parts[n])]);
  return { canvas, names, rows: [['Part', 'Value', 'Share'], ...rows] };
}

/* Steps of 1, 2 or 5 times a power of ten, about four of them, that hold every value and zero. */
function scale(values) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values), span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map(times => times * power).find(each => span / each <= 4.5) || 10 * power;
  return { step, min: Math.floor(low / step) * step, max: Math.max(step, Math.ceil(high / step) * step) };
}

/* Where things stand on a canvas of W by H: `x` of a category, `y` of a value; `each` is the room of one category. */
function frame(chart, W, H) {
  const { step, min, max } = scale(chart.series.flatMap(series => series.data.map(point => point.value)));
  const ticks = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, n) => Number((min + n * step).toPrecision(12)));
  const config = chart.axis_config || {}, names = config.categories || chart.series[0].data.map(point => point.label);
  const widest = Math.max(...ticks.map(tick => short.format(tick).length));
  const L = 12 + widest * 7 + (config.y_label ? 16 : 0), B = config.x_label ? 40 : 22, T = 10, each = (W - L) / names.length;
  const x = j => L + (j + 0.5) * each, y = value => T + (H - T - B) * (1 - (value - min) / (max - min));
  return { W, H, L, B, T, x, y, names, ticks, config, each };
}

function axes(canvas, place) {
  const { W, H, L, B, T, x, y, names, config, each } = place;
  for (const tick of place.ticks) {
    canvas.append(svg('line', { x1: L, x2: W, y1: y(tick), y2: y(tick), class: tick ? 'gridline' : 'axis' }));
    canvas.append(label(L - 7, y(tick) + 4, short.format(tick), 'end'));
  }
  const longest = Math.max(1, ...names.map(name => name.length)), every = Math.max(1, Math.ceil((longest * 6.4 + 10) / each));
  names.forEach((name, j) => { if (j % every === 0) canvas.append(label(x(j), H - B + 17, name)); }); // rather none than one upon another
  if (config.x_label) canvas.append(label((L + W) / 2, H - 4, config.x_label, 'middle', { class: 'tick title' }));
  const middle = (T + H - B) / 2, turned = { class: 'tick title', transform: `rotate(-90 10 ${middle})` };
  if (config.y_label) canvas.append(label(10, middle, config.y_label, 'middle', turned));
}

const says = (series, point) => `${series.name}, ${point.label}: ${full.format(point.value)}`;

function bars(canvas, chart, { x, y, each }) {
  const w = Math.min(30, (each * 0.74) / chart.series.length);
  chart.series.forEach((series, n) => series.data.forEach((point, j) => {
    const top = Math.min(y(point.value), y(0)), height = Math.abs(y(0) - y(point.value)), left = x(j) + (n - chart.series.length / 2) * w + 1;
    const bar = { x: left, y: top, width: Math.max(1, w - 2), height, rx: Math.min(2, height / 2), style: { fill: colour(n) } };
    canvas.append(told(svg('rect', bar), says(series, point)));
  }));
}

const STROKE = { fill: 'none', 'stroke-width': 2.5, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };

function lines(canvas, chart, { x, y, names }) {
  const area = chart.type === 'area';
  chart.series.forEach((series, n) => {
    const points = series.data.map((point, j) => `${x(j)},${y(point.value)}`).join(' ');
    const ground = `${x(0)},${y(0)} ${points} ${x(names.length - 1)},${y(0)}`;
    if (area) canvas.append(svg('polygon', { points: ground, opacity: 0.22, style: { fill: colour(n) } }));
    const dash = area ? null : DASHES[n % DASHES.length];
    canvas.append(svg('polyline', { points, ...STROKE, 'stroke-dasharray': dash, style: { stroke: colour(n) } }));
    series.data.forEach((point, j) => {
      const dot = svg('circle', { cx: x(j), cy: y(point.value), r: 3.2, style: { fill: colour(n) } });
      canvas.append(told(dot, says(series, point)));
    });
  });
}

function plot(chart, W, H) {
  const place = frame(chart, W, H), canvas = svg('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img' });
  axes(canvas, place);
  if (chart.type === 'bar') bars(canvas, chart, place);
  else lines(canvas, chart, place);
  const value = (series, j) => (series.data[j] ? full.format(series.data[j].value) : '');
  const rows = place.names.map((name, j) => [name, ...chart.series.map(series => value(series, j))]);
  const names = chart.series.map(series => series.name);
  return { canvas, names: names.map(name => [name]), rows: [[place.config.x_label || 'Category', ...names], ...rows] };
}

function numbers(rows, title) {
  const cell = n => (value, j) => el(n && j ? 'td' : 'th', { scope: n ? (j ? null : 'row') : 'col' }, value);
  return el('table', { class: 'sr' }, el('caption', {}, title), rows.map((row, n) => el('tr', {}, row.map(cell(n)))));
}

function legend(names) {
  const sign = n => el('i', { style: { background: colour(n) } });
  const entry = ([name, value], n) => el('li', {}, sign(n), el('span', {}, name), value ? el('b', {}, value) : null);
  return el('ul', { class: 'legend', 'aria-hidden': 'true' }, names.map(entry));
}

/* The figure of a `data_visualization` block. */
export function chart(block) {
  const narrow = innerWidth < 480, round = block.chart.type === 'pie';
  const { canvas, names, rows } = round ? pie(block.chart) : plot(block.chart, narrow ? 320 : 560, narrow ? 190 : 220);
  canvas.setAttribute('aria-label', `${block.title}: ${block.chart.type} chart, its numbers follow as a table`);
  return el('figure', { class: 'chart' + (round ? ' round' : '') }, el('figcaption', {}, block.title),
    el('div', { class: 'drawn' }, canvas, legend(names)), numbers(rows, block.title));
}
