// Naming people in a text: after @ a list of who may see the thing and whose name begins so. Arrow keys, Enter or Tab, Escape.
import { make } from './drawing.js';

const TYPED = /(?:^|[^\w@./+-])@([\w.@+-]*)$/;
const WAITS = 150;
let count = 0;

export function startMentions() {
  document.addEventListener('input', (event) => { if (event.target.dataset?.mentions) begin(event.target).look(); });
  document.body.addEventListener('htmx:afterSettle', showTarget);
}

// A discussion that came later than the page: go where the address points to.
function showTarget(event) {
  const wanted = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (wanted && event.target.contains(wanted)) wanted.scrollIntoView({ block: 'start' });
}

const begun = new WeakMap();

function begin(area) {
  if (!begun.has(area)) begun.set(area, suggest(area));
  return begun.get(area);
}

function suggest(area) {
  const list = make('div.people', { role: 'listbox', id: `people-${(count += 1)}`, 'aria-label': 'People', hidden: true });
  area.after(list);
  for (const [name, value] of [['autocomplete', 'list'], ['controls', list.id]]) area.setAttribute(`aria-${name}`, value);
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const options = () => [...list.children];
  const typed = () => TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];

  function close() {
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute('aria-activedescendant');
    chosen = -1;
  }

  function choose(index) {
    const all = options();
    chosen = (index + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    area.setAttribute('aria-activedescendant', all[chosen].id);
  }

  function take(name) {
    const start = area.selectionStart - typed().length;
    area.setRangeText(`${name} `, start, area.selectionStart, 'end');
    close();
    area.focus();
  }

  function show(people) {
    if (!people.length) return close();
    list.replaceChildren(...people.map((one, place) => make('div', { role: 'option', id: `${list.id}-${place}`, 'data-name': one.username },
      make('strong', {}, one.name), make('span.sub', {}, `@${one.username}`))));
    list.hidden = false;
    choose(0);
  }

  async function ask(name) {
    const turn = (asked += 1);
    const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(name)}`, { headers: { Accept: 'application/json' } });
    const people = answer.ok ? await answer.json() : [];
    if (turn === asked && typed() === name) show(people);
  }

  function look() {
    clearTimeout(timer);
    const name = typed();
    if (name === undefined) return close();
    timer = setTimeout(() => ask(name), WAITS);
  }

  const keys = {
    ArrowDown: () => choose(chosen + 1),
    ArrowUp: () => choose(chosen - 1),
    Enter: () => take(options()[chosen].dataset.name),
    Tab: () => take(options()[chosen].dataset.name),
    Escape: close,
  };

  area.addEventListener('keydown', (event) => {
    if (list.hidden || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[role=option]');
    if (option) take(option.dataset.name);
  });
  area.addEventListener('blur', close);
  return { look };
}
