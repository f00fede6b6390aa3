// Lists and tabs: "select all" boxes with their count, and buttons that copy a text.
import { toast } from './toasts.js';

const WIDE = matchMedia('(min-width: 761px)');

export function startLists() {
  document.querySelectorAll('details.fold').forEach((fold) => { fold.open = WIDE.matches; });
  document.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  document.querySelectorAll('[data-select-all]').forEach((all) => count(all.form ?? document, all));
  document.addEventListener('change', (event) => {
    const form = event.target.form ?? document;
    if (event.target.dataset.selectAll) {
      boxes(form, event.target.dataset.selectAll).forEach((box) => { box.checked = event.target.checked; });
    }
    form.querySelectorAll('[data-select-all]').forEach((all) => count(form, all));
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button) copy(document.querySelector(button.dataset.copy));
  });
}

const boxes = (form, name) => [...form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];

function count(form, all) {
  const every = boxes(form, all.dataset.selectAll);
  const chosen = every.filter((box) => box.checked).length;
  all.checked = chosen > 0 && chosen === every.length;
  all.indeterminate = chosen > 0 && chosen < every.length;
  form.querySelectorAll('[data-selected-count]').forEach((place) => { place.textContent = String(chosen); });
  form.querySelectorAll('[data-needs-selection]').forEach((button) => { button.disabled = chosen === 0; });
}

async function copy(source) {
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    toast('Copied.', 'success');
  } catch {
    getSelection().selectAllChildren(source);
    toast('Selected: press Ctrl-C to copy.');
  }
}
