/**
 * The only script: takes the page anew every 20 seconds and puts it where the old one was, so that nothing scrolls and what is
 * unfolded stays so. Where that fails the page says how old it is. Without scripts it stands still, and is as good.
 */
export const refreshScript = `'use strict';
(() => {
  const every = 20000;
  const opened = (within) => [...within.querySelectorAll('details[open][id]')].map(({ id }) => id);
  async function refresh() {
    if (document.hidden || String(getSelection()) !== '') return;
    const said = document.getElementById('refreshed');
    try {
      const response = await fetch(location.href, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
      if (!response.ok) throw new Error(String(response.status));
      const next = new DOMParser().parseFromString(await response.text(), 'text/html');
      const [from, to] = [next.getElementById('main'), document.getElementById('main')];
      if (from === null || to === null) throw new Error('no page');
      if (to.contains(document.activeElement) && document.activeElement.matches('select, button')) return;
      for (const id of opened(to)) from.querySelector('details#' + CSS.escape(id))?.setAttribute('open', '');
      document.title = next.title;
      to.replaceWith(document.adoptNode(from));
    } catch (error) {
      if (said) said.textContent = 'and not refreshed since (' + error.message + ')';
    }
  }
  setInterval(refresh, every);
  document.addEventListener('visibilitychange', refresh);
})();
`;
