/* Keys in lists: one stop for Tab, arrows inside. */

/* The messages of a list: arrows go through them, Enter opens the thread, letters do what the toolbar does.
   `deeds` has a function by key, called with the article. */
export function roveMessages(host, deeds) {
  const all = () => [...host.querySelectorAll('article')];
  const target = () => host.querySelector('article[tabindex="0"]') || all().pop();
  const stop = article => {
    host.querySelectorAll('article[tabindex="0"]').forEach(node => {
      node.tabIndex = -1;
    });
    article.tabIndex = 0;
  };
  host.addEventListener('focusin', event => {
    const article = event.target.closest('article');
    if (article) stop(article);
  });
  host.addEventListener('keydown', event => {
    const article = event.target.closest('article');
    if (!article || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target !== article) {
      if (event.key === 'Escape') article.focus();
      return;
    }
    const list = all();
    const at = list.indexOf(article);
    const next = { ArrowUp: list[at - 1], ArrowDown: list[at + 1], Home: list[0], End: list[list.length - 1] }[event.key];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: 'nearest' });
    } else if (deeds[event.key]) deeds[event.key](article);
    else if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
  });
  /* Something in the list must be reachable with Tab, however the list has changed. */
  return {
    refresh() {
      if (host.querySelector('article[tabindex="0"]')) return;
      const last = target();
      if (last) last.tabIndex = 0;
    },
    focus() {
      const article = target();
      if (article) article.focus();
      return !!article;
    },
  };
}

/* Plain lists of buttons: the arrows, Home and End go from one to the next; only the current one is a stop for Tab. */
export function roveButtons(host, chosen = '[aria-current=true]') {
  const all = () => [...host.querySelectorAll('button:not([disabled])')].filter(button => button.offsetParent);
  host.addEventListener('keydown', event => {
    const list = all();
    const at = list.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    list[(to + list.length) % list.length].focus();
  });
  host.addEventListener('focusin', event => {
    if (!event.target.matches('button')) return;
    all().forEach(button => {
      button.tabIndex = button === event.target ? 0 : -1;
    });
  });
  return () => {
    const list = all();
    const focused = list.includes(document.activeElement) && document.activeElement;
    const stop = focused || host.querySelector(chosen) || list[0];
    list.forEach(button => {
      button.tabIndex = button === stop ? 0 : -1;
    });
  };
}
