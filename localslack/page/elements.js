/* Interactive elements. Each maker gets (spec, block, context, hands) and returns a node; where the control itself is inside, the
   node names it as `control`. `hands` has: send(value) to the app, after the element's confirm dialog; put(value) to remember;
   chosen(value) for both, as the block wants it; start(initial) for what stands there at first. */
import { el, uid } from '/page/dom.js';
import { editor } from '/page/editor.js';
import { withEmoji } from '/page/emoji.js';
import { slackIcon } from '/page/icons.js';
import { safe, settings, text } from '/page/mrkdwn.js';
import { PICKERS } from '/page/pickers.js';
import { ask, menu, toast } from '/page/pop.js';
import { TEXTS } from '/page/texts.js';
import { TIMES } from '/page/times.js';
import { upload } from '/page/uploads.js';

const LONG = 28; // a button's label is cut from about here on, as in Slack

/* The node of an element; null where it is meant for others. */
export function element(spec, block, context) {
  const make = Object.hasOwn(MAKERS, spec.type) ? MAKERS[spec.type] : null;
  if (!make) return el('span', { class: 'notdrawn' }, 'Not drawn here: ' + spec.type);
  if (spec.visible_to_user_ids && !spec.visible_to_user_ids.includes(settings.me)) return null;
  const node = make(spec, block, context, handsOf(spec, block, context, () => node.control || node));
  const control = node.control || node;
  control.dataset.action ??= spec.action_id || '';
  if (block.block_id) control.dataset.block = block.block_id;
  if (spec.focus_on_load) control.dataset.first = '';
  return node;
}

function handsOf(spec, block, context, control) {
  const put = value => context.put(block, spec, value);
  const send = (value, then = () => {}) => {
    const go = () => {
      busy(control(), context.act(spec, block, value));
      then();
    };
    if (spec.confirm) ask(spec.confirm, go);
    else go();
  };
  /* In an input block nothing is sent until the form is, unless the block asks for it. */
  const chosen = value => {
    put(value);
    if (block.type !== 'input' || block.dispatch_action) send(value);
  };
  return { put, send, chosen, start: initial => context.start(block, spec) ?? initial };
}

async function busy(control, answer) {
  if (!answer || !answer.then) return;
  control.setAttribute('aria-busy', 'true');
  await answer;
  control.removeAttribute('aria-busy');
}

const visit = url => { if (safe(url) !== '#') open(url, '_blank', 'noopener,noreferrer'); };
const cut = words => el('span', { class: 'cut' }, words);

/* A button with an address is a link that also tells the app; what a label loses to its length is read under the mouse. */
function button(spec, block, context, { send }) {
  const whole = withEmoji(spec.text.text), title = whole.length > LONG ? whole : null;
  const attrs = { class: 'btn ' + (spec.style || ''), 'aria-label': spec.accessibility_label, title };
  const label = cut(text(spec.text));
  if (safe(spec.url) === '#') return el('button', { ...attrs, type: 'button', onclick: () => send(spec.value) }, label);
  const press = event => {
    if (spec.confirm) event.preventDefault();
    send(spec.value, spec.confirm ? () => visit(spec.url) : undefined);
  };
  return el('a', { ...attrs, href: spec.url, target: '_blank', rel: 'noopener noreferrer', onclick: press }, label);
}

function workflow(spec) {
  const told = () => toast('Workflows do not run in the local workspace.');
  const attrs = { class: 'btn ' + (spec.style || ''), type: 'button', 'aria-label': spec.accessibility_label };
  return el('button', { ...attrs, onclick: told }, cut(text(spec.text)));
}

function overflow(spec, block, context, { send }) {
  const entry = one => {
    const label = [text(one.text), one.description ? el('small', {}, text(one.description)) : null];
    return [label, () => send(one.value, one.url ? () => visit(one.url) : undefined), one.value];
  };
  const dots = el('button', {
    class: 'btn dots', type: 'button', 'aria-label': 'More actions', 'aria-haspopup': 'menu', 'aria-expanded': 'false',
    onclick: () => menu(dots, spec.options.map(entry)),
  }, el('span', { 'aria-hidden': 'true' }, '•••'));
  return Object.assign(el('span', { class: 'menuwrap' }, dots), { control: dots });
}

function option(box, one) {
  const note = one.description ? el('small', {}, text(one.description)) : null;
  return el('label', { class: 'opt' }, box, el('span', {}, text(one.text), note));
}

const known = (spec, values) => values.filter(value => spec.options.some(one => one.value === value));

function checkboxes(spec, block, context, { put, chosen, start }) {
  const first = start((spec.initial_options || []).map(one => one.value)), on = new Set(known(spec, first || []));
  const out = () => spec.options.map(one => one.value).filter(value => on.has(value));
  const turn = ({ target }) => {
    if (target.checked) on.add(target.value);
    else on.delete(target.value);
    chosen(out());
  };
  const box = one => el('input', { type: 'checkbox', value: one.value, checked: on.has(one.value), onchange: turn });
  put(out());
  return el('div', { class: 'opts', role: 'group', 'aria-label': 'Choices' }, spec.options.map(one => option(box(one), one)));
}

function radios(spec, block, context, { put, chosen, start }) {
  const [first] = known(spec, [start(spec.initial_option && spec.initial_option.value)]), name = uid('radio');
  const box = ({ value }) => el('input', { type: 'radio', name, value, checked: value === first, onchange: () => chosen(value) });
  put(first ?? null);
  return el('div', { class: 'opts', role: 'radiogroup', 'aria-label': 'Choices' }, spec.options.map(one => option(box(one), one)));
}

/* One of two thumbs. A text of the app's that is only a picture is not shown beside ours. */
function thumb(one, good, action, now, press) {
  const label = withEmoji(one.text.text), words = /[\p{L}\p{N}]/u.test(label), spoken = one.accessibility_label || (good ? 'Good' : 'Bad');
  return el('button', {
    class: 'btn thumb', type: 'button', 'data-action': action, 'data-value': one.value, 'aria-pressed': String(now === one.value),
    title: words ? null : spoken, 'aria-label': words && !one.accessibility_label ? null : spoken, onclick: () => press(one.value),
  }, slackIcon(good ? 'thumbs-up' : 'thumbs-down'), words ? cut(label) : null);
}

/* The thumb that was pressed stays pressed. */
function feedback(spec, block, context, { put, send, start }) {
  const press = value => {
    pair.forEach(one => one.setAttribute('aria-pressed', String(one.dataset.value === value)));
    put(value);
    send(value);
  };
  const now = start(null), { positive_button: good, negative_button: bad } = spec;
  const pair = [thumb(good, true, spec.action_id, now, press), thumb(bad, false, spec.action_id, now, press)];
  return Object.assign(el('span', { class: 'thumbs', role: 'group', 'aria-label': 'Feedback' }, pair), { control: pair[0] });
}

function iconButton(spec, block, context, { send }) {
  const title = withEmoji(spec.text.text), attrs = { class: 'btn iconic', type: 'button', title, 'aria-label': spec.accessibility_label || title };
  return el('button', { ...attrs, onclick: () => send(spec.value) }, slackIcon(spec.icon) || cut(title));
}

const MAKERS = {
  button,
  overflow,
  checkboxes,
  radio_buttons: radios,
  workflow_button: workflow,
  feedback_buttons: feedback,
  icon_button: iconButton,
  rich_text_input: editor,
  file_input: upload,
  ...PICKERS,
  ...TEXTS,
  ...TIMES,
};
