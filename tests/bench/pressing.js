/* Presses the buttons of the cards on screen at a steady rate and notes, by the page's own clock, when each press was
   acknowledged and when its card showed the new number. Runs inside the page; returns milliseconds. */
async ({ perSecond, seconds }) => {
  const cards = [...document.querySelectorAll('#pane article[data-ts]')].map(node => node.dataset.ts);
  const shown = ts => +/Pressed (\d+) times/.exec(document.querySelector(`#pane article[data-ts="${ts}"]`).textContent)[1];
  const waiting = new Map(cards.map(ts => [ts, []])), updated = [], acked = [], bare = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (entry.name.includes('/_page/act')) acked.push(entry.responseEnd - entry.startTime);
    if (entry.name.includes('/page/mark.svg')) bare.push(entry.responseEnd - entry.startTime);
  })).observe({ type: 'resource' });
  performance.setResourceTimingBufferSize(100000);
  new MutationObserver(() => cards.forEach(ts => {
    const queue = waiting.get(ts);
    while (queue.length && shown(ts) >= queue[0].number) updated.push(performance.now() - queue.shift().at);
  })).observe(document.querySelector('#pane'), { childList: true, subtree: true, characterData: true });

  const counts = new Map(cards.map(ts => [ts, shown(ts)])), began = performance.now(), total = perSecond * seconds;
  const pause = ms => new Promise(done => setTimeout(done, ms));
  for (let n = 0; n < total; n++) {
    await pause(Math.max(0, began + n * 1000 / perSecond - performance.now()));
    const ts = cards[n % cards.length];
    counts.set(ts, counts.get(ts) + 1);
    waiting.get(ts).push({ number: counts.get(ts), at: performance.now() });
    document.querySelector(`#pane article[data-ts="${ts}"] [data-action="count.up"]`).click();
    if (n % 10 === 0) fetch('/page/mark.svg?' + n).then(answer => answer.text());
  }
  const took = (performance.now() - began) / 1000;
  for (let n = 0; n < 100 && updated.length < total; n++) await pause(100);
  return { acked, updated, bare, pressed: total, took, right: cards.filter(ts => shown(ts) === counts.get(ts)).length, cards: cards.length };
}
