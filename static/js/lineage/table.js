// The same content as a table, for everyone who does not see the canvas.
import { icon, make } from '../drawing.js';
import { rest, via, words } from './graph.js';

function rowsOf(graph) {
  const jobs = via(graph);
  const assets = graph.nodes.filter((node) => !node.more_of);
  const sorted = assets.sort((one, two) => one.hop - two.hop || one.y - two.y);
  return sorted.map((node) => ({ node, jobs: [...(jobs.get(node.id) ?? [])].join(', '), state: stateOf(node) }));
}

export function fillTable(body, graph, { locate, more }) {
  const names = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const unshown = graph.nodes.filter((node) => node.more_of);
  body.replaceChildren(...rowsOf(graph).map((row) => tableRow(row, graph.root, locate)), ...unshown.map((node) => moreRow(node, names.get(node.more_of), more)));
}

function stateOf(node) {
  if (node.removed) return 'removed';
  const quality = { fail: 'a check fails', pass: 'checks pass' }[node.quality];
  return [node.status && node.status !== 'active' ? node.status : null, quality].filter(Boolean).join(', ');
}

function tableRow({ node, jobs, state }, root, onLocate) {
  const name = node.url ? make('a', { href: node.url }, node.label) : make('span.dim', {}, node.label);
  const locate = make('button.btn.ghost.small.square', { type: 'button', 'aria-label': `Show ${node.label} in the picture` }, icon('fit'));
  locate.addEventListener('click', () => onLocate(node.id));
  return make(node.removed ? 'tr.removed' : 'tr', {},
    make('td.num.tight', {}, node.id === root ? '0' : signed(node.hop)),
    make('td.name', {}, node.hidden ? icon('lock') : '', name, node.hidden ? make('a.small', { href: `/access/request/t/${node.id}/` }, ' Ask for access') : ''),
    make('td', {}, words(node.kind)),
    make('td', {}, node.sub ?? ''),
    make('td', {}, node.domain ?? ''),
    make('td', {}, jobs),
    make('td', {}, state),
    make('td.actions', {}, locate));
}

function moreRow(node, name, onMore) {
  const text = `${rest(node)} of ${name}`;
  const show = make('button.btn.small', { type: 'button', 'aria-label': `Show ${text}` }, 'Show');
  show.addEventListener('click', () => onMore(node));
  return make('tr', {}, make('td', {}), make('td.dim', { colspan: 6 }, `${text}, not shown`), make('td.actions', {}, show));
}

const signed = (hop) => (hop > 0 ? `+${hop}` : String(hop).replace('-', '−'));
