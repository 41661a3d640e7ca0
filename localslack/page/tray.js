/* Files on their way into a message: chosen, dropped or pasted, taken out again, sent with the next Send. */
import { el, icon } from '/page/dom.js';
import { sizeOf } from '/page/files.js';
import { toast } from '/page/pop.js';

const CROSS = 'M7 7l10 10M17 7L7 17';
const MOST = 10;
const SEEN_BELOW = 3e6; // files; bytes up to which a picture is shown before it is sent

function preview(file) {
  if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type) || file.size > SEEN_BELOW)
    return el('span', { class: 'fileicon' }, icon('M6 3h8l4 4v14H6zM14 3v4h4'));
  const shown = el('img', { alt: '', width: 40, height: 40 });
  const reader = new FileReader();
  reader.onload = () => {
    shown.src = reader.result;
  };
  reader.readAsDataURL(file);
  return shown;
}

/* A tray for a composer. Returns { node, files(), add(files), choose(), clear() }. */
export function attachTray() {
  let files = [];
  const list = el('ul', { class: 'tray', hidden: true, 'aria-label': 'Files to send' });
  const input = el('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    onchange: () => {
      add([...input.files]);
      input.value = '';
    },
  });

  function draw() {
    list.hidden = !files.length;
    list.replaceChildren(
      ...files.map(file =>
        el(
          'li',
          {},
          preview(file),
          el('span', { class: 'filewords' }, el('b', {}, file.name), el('small', {}, sizeOf(file.size))),
          el(
            'button',
            {
              type: 'button',
              class: 'tool',
              'aria-label': `Remove ${file.name}`,
              onclick: () => {
                files = files.filter(one => one !== file);
                draw();
              },
            },
            icon(CROSS),
          ),
        ),
      ),
    );
  }

  function add(more) {
    if (files.length + more.length > MOST) toast(`No more than ${MOST} files at once.`);
    files = [...files, ...more].slice(0, MOST);
    draw();
  }

  return {
    node: el('div', {}, list, input),
    files: () => files,
    add,
    choose: () => input.click(),
    clear() {
      files = [];
      draw();
    },
  };
}

/* Files dropped anywhere on `area` go to the tray of the composer in it. */
export function dropsOn(area, add) {
  const holdsFiles = event => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
  area.addEventListener('dragover', event => {
    if (!holdsFiles(event) || event.target.closest('.drop')) return;
    event.preventDefault();
    area.classList.add('dropping');
  });
  area.addEventListener('dragleave', event => {
    if (!area.contains(event.relatedTarget)) area.classList.remove('dropping');
  });
  area.addEventListener('drop', event => {
    area.classList.remove('dropping');
    if (!holdsFiles(event) || event.target.closest('.drop')) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}
