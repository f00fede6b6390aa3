// The one search box: / and Ctrl/Cmd-K reach it from everywhere; the listbox under it follows the ARIA combobox pattern.
const TYPES_TEXT = 'input, textarea, select, [contenteditable]';

export function startSearch() {
  const box = document.querySelector('[data-searchbox]');
  if (!box) return;
  const input = box.querySelector('input');
  document.addEventListener('keydown', (event) => {
    if (!isShortcut(event)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  const list = box.querySelector('[role=listbox]');
  if (list) suggest(input, list);
}

function isShortcut(event) {
  const typing = event.target instanceof Element && event.target.closest(TYPES_TEXT);
  const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  return command || (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey);
}

function suggest(input, list) {
  let chosen = -1;
  const options = () => [...list.querySelectorAll('[role=option]')];

  function show(open) {
    list.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
    if (!open) choose(-1);
  }

  function choose(index) {
    const all = options();
    chosen = all.length ? (index + all.length) % all.length : -1;
    if (index < 0 && list.hidden) chosen = -1;
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    if (chosen < 0) return input.removeAttribute('aria-activedescendant');
    input.setAttribute('aria-activedescendant', all[chosen].id);
    all[chosen].scrollIntoView({ block: 'nearest' });
  }

  const keys = {
    ArrowDown: () => { show(true); choose(chosen + 1); },
    ArrowUp: () => choose(chosen < 0 ? options().length - 1 : chosen - 1),
    Escape: () => show(false),
  };

  list.addEventListener('htmx:beforeSwap', (event) => { event.detail.shouldSwap &&= input.value.trim() !== ''; });
  list.addEventListener('htmx:afterSwap', () => { show(document.activeElement === input); chosen = -1; });
  input.addEventListener('htmx:beforeRequest', (event) => { if (!input.value.trim()) event.preventDefault(); });
  input.addEventListener('input', () => { if (!input.value.trim()) show(false); });
  input.addEventListener('focus', () => { if (options().length && input.value.trim()) show(true); });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (keys[event.key] && (event.key !== 'Escape' || !list.hidden)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  document.addEventListener('click', (event) => { if (!event.target.closest('[data-searchbox]')) show(false); });
  input.addEventListener('blur', () => setTimeout(() => { if (!list.contains(document.activeElement)) show(false); }, 150));
}
