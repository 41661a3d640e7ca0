/* Dates and times. A moment is chosen in the person's own zone, whatever the browser's is. */
import { el } from '/page/dom.js';
import { settings } from '/page/mrkdwn.js';

const PAUSE_MS = 700;
const DAY = { year: 'numeric', month: 'numeric', day: 'numeric' };
const CLOCK = { hourCycle: 'h23', hour: 'numeric', minute: 'numeric', second: 'numeric' };

/* Seconds that the clocks of `zone` are ahead of UTC at this moment. */
function ahead(seconds, zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...DAY, ...CLOCK }).formatToParts(new Date(seconds * 1000));
  const part = name => +parts.find(one => one.type === name).value;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown / 1000 - seconds;
}

/* The wall clock of a moment, as `2026-11-24T14:06`. */
export const wall = (seconds, zone) => new Date((seconds + ahead(seconds, zone)) * 1000).toISOString().slice(0, 16);

/* The moment when the clocks of `zone` show this. The second look settles the days on which clocks change. */
export function moment(local, zone) {
  const shown = Date.parse(local + 'Z') / 1000, guess = shown - ahead(shown, zone);
  return shown - ahead(guess, zone);
}

const words = (spec, otherwise) => (spec.placeholder ? spec.placeholder.text : otherwise);

function zoned(box, zone) {
  if (!zone) return box;
  const hint = el('small', { class: 'hint' }, zone.replace(/_/g, ' '));
  return Object.assign(el('div', { class: 'field zoned' }, box, hint), { control: box });
}

/* While somebody types a date, every digit makes another one: the app hears of it after a pause, or when the field is left. */
function settles(box, read, { put, chosen }) {
  let told = box.value, later = 0;
  const tell = () => {
    clearTimeout(later);
    if (box.value === told || /^0/.test(box.value) && box.type !== 'time') return; // the year is not written to its end
    told = box.value;
    chosen(read());
  };
  box.addEventListener('change', () => {
    put(read());
    clearTimeout(later);
    later = setTimeout(tell, PAUSE_MS);
  });
  box.addEventListener('blur', tell);
}

const dated = (type, key, otherwise) => (spec, block, context, hands) => {
  const value = hands.start(spec[key]) || '', box = el('input', { type, class: 'when', 'aria-label': words(spec, otherwise), value });
  settles(box, () => box.value || null, hands);
  hands.put(box.value || null);
  return zoned(box, spec.timezone);
};

function dateTime(spec, block, context, hands) {
  const zone = settings.zone || Intl.DateTimeFormat().resolvedOptions().timeZone, first = +hands.start(spec.initial_date_time) || null;
  const value = first ? wall(first, zone) : '';
  const box = el('input', { type: 'datetime-local', class: 'when', 'aria-label': words(spec, 'Date and time'), value });
  settles(box, () => (box.value ? moment(box.value, zone) : null), hands);
  hands.put(first);
  return zoned(box, zone);
}

export const TIMES = {
  datepicker: dated('date', 'initial_date', 'Date'),
  timepicker: dated('time', 'initial_time', 'Time'),
  datetimepicker: dateTime,
};
