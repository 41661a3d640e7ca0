/* What a person entered and has not sent yet, by surface (a view, a message): it survives drawing again. Slack keeps it as long as
   block id and action id stay the same, also where the app says another initial value. */
import { settings } from '/page/mrkdwn.js';

const people = new Map(); // person -> surface -> { values, first }

function surfaces() {
  if (!people.has(settings.me)) people.set(settings.me, new Map());
  return people.get(settings.me);
}

/* Returns { values, put, start, changed } of a surface, as who one is now. `values` is what acts are sent with:
   `{block_id: {action_id: plain}}`; `inputs` is Slack's typed state as the workspace remembers it. */
export function entries(surface, inputs) {
  const mine = surfaces();
  if (!mine.has(surface)) mine.set(surface, { values: {}, first: new Map() });
  const { values, first } = mine.get(surface);
  const key = (block_id, action_id) => JSON.stringify([block_id, action_id]);
  return {
    values,
    put(block, spec, value) {
      const at = key(block.block_id, spec.action_id);
      (values[block.block_id] ||= {})[spec.action_id] = value;
      if (!first.has(at)) first.set(at, JSON.stringify(value));
    },
    start(block, spec) {
      const row = values[block.block_id];
      return row && spec.action_id in row ? row[spec.action_id] ?? '' : entered(inputs, block, spec);
    },
    /* Whether something differs from how the surface was first drawn. */
    changed: () => Object.entries(values).some(([block_id, row]) => Object.entries(row).some(([action_id, value]) => {
      const known = first.get(key(block_id, action_id));
      return known !== undefined && known !== JSON.stringify(value);
    })),
  };
}

/* Forgets a surface: it is gone. */
export const forget = surface => surfaces().delete(surface);

/* The plain value in Slack's typed state; undefined when nothing was entered. */
export function entered(inputs, block, spec) {
  const state = ((inputs || {})[block.block_id] || {})[spec.action_id];
  if (!state) return undefined;
  const whole = /external_select$/.test(state.type), plain = option => (whole ? option : option.value);
  if ('selected_option' in state) return state.selected_option ? plain(state.selected_option) : undefined;
  if ('selected_options' in state) return state.selected_options.map(plain);
  const found = Object.entries(state).find(([name, value]) => !['type', 'timezone'].includes(name) && value != null);
  return found && found[1];
}
