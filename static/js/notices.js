// A notice that is opened is read. Without this file, its button still marks it.
const { 'X-CSRFToken': token } = JSON.parse(document.body.getAttribute('hx-headers') ?? '{}');
const how = { method: 'POST', headers: { 'X-CSRFToken': token }, redirect: 'manual', keepalive: true };

async function open(event) {
  const link = event.target.closest('[data-read] a');
  if (!link || event.button > 1) return;
  const marked = fetch(link.closest('[data-read]').dataset.read, how).catch(() => {});
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // a tab of its own
  event.preventDefault();
  await marked;
  location.assign(link.href);
}

document.addEventListener('click', open);
document.addEventListener('auxclick', open);
