/* What is offered while somebody types: commands of the app, people, channels, emoji. */
import { emojiCharacter, emojiNames } from '/page/emoji.js';

const MOST = 8;
const WORD = /(^|[\s(])([@#:])([^\s@#:]*)$/u;

/* A usage hint such as `[queue | status | pause <agent>]` is offered word by word. */
function suggestions(commands) {
  return commands.flatMap(command => {
    const hint = command.usage_hint.trim().replace(/^\[(.*)\]$/, '$1');
    const words = hint.includes('|')
      ? hint
          .split('|')
          .map(word => word.trim())
          .filter(Boolean)
      : [];
    const whole = { line: command.name, note: command.description, hint: words.length ? '' : command.usage_hint };
    const each = word => ({
      line: `${command.name} ${word.replace(/[<[].*$/, '').trim()}`,
      hint: (/[<[].*$/.exec(word) || [''])[0],
      note: '',
    });
    return [whole, ...words.map(each)];
  });
}

/* Offers of { label, hint, note, insert, from, face? }: `insert` goes in the place of what stands from `from` up to the caret. */
function commandOffers(typed, commands) {
  const line = typed.trim();
  return suggestions(commands)
    .filter(offer => offer.line.startsWith(line) && offer.line !== line)
    .map(offer => ({ label: offer.line, hint: offer.hint, note: offer.note, insert: offer.line + ' ', from: 0 }));
}

const fits = (typed, ...names) =>
  names.some(
    name =>
      name
        .toLowerCase()
        .split(/[\s-]+/)
        .some(word => word.startsWith(typed)) || name.toLowerCase().startsWith(typed),
  );

const LOUD = [
  ['here', 'Everybody who is here'],
  ['channel', 'Everybody in this channel'],
];

function peopleOffers(typed, known) {
  const people = known.people
    .filter(one => one.near && fits(typed, one.name, one.handle))
    .map(one => ({ label: one.name, note: one.title, face: one.id, insert: `@${one.name} ` }));
  const app = fits(typed, known.app.name)
    ? [{ label: known.app.name, note: 'App', face: known.app.user, insert: `@${known.app.name} ` }]
    : [];
  const groups = known.groups
    .filter(one => fits(typed, one.handle, one.name))
    .map(one => ({ label: '@' + one.handle, note: one.name, insert: `@${one.handle} ` }));
  const loud = LOUD.filter(([name]) => name.startsWith(typed)).map(([name, note]) => ({
    label: '@' + name,
    note,
    insert: `@${name} `,
  }));
  return [...people, ...app, ...groups, ...loud];
}

const roomOffers = (typed, known) =>
  known.rooms
    .filter(room => room.name.toLowerCase().includes(typed))
    .sort((one, other) => other.name.startsWith(typed) - one.name.startsWith(typed))
    .map(room => ({ label: '#' + room.name, note: room.topic || '', insert: `#${room.name} ` }));

function emojiOffers(typed) {
  if (typed.length < 2) return [];
  const names = emojiNames()
    .filter(name => name.includes(typed))
    .sort((one, other) => other.startsWith(typed) - one.startsWith(typed));
  return names.map(name => ({ label: `:${name}:`, sign: emojiCharacter(name), note: '', insert: `:${name}: ` }));
}

/* What is offered for a text with the caret at `at`, as { kind, offers }. `known` has commands, people, groups, app, rooms. */
export function completed(text, at, known) {
  if (text.startsWith('/')) return { kind: 'command', offers: commandOffers(text, known.commands) };
  const found = WORD.exec(text.slice(0, at));
  if (!found) return { kind: null, offers: [] };
  const [, , sign, typed] = found;
  const wanted = typed.toLowerCase();
  const offers = { '@': peopleOffers, '#': roomOffers, ':': emojiOffers }[sign](wanted, known);
  const from = at - typed.length - 1;
  return { kind: sign, offers: offers.slice(0, MOST).map(offer => ({ ...offer, from })) };
}
