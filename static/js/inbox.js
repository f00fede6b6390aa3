// The inbox: the list on the left, what is chosen on the right, and keys. The line that is chosen leads to its page,
// and on a narrow screen every line does.
const WIDE = matchMedia('(min-width: 1001px)');
const TYPES_TEXT = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
const STORED = 'inbox-keys';

const place = document.querySelector('[data-inbox]');
const beside = document.getElementById('beside');

function start() {
  const help = document.querySelector('[data-inbox-keys]');
  const on = document.querySelector('[data-inbox-keys-on]');
  help.hidden = false;
  on.checked = localStorage.getItem(STORED) !== 'off';
  on.addEventListener('change', () => localStorage.setItem(STORED, on.checked ? 'on' : 'off'));
  fit();
  WIDE.addEventListener('change', fit);
  place.addEventListener('click', (event) => {
    const link = event.target.closest('[data-beside]');
    if (!link || link === current() || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link);
  });
  document.addEventListener('keydown', (event) => { if (on.checked) press(event); });
}

function fit() {
  place.classList.toggle('wide', WIDE.matches);
  beside.hidden = !WIDE.matches;
  const first = links()[0];
  if (WIDE.matches && first && !current()) show(first);
}

const links = () => [...place.querySelectorAll('[data-wait] a')];
const current = () => place.querySelector('[data-wait] a[aria-current]');

function show(link) {
  current()?.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
  if (!link.dataset.beside) return beside.replaceChildren();
  const mark = link.dataset.beside.includes('?') ? '&' : '?';
  const asked = location.search ? `${mark}${location.search.slice(1)}` : '';
  htmx.ajax('GET', `${link.dataset.beside}${asked}`, { target: '#beside', swap: 'innerHTML' });
}

function move(step) {
  const all = links();
  const at = all.indexOf(current() ?? document.activeElement);
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  if (!next || next === current()) return;
  if (WIDE.matches) show(next);
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => at()?.closest('[data-wait]').querySelector('input[type=checkbox]:enabled')?.click(),
  a: () => beside.querySelector('[data-inbox-approve]')?.focus(),
  r: () => (beside.querySelector('textarea') ?? place.querySelector('input[name=reason]'))?.focus(),
  '?': () => document.getElementById('inbox-keys').showModal(),
};

const at = () => current() ?? links().find((link) => link === document.activeElement);

function press(event) {
  const busy = event.target instanceof Element && event.target.closest(`${TYPES_TEXT}, dialog`);
  const act = KEYS[event.key];
  if (!act || busy || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

if (place) start();
