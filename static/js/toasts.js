// Short answers in the corner. They leave after ten seconds unless they are errors, or the reader is on them.
import { icon, make } from './drawing.js';

const STAYS = 10_000;
const ICONS = { success: 'check', warning: 'warn', error: 'warn' };

export function startToasts() {
  const list = document.getElementById('toasts');
  if (!list) return;
  list.querySelectorAll('.toast').forEach(expire);
  list.addEventListener('click', (event) => { if (event.target.closest('[data-dismiss]')) event.target.closest('.toast').remove(); });
  document.body.addEventListener('toast', (event) => toast(event.detail.text, event.detail.level));
  document.body.addEventListener('htmx:responseError', (event) => toast(failure(event.detail.xhr.status), 'error'));
  document.body.addEventListener('htmx:sendError', () => toast('The portal does not answer. Is the network up?', 'error'));
}

export function toast(text, level = 'info') {
  const item = make('div.toast', {}, icon(ICONS[level] ?? 'info'), make('span', {}, text),
    make('button', { type: 'button', 'data-dismiss': true, 'aria-label': 'Dismiss' }, icon('cross')));
  item.classList.add(level);
  document.getElementById('toasts').append(item);
  expire(item);
}

function expire(item) {
  if (item.classList.contains('error')) return;
  const leave = () => (item.matches(':hover, :focus-within') ? setTimeout(leave, 2_000) : item.remove());
  setTimeout(leave, STAYS);
}

function failure(status) {
  if (status === 403) return 'Your roles do not include this, or the session has ended. Reload the page.';
  if (status === 404) return 'This is not there any more.';
  return `The portal could not do this (${status}).`;
}
