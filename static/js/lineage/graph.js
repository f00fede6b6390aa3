// Pure questions about the answer of the server: what is shown, what can be opened, which way leads to the root.
export const WIDTH = 220;
const FAMILIES = {
  table: 'data', view: 'data', file: 'data', topic: 'data', column: 'data', materialized_view: 'data', foreign_table: 'data', dataset: 'data',
  job: 'flow', pipeline: 'flow', query: 'flow', run: 'flow',
  model: 'ml', model_version: 'ml', feature: 'ml', training_set: 'ml', deployment: 'ml', prediction: 'ml',
  dashboard: 'use', report: 'use', chart: 'use', product: 'use',
};

export const family = (kind) => FAMILIES[kind] ?? 'place';
// Beside a hidden asset the number is not told.
export const rest = (node) => `${node.hidden_count?.toLocaleString('en') ?? ''} more ${node.dir === 'd' ? 'downstream' : 'upstream'}`.trim();
export const words = (name) => (name ? name[0].toUpperCase() + name.slice(1).replaceAll('_', ' ') : '');

// "+77 more" is a node of the answer; its link to the node that has them is ours.
export function withMoreLinks(graph) {
  const links = graph.nodes.filter((node) => node.more_of).map((node) => (node.dir === 'd'
    ? { s: node.more_of, t: node.id, jobs: [], kind: 'more' } : { s: node.id, t: node.more_of, jobs: [], kind: 'more' }));
  const known = new Set(graph.edges.map((edge) => `${edge.s}>${edge.t}`));
  return { ...graph, edges: [...graph.edges, ...links.filter((edge) => !known.has(`${edge.s}>${edge.t}`))] };
}

// Leave out what is only reachable through a closed direction. Walks away from the root, and back where a click asked for it.
export function prune(graph, closed, opened) {
  if (!closed.size) return graph;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const steps = neighbours(graph);
  const seen = new Set([graph.root]);
  const walk = [graph.root];
  while (walk.length) {
    const node = nodes.get(walk.pop());
    for (const direction of ['u', 'd']) {
      const outward = direction === 'd' ? node.hop >= 0 : node.hop <= 0;
      const key = node.id + direction;
      if (closed.has(key) || !(outward || opened.has(key))) continue;
      for (const next of steps[direction].get(node.id) ?? []) if (!seen.has(next)) { seen.add(next); walk.push(next); }
    }
  }
  const kept = (edge) => seen.has(edge.s) && seen.has(edge.t);
  return { ...graph, nodes: graph.nodes.filter((node) => seen.has(node.id)), edges: graph.edges.filter(kept) };
}

export function neighbours(graph) {
  const steps = { u: new Map(), d: new Map() };
  const add = (map, from, to) => { if (map.has(from)) map.get(from).push(to); else map.set(from, [to]); };
  for (const edge of graph.edges) { add(steps.d, edge.s, edge.t); add(steps.u, edge.t, edge.s); }
  return steps;
}

// The small buttons of a node: {u: {open, count} | null, d: …}. Open = a click closes; else a click shows `count` more.
export function buttons(whole, shown, opened) {
  const all = neighbours(whole);
  const visible = neighbours(shown);
  const found = new Map();
  for (const node of shown.nodes) {
    if (node.more_of) continue;
    const side = (direction) => button(node, direction, { all: all[direction], visible: visible[direction], opened });
    found.set(node.id, { u: side('u'), d: side('d') });
  }
  return found;
}

function button(node, direction, { all, visible, opened }) {
  const shown = (visible.get(node.id) ?? []).length;
  const away = (all.get(node.id) ?? []).length - shown;
  const outward = direction === 'd' ? node.hop >= 0 : node.hop <= 0;
  const closable = outward || opened.has(node.id + direction);
  if (node.open?.[direction] && shown && !away) return closable ? { open: true, count: shown } : null;
  const count = away + (away ? 0 : node.more?.[direction] ?? 0);
  return count ? { open: false, count: node.hidden ? '' : count } : null;
}

// Jobs by which each node hangs on its neighbour nearer the root.
export function via(graph) {
  const hops = new Map(graph.nodes.map((node) => [node.id, Math.abs(node.hop ?? 0)]));
  const found = new Map();
  for (const edge of graph.edges) {
    const [from, to] = [hops.get(edge.s), hops.get(edge.t)];
    const far = from > to ? edge.s : edge.t;
    if (from !== to) for (const job of edge.jobs ?? []) found.set(far, (found.get(far) ?? new Set()).add(job));
  }
  return found;
}

// A link in Cytoscape's terms: where it leaves and arrives, and two control points as weight along, distance off, the chord.
// Forwards it is a horizontal S; within a column it bends round the right-hand side; backwards it is the S in the mirror.
export function curve(source, target) {
  const columns = Math.sign(target.x - source.x);
  const out = columns < 0 ? -1 : 1;
  const into = columns > 0 ? -1 : 1;
  const chord = { x: target.x - source.x + ((into - out) * WIDTH) / 2, y: target.y - source.y };
  const square = chord.x ** 2 + chord.y ** 2 || 1;
  const reach = Math.max(Math.abs(chord.x) * 0.28, 46);
  const point = (along, x) => ({ weight: along + (x * chord.x) / square, distance: (-x * chord.y) / Math.sqrt(square) });
  const [first, second] = [point(0, out * reach), point(1, into * reach)];
  return {
    out: `${(out * WIDTH) / 2}px 0px`, into: `${(into * WIDTH) / 2}px 0px`,
    weights: [first.weight, second.weight], distances: [first.distance, second.distance],
  };
}
