// The builder of queries has three rows without this; with it, as many as one wants.
export function startBuilder() {
  for (const form of document.querySelectorAll('[data-builder]')) {
    const add = form.querySelector('[data-add-row]');
    add.hidden = false;
    add.addEventListener('click', () => addRow(form));
  }
}

function addRow(form) {
  const rows = form.querySelectorAll('[data-row]');
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  row.querySelector('legend').textContent = `Condition ${rows.length + 1}`;
  row.querySelector('input').value = '';
  last.after(row);
  row.querySelector('select').focus();
}
