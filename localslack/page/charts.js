/* The chart block, drawn here, with its numbers as a hidden table for screen readers. */
import { el, svg } from '/page/dom.js';

const COLOURS = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c6)'];

function label(x, y, words, anchor = 'middle') {
  const node = svg('text', { x, y, 'text-anchor': anchor, class: 'tick' });
  node.textContent = words;
  return node;
}

function pie(chart, canvas) {
  const sum = chart.segments.reduce((total, segment) => total + segment.value, 0) || 1;
  let from = -Math.PI / 2;
  chart.segments.forEach((segment, n) => {
    const to = from + 2 * Math.PI * Math.min(segment.value / sum, .9999), big = to - from > Math.PI ? 1 : 0;
    const at = (angle, r) => `${95 + r * Math.cos(angle)},${95 + r * Math.sin(angle)}`;
    const path = `M${at(from, 85)} A85,85 0 ${big} 1 ${at(to, 85)} L${at(to, 48)} A48,48 0 ${big} 0 ${at(from, 48)} Z`;
    canvas.append(svg('path', { d: path, style: { fill: COLOURS[n % 6] } }));
    from = to;
  });
  return { legend: chart.segments.map(segment => `${segment.label} ${segment.value}`), rows: [['', 'Value'], ...chart.segments.map(s => [s.label, s.value])] };
}

function scale(chart) {
  const highest = Math.max(1, ...chart.series.flatMap(series => series.data.map(point => point.value)));
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 5000].find(each => highest / each <= 4) || highest / 4;
  return { step, max: Math.ceil(highest / step) * step };
}

function plot(chart, canvas, W, H, narrow) {
  const L = 34, B = 22, T = 8, names = chart.axis_config.categories, { step, max } = scale(chart);
  const x = j => L + (j + .5) * (W - L) / names.length, y = value => T + (H - T - B) * (1 - value / max);
  for (let value = 0; value <= max; value += step) canvas.append(svg('line', { x1: L, x2: W, y1: y(value), y2: y(value), class: value ? 'grid' : 'axis' }), label(L - 6, y(value) + 4, value, 'end'));
  chart.series.forEach((series, n) => {
    const colour = COLOURS[n % 6];
    if (chart.type === 'bar') {
      const w = Math.min(26, (W - L) / names.length * .72 / chart.series.length);
      series.data.forEach((point, j) => canvas.append(svg('rect', { x: x(j) + (n - chart.series.length / 2) * w + 1, y: y(point.value), width: w - 2, height: Math.max(0, y(0) - y(point.value)), rx: 2, style: { fill: colour } })));
      return;
    }
    const points = series.data.map((point, j) => `${x(j)},${y(point.value)}`).join(' ');
    if (chart.type === 'area') canvas.append(svg('polygon', { points: `${x(0)},${y(0)} ${points} ${x(names.length - 1)},${y(0)}`, opacity: .25, style: { fill: colour } }));
    canvas.append(svg('polyline', { points, fill: 'none', 'stroke-width': 2.5, 'stroke-linejoin': 'round', ...(n ? { 'stroke-dasharray': '6 4' } : {}), style: { stroke: colour } }));
    series.data.forEach((point, j) => canvas.append(svg('circle', { cx: x(j), cy: y(point.value), r: 3, style: { fill: colour } })));
  });
  const every = Math.ceil(names.length * (narrow ? 42 : 38) / (W - L)); // leave out labels rather than let them run into each other
  names.forEach((name, j) => { if (j % every === 0) canvas.append(label(x(j), H - 5, name)); });
  return { legend: chart.series.map(series => series.name), rows: [['', ...chart.series.map(s => s.name)], ...names.map((name, j) => [name, ...chart.series.map(s => s.data[j].value)])] };
}

export function chart(block) {
  const narrow = innerWidth < 480, W = narrow ? 330 : 560, H = narrow ? 170 : 190;
  const canvas = svg('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': block.title });
  const { legend, rows } = block.chart.type === 'pie' ? pie(block.chart, canvas) : plot(block.chart, canvas, W, H, narrow);
  return el('figure', { class: 'chart' }, el('figcaption', {}, block.title), canvas,
    el('div', { class: 'legend', 'aria-hidden': 'true' }, legend.map((name, n) => el('span', {}, el('i', { style: { background: COLOURS[n % 6] } }), name))),
    el('table', { class: 'sr' }, rows.map((row, n) => el('tr', {}, row.map(value => el(n ? 'td' : 'th', {}, String(value)))))));
}
