/* Says what arrives to screen readers: politely, once, and many at a time as a number. */
import { byId } from '/page/dom.js';

const TOGETHER_MS = 700;
const MOST_READ = 2;

let waiting = [];
let planned = 0;

function speak() {
  planned = 0;
  const words = waiting.length > MOST_READ ? `${waiting.length} new messages` : waiting.join('. ');
  waiting = [];
  byId('announce').textContent = words;
}

export function announce(words) {
  waiting.push(words);
  planned ||= setTimeout(speak, TOGETHER_MS);
}
