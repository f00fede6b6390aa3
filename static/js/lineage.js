// The lineage page: state in the address, one request per action, picture and table from the same answer.
import { make } from './drawing.js';
import { toast } from './toasts.js';
import { buttons, prune, rest, withMoreLinks } from './lineage/graph.js';
import { Finder } from './lineage/find.js';
import { listenToKeys } from './lineage/keys.js';
import { Panel } from './lineage/panel.js';
import { Stage } from './lineage/stage.js';
import { close, open, readState, pageQuery, rememberState, serverQuery, showMore } from './lineage/state.js';
import { fillTable } from './lineage/table.js';

const page = document.getElementById('lineage');
const element = document.getElementById('cy');
const live = document.getElementById('lineage-status');
const failure = document.getElementById('lineage-failure');
const state = readState(location.search);
const panel = new Panel(document.getElementById('lineage-panel'), { root: makeRoot, toggle, close: clear });
let stage = null;
let whole = null; // what the server sent
let shown = null; // without what is closed
let pairs = new Map(); // the small buttons of each node
let chosen = null;
let request = null;

const byId = (id) => shown.nodes.find((node) => node.id === id);
const say = (text) => { live.textContent = text; };

async function load(pin = null) {
  request?.abort();
  request = new AbortController();
  page.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(`${page.dataset.elements}?${serverQuery(state)}`, { ...keeping(pin), signal: request.signal });
    if (!answer.ok) throw new Error(await reason(answer));
    whole = withMoreLinks(await answer.json());
    failure.hidden = true;
    render(pin);
  } catch (error) {
    if (error.name !== 'AbortError') fail(error.message);
  }
  page.removeAttribute('aria-busy');
}

// With a pin, the server is told where the known nodes stand, and keeps them there.
function keeping(pin) {
  if (!pin || !whole) return {};
  const y = Object.fromEntries(whole.nodes.map((node) => [node.id, node.y]));
  const { 'X-CSRFToken': token } = JSON.parse(document.body.getAttribute('hx-headers') ?? '{}');
  return { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token }, body: JSON.stringify({ y, pin }) };
}

async function reason(answer) {
  try {
    const problem = await answer.json();
    return problem.detail ?? problem.title ?? String(answer.status);
  } catch {
    return `the portal answered ${answer.status}`;
  }
}

function fail(message) {
  failure.querySelector('[data-reason]').textContent = message;
  failure.hidden = false;
  say(`The graph could not be fetched: ${message}`);
}

function render(pin) {
  shown = prune(whole, state.closed, state.opened);
  pairs = buttons(whole, shown, state.opened);
  fillTable(document.getElementById('lineage-rows'), shown, { locate, more: activate });
  rememberState(state);
  document.getElementById('lineage-csv').href = `${location.pathname}?${serverQuery(state)}&format=csv`;
  if (stage) {
    stage.show(shown, pairs, pin);
    if (!pin) stage.open(shown.root);
  }
  if (chosen && byId(chosen)) stage?.highlight(chosen);
  else if (chosen) clear();
  if (finder.input.value) finder.search();
  say(summary());
  page.dataset.ready = String(Number(page.dataset.ready ?? 0) + 1);
}

function summary() {
  const assets = shown.nodes.filter((node) => !node.more_of).length;
  const links = shown.edges.filter((edge) => edge.kind !== 'more').length;
  if (assets === 1) return 'Nothing is known to flow into this asset or out of it.';
  return `${assets} assets, ${links} link${links === 1 ? '' : 's'} shown${whole.truncated ? ': cut at the limit, lower the depth to see what is near' : ''}.`;
}

function choose(id) {
  const node = byId(id);
  if (!node) return;
  chosen = id;
  if (node.more_of) panel.close();
  else panel.showNode(node, shown.root, pairs.get(id));
  stage?.highlight(id);
  stage?.keepVisible(id);
  if (node.more_of) return say(`${rest(node)}, not shown: press Enter to show them.`);
  const links = shown.edges.filter((edge) => edge.kind !== 'more');
  say(`${node.label}: ${links.filter((edge) => edge.t === id).length} upstream, ${links.filter((edge) => edge.s === id).length} downstream shown.`);
}

function chooseEdge(edge) {
  chosen = null;
  stage.highlight(`${edge.s}>${edge.t}`);
  panel.showEdge(edge, new Map(shown.nodes.map((node) => [node.id, node.label])));
}

function clear() {
  chosen = null;
  panel.close();
  stage?.highlight(null);
  say(summary());
}

function toggle(node, direction, isOpen) {
  const before = new Set(state.opened);
  if (isOpen) close(state, node, direction);
  else open(state, node, direction);
  const asksServer = before.size !== state.opened.size;
  return asksServer ? load(node.id).then(() => refreshPanel(node.id)) : (render(node.id), refreshPanel(node.id));
}

function refreshPanel(id) {
  if (chosen === id && byId(id)) panel.showNode(byId(id), shown.root, pairs.get(id));
}

// Enter: the words about a node, or the neighbours that stand behind "+ more".
function read() {
  const node = chosen && byId(chosen);
  if (!node) return choose(shown.root);
  if (!node.more_of) return document.querySelector('#lineage-panel h2').focus();
  return activate(node).then(() => choose(node.more_of));
}

function toggleAll(id, wantOpen) {
  if (byId(id).more_of) return wantOpen && read();
  const pair = pairs.get(id);
  const open_ = ['u', 'd'].filter((direction) => pair?.[direction] && pair[direction].open === !wantOpen);
  if (!open_.length) return say(wantOpen ? 'Everything here is open.' : 'Nothing here to close.');
  open_.forEach((direction) => (wantOpen ? open : close)(state, byId(id), direction));
  return load(id).then(() => refreshPanel(id));
}

function tapped(event) {
  const hit = stage.buttonAt(event.position);
  if (hit) return toggle(hit.node, hit.direction, hit.open);
  if (event.target === stage.cy) return clear();
  if (event.target.isEdge()) return event.target.data('edge').kind === 'more' ? null : chooseEdge(event.target.data('edge'));
  return activate(byId(event.target.id()));
}

function activate(node) {
  if (!node.more_of) return choose(node.id);
  showMore(state, node);
  return load(node.more_of);
}

function doubleTapped(event) {
  const node = byId(event.target.id());
  if (node && !node.more_of && !stage.buttonAt(event.position)) makeRoot(node);
}

function makeRoot(node) {
  if (!node.panel) return say('This cannot be the root.');
  return location.assign(`${node.panel.replace(/panel\/?$/, '')}?${pageQuery({ ...state, opened: [], closed: [], limits: [] })}`);
}

function locate(id) {
  if (!stage) return;
  page.scrollIntoView({ block: 'start' });
  choose(id);
  stage.cy.center(stage.node(id));
  element.focus({ preventScroll: true });
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const finder = new Finder(document.getElementById('find-box'), {
  nodes: () => shown?.nodes ?? [],
  emphasise: (ids) => stage?.emphasise(ids),
  visit: (node) => stage?.cy.animate({ center: { eles: stage.node(node.id) }, zoom: Math.max(stage.cy.zoom(), 0.8), duration: calm() ? 0 : 160 }),
});
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

const clicks = {
  fit: () => stage?.fit(),
  'zoom-in': () => stage?.zoomBy(1.25),
  'zoom-out': () => stage?.zoomBy(0.8),
  png: async () => save(await stage.picture(), `lineage-${page.dataset.name}.png`),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : page.requestFullscreen()),
  retry: () => load(),
};

function wireTools() {
  for (const [name, value] of Object.entries({ up: state.up, down: state.down, at: state.at })) document.getElementById(name).value = String(value);
  for (const name of ['jobs', 'removed']) document.getElementById(name).checked = state[name];
  page.addEventListener('change', (event) => {
    const { id } = event.target;
    if (id === 'up' || id === 'down') state[id] = Number(event.target.value);
    else if (id === 'jobs' || id === 'removed') state[id] = event.target.checked;
    else if (id === 'at') state.at = event.target.value;
    else return;
    state.closed.clear();
    load();
  });
  page.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button && (shown || button.dataset.do === 'retry')) clicks[button.dataset.do]();
  });
}

async function start() {
  wireTools();
  try {
    const { default: cytoscape } = await import('../vendor/cytoscape/cytoscape.esm.min.mjs');
    stage = new Stage(cytoscape, element);
    stage.cy.on('tap', tapped);
    stage.cy.on('dbltap', 'node', doubleTapped);
    listenToKeys(element, stage, {
      clear, fit: () => stage.fit(), chosen: () => chosen, choose, chooseRoot: () => choose(shown.root),
      openAll: () => chosen && toggleAll(chosen, true), closeAll: () => chosen && toggleAll(chosen, false),
      read,
    });
  } catch {
    element.closest('.stage').hidden = true;
    toast('The picture cannot be drawn in this browser: the table below says the same.', 'warning');
  }
  await load();
}

start();
