/* Selects of every kind: the app's own options, options it is asked for, people, channels, conversations. */
import { combobox } from '/page/combobox.js';
import { el } from '/page/dom.js';
import { withEmoji } from '/page/emoji.js';
import { settings, text } from '/page/mrkdwn.js';

const SHORT = 10; // up to so many plain options a native menu is the better one, above all on a phone
const PAUSE_MS = 250, QUERY = 3; // Slack asks from three characters on unless the app says otherwise

const placed = spec => (spec.placeholder ? withEmoji(spec.placeholder.text) : '');
const fits = (all, typed) => all.filter(one => one.label.toLowerCase().includes(typed.trim().toLowerCase()));
const listed = value => (value == null || value === '' ? [] : Array.isArray(value) ? value : [value]);

function item(option, group) {
  const note = option.description ? withEmoji(option.description.text) : '';
  return { key: option.value, label: withEmoji(option.text.text), draw: () => text(option.text), note, group, option };
}

function items(source) {
  if (!source.option_groups) return (source.options || []).map(option => item(option));
  return source.option_groups.flatMap(group => group.options.map(option => item(option, withEmoji(group.label.text))));
}

/* The field for a list; `plain` makes of an item what is sent. */
function picker(spec, block, { put, chosen }, { search, first, plain, many = false, disabled = false }) {
  const value = list => (many ? list.map(plain) : list.length ? plain(list[0]) : null);
  put(value(first));
  return combobox({
    search, chosen: first, many, disabled, max: spec.max_selected_items, clearable: block.optional,
    label: placed(spec) || 'Choose', placeholder: placed(spec) || (many ? 'Choose some' : 'Choose one'),
    changed: list => put(value(list)), done: list => chosen(value(list)),
  });
}

function native(spec, block, { put, chosen, start }) {
  const all = items(spec), initial = spec.initial_option && spec.initial_option.value, kept = start(initial);
  const first = kept === '' || all.some(one => one.key === kept) ? kept : initial;
  const one = each => el('option', { value: each.key, selected: each.key === first }, each.label);
  const within = name => all.filter(each => (each.group || '') === name).map(one);
  const groups = [...new Set(all.map(each => each.group || ''))];
  const none = first && !block.optional ? null : el('option', { value: '' }, placed(spec) || 'Choose one');
  const box = el('select', { 'aria-label': placed(spec) || 'Choose' }, none,
    groups.map(name => (name ? el('optgroup', { label: name }, within(name)) : within(name))));
  box.addEventListener('change', () => {
    box.classList.toggle('none', !box.value);
    chosen(box.value || null);
  });
  box.classList.toggle('none', !first);
  put(first || null);
  return box;
}

function select(spec, block, context, hands) {
  const all = items(spec), short = all.length <= SHORT && !all.some(one => one.note);
  return short ? native(spec, block, hands) : fixed(spec, block, hands, false);
}

function fixed(spec, block, hands, many) {
  const all = items(spec), initial = listed(many ? spec.initial_options : spec.initial_option).map(option => option.value);
  const kept = listed(hands.start(initial)), first = kept.map(value => all.find(one => one.key === value)).filter(Boolean);
  return picker(spec, block, hands, { search: typed => fits(all, typed), first, many, plain: one => one.key });
}

const multi = (spec, block, context, hands) => fixed(spec, block, hands, true);

/* The app is asked while somebody types; what it answers wrongly, or not at all, is said in the list. */
const external = many => (spec, block, context, hands) => {
  const least = spec.min_query_length ?? QUERY, initial = listed(many ? spec.initial_options : spec.initial_option);
  const first = listed(hands.start(initial)).filter(option => option.text).map(option => item(option));
  const ask = async typed => {
    const answer = await context.suggest(spec, block, typed);
    return answer.error ? { error: answer.error } : items(answer);
  };
  const lost = { error: 'The options could not be loaded' };
  const search = (typed, waiting, held) => {
    if (typed.length < least) return { note: least === 1 ? 'Type to search' : `Type at least ${least} characters` };
    waiting('Loading…');
    return new Promise(resolve => {
      held(setTimeout(() => ask(typed).then(resolve, () => resolve(lost)), typed ? PAUSE_MS : 0));
    });
  };
  return picker(spec, block, hands, { search, first, many, plain: one => one.option, disabled: !context.suggest });
};

/* People are [id, name], rooms [id, '#name', sort]; a room of no known sort is open to every filter. */
function everyone(kind, spec, context) {
  if (kind === 'users') return context.people();
  if (kind === 'channels') return context.rooms().filter(([, , sort]) => sort !== 'private');
  const { include, exclude_external_shared_channels: inside } = spec.filter || {};
  const wants = sort => !sort || !include || include.includes(sort === 'external_shared' ? 'public' : sort);
  const rooms = context.rooms().filter(([, , sort]) => wants(sort) && !(inside && sort === 'external_shared'));
  return [...rooms, ...wants('im') ? context.people() : []];
}

const nameOf = id => (settings.rooms[id] ? '#' + settings.rooms[id] : settings.names[id] || id);
const INITIAL = { users: 'initial_user', conversations: 'initial_conversation', channels: 'initial_channel' };

const named = (kind, many) => (spec, block, context, hands) => {
  const all = everyone(kind, spec, context).map(([key, label]) => ({ key, label }));
  const here = spec.default_to_current_conversation && context.here ? context.here() : undefined;
  const usual = all.some(one => one.key === here) ? here : undefined;
  const initial = listed(spec[many ? 'initial_' + kind : INITIAL[kind]] || usual);
  const first = listed(hands.start(initial)).map(id => all.find(one => one.key === id) || { key: id, label: nameOf(id) });
  return picker(spec, block, hands, { search: typed => fits(all, typed), first, many, plain: one => one.key });
};

export const PICKERS = {
  static_select: select,
  multi_static_select: multi,
  external_select: external(false),
  multi_external_select: external(true),
  users_select: named('users', false),
  multi_users_select: named('users', true),
  channels_select: named('channels', false),
  multi_channels_select: named('channels', true),
  conversations_select: named('conversations', false),
  multi_conversations_select: named('conversations', true),
};
