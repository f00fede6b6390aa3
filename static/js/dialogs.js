// Native dialogs: data-open="#id" opens one, and so does a fragment that htmx puts into one; a form with data-confirm asks before it is sent; menus close again.
import { make } from './drawing.js';

export function startDialogs() {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open]');
    if (opener) document.querySelector(opener.dataset.open)?.showModal();
    if (event.target.closest('[data-close]')) event.target.closest('dialog')?.close();
    if (event.target.matches('dialog')) closeOutside(event);
    document.querySelectorAll('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.addEventListener('submit', confirmFirst, true);
  document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
    if (target.matches('dialog') && !target.open) target.showModal();
  });
}

// A click on the backdrop lands on the dialog itself, outside its box.
function closeOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

function confirmFirst(event) {
  const form = event.target;
  const asks = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!asks || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const action = event.submitter?.dataset.confirmAction ?? form.dataset.confirmAction ?? 'Yes, do it';
  const dialog = ask(asks, action);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue !== 'yes') return event.submitter?.focus();
    form.dataset.confirmed = '1';
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  });
}

function ask(question, action) {
  const dialog = make('dialog.dialog', { 'aria-labelledby': 'confirm-title' },
    make('form', { method: 'dialog' },
      make('header', {}, make('h2', { id: 'confirm-title' }, question)),
      make('div.form-actions', {},
        make('button.btn', { value: 'no', autofocus: true }, 'Cancel'),
        make('button.btn.primary.danger', { value: 'yes' }, action))));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
