/* Tables: `table` as it is, and `data_table` with pages, order and a filter. Both scroll sideways in their own region. */
import { el } from '/page/dom.js';
import { richBlock } from '/page/rich.js';

const PAGE = 5; // rows, when the app says nothing
const number = new Intl.NumberFormat('en-US');
const plain = node => node.text || (node.elements || []).map(plain).join('');
const words = cell => (cell.type === 'rich_text' ? plain(cell) : cell.text ?? String(cell.value ?? ''));
const counted = cell => cell.text || (cell.type === 'raw_number' ? number.format(cell.value) : '');
const filled = cell => (cell.type === 'rich_text' ? richBlock(cell) : counted(cell));
const region = (name, grid) => el('div', { class: 'grid', tabindex: '0', role: 'group', 'aria-label': name }, grid);

/* The first row is the header; a column does not wrap unless it says so. */
export function table(block) {
  const cell = tag => (item, j) => {
    const { align, is_wrapped: wraps } = (block.column_settings || [])[j] || {};
    const names = [item.type === 'raw_number' ? 'num' : '', wraps ? 'wraps' : ''].join(' ').trim();
    return el(tag, { scope: tag === 'th' ? 'col' : null, class: names || null, style: { textAlign: align || 'left' } }, filled(item));
  };
  const row = tag => items => el('tr', {}, items.map(cell(tag)));
  const [head, ...body] = block.rows;
  const grid = el('table', {}, el('thead', {}, row('th')(head)), el('tbody', {}, body.map(row('td'))));
  return el('div', { class: 'b' }, region('Table', grid));
}

function compared(one, other) {
  if (one.type === 'raw_number' && other.type === 'raw_number') return one.value - other.value;
  return words(one).localeCompare(words(other), 'en', { numeric: true });
}

/* What of the rows is shown: filtered, ordered, one page of them. */
function shown(rows, state, size) {
  const fits = row => row.some(cell => words(cell).toLowerCase().includes(state.filter));
  const kept = rows.filter(fits);
  if (state.by !== null) kept.sort((one, other) => compared(one[state.by], other[state.by]) * state.way);
  const pages = Math.max(1, Math.ceil(kept.length / size));
  state.page = Math.min(state.page, pages - 1);
  const from = state.page * size;
  return { pages, count: kept.length, from, rows: kept.slice(from, from + size) };
}

const turned = (state, j) => (state.by !== j ? null : state.way > 0 ? 'ascending' : 'descending');

export function dataTable(block) {
  const [head, ...rows] = block.rows, size = block.page_size || PAGE, first = block.row_header_column_index || 0;
  const state = { by: null, way: 1, page: 0, filter: '' }, paged = rows.length > size;
  const body = el('tbody'), count = el('span', { role: 'status' });
  const change = given => {
    Object.assign(state, given);
    draw();
  };
  const sort = j => change({ way: state.by === j ? -state.way : 1, by: j, page: 0 });
  const sorter = (cell, j) => el('button', { type: 'button', onclick: () => sort(j) }, words(cell));
  const heads = head.map((cell, j) => el('th', { scope: 'col', class: 'sorts' }, sorter(cell, j)));
  const turn = (label, step) => el('button', { type: 'button', class: 'btn small', onclick: () => change({ page: state.page + step }) }, label);
  const back = turn('Previous', -1), on = turn('Next', 1);
  const cell = (item, j) => {
    const attrs = { scope: j === first ? 'row' : null, class: item.type === 'raw_number' ? 'num' : null };
    return el(j === first ? 'th' : 'td', attrs, filled(item));
  };
  const draw = () => {
    const now = shown(rows, state, size);
    body.replaceChildren(...now.rows.map(row => el('tr', {}, row.map(cell))));
    heads.forEach((th, j) => { th.ariaSort = turned(state, j); });
    count.textContent = now.count ? `${now.from + 1} to ${now.from + now.rows.length} of ${now.count}` : 'No rows fit the filter';
    back.disabled = state.page === 0;
    on.disabled = state.page >= now.pages - 1;
  };
  draw();
  const filter = el('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter ' + block.caption });
  filter.addEventListener('input', () => change({ filter: filter.value.toLowerCase(), page: 0 }));
  const caption = el('caption', { class: paged ? 'sr' : null }, block.caption);
  return el('div', { class: 'b dt' }, paged ? el('div', { class: 'dtbar' }, el('b', {}, block.caption), filter) : null,
    region(block.caption, el('table', {}, caption, el('thead', {}, el('tr', {}, heads)), body)),
    paged ? el('div', { class: 'dtbar' }, count, el('span', { class: 'turn' }, back, on)) : null);
}
