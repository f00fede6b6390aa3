// The face of every node, painted on one canvas above Cytoscape's: crisp at any zoom, and much cheaper than elements.
import { WIDTH, family, words } from './graph.js';
import { iconPath, palette } from './palette.js';

const PILL = { width: 34, height: 20 };
const LEGIBLE = 5; // px; smaller writing is grey noise
const ICONS = { materialized_view: 'view', foreign_table: 'table', model_version: 'model', pipeline: 'job', query: 'job', run: 'play', dataset: 'table' };

export function paintCards(context, nodes, { zoom, buttons, faded }) {
  const ink = palette();
  for (const node of nodes) {
    context.globalAlpha = faded(node.id) ? 0.22 : 1;
    if (node.more_of) paintMore(context, node, ink);
    else paintCard(context, node, ink, zoom);
    const pair = zoom < 0.2 ? null : buttons.get(node.id); // specks help nobody
    if (pair?.u) paintButton(context, pillBox(node, 'u'), 'u', pair.u, ink);
    if (pair?.d) paintButton(context, pillBox(node, 'd'), 'd', pair.d, ink);
  }
  context.globalAlpha = 1;
}

// The buttons sit astride the lower half of the border, clear of the arrow that ends at its middle.
export function pillBox(node, direction) {
  const x = node.x + (direction === 'd' ? WIDTH / 2 : -WIDTH / 2) - PILL.width / 2;
  return { x, y: node.y + node.h / 2 - PILL.height + 3, ...PILL };
}

export function pillAt(nodes, buttons, point) {
  const hits = (box) => point.x >= box.x - 2 && point.x <= box.x + box.width + 2 && point.y >= box.y - 3 && point.y <= box.y + box.height + 3;
  for (const node of nodes) {
    const pair = buttons.get(node.id);
    for (const direction of ['u', 'd']) if (pair?.[direction] && hits(pillBox(node, direction))) return { node, direction, open: pair[direction].open };
  }
  return null;
}

function paintCard(context, node, ink, zoom) {
  const left = node.x - WIDTH / 2;
  const colour = node.hidden ? ink.dim : ink[`kind-${family(node.kind)}`];
  if (node.hidden) paintHatch(context, node, ink);
  paintTile(context, left + 10, node.y - 14, colour);
  paintIcon(context, node.hidden ? 'lock' : ICONS[node.kind] ?? node.kind, left + 16, node.y - 8, colour);
  if (zoom * 12 < LEGIBLE) return;
  const mark = markOf(node, ink);
  const room = WIDTH - 48 - (mark ? 30 : 12);
  context.textBaseline = 'alphabetic';
  context.fillStyle = node.hidden || node.removed ? ink.dim : ink.ink;
  context.font = `600 12.5px ${ink.font}`;
  const shown = fit(context, node.label, room);
  context.fillText(shown, left + 48, node.y - 3);
  if (node.removed) strike(context, left + 48, node.y - 7, context.measureText(shown).width);
  context.font = `11px ${ink.font}`;
  context.fillStyle = ink.dim;
  context.fillText(fit(context, subtitle(node), WIDTH - 60), left + 48, node.y + 13);
  if (mark) paintIcon(context, mark.icon, node.x + WIDTH / 2 - 25, node.y - 17, mark.colour, 14);
}

function subtitle(node) {
  if (node.hidden) return node.sub || 'Ask a steward for access';
  const state = node.removed ? 'removed' : node.status === 'deprecated' || node.status === 'archived' ? node.status : null;
  return [state, node.sub || words(node.kind)].filter(Boolean).join(' · ');
}

function markOf(node, ink) {
  if (node.quality === 'fail') return { icon: 'warn', colour: ink.bad };
  return node.quality === 'pass' ? { icon: 'check', colour: ink.ok } : null;
}

function paintMore(context, node, ink) {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = ink.ink;
  context.font = `600 12.5px ${ink.font}`;
  context.fillText(node.hidden_count === null ? 'More' : `+${node.hidden_count.toLocaleString('en')} more`, node.x, node.y);
  context.textAlign = 'start';
}

function paintButton(context, box, direction, state, ink) {
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, box.height / 2);
  context.fillStyle = state.open ? ink.panel : ink['accent-soft'];
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = state.open ? ink.control : ink.accent;
  context.stroke();
  const count = state.count > 99 ? '99+' : String(state.count);
  const text = state.open ? '−' : direction === 'u' ? `‹ ${count}` : `${count} ›`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 11.5px ${ink.font}`;
  context.fillStyle = state.open ? ink.dim : ink.accent;
  context.fillText(text, box.x + box.width / 2, box.y + box.height / 2 + 0.5);
  context.textAlign = 'start';
}

function paintTile(context, x, y, colour) {
  const before = context.globalAlpha;
  context.globalAlpha = before * 0.13;
  context.beginPath();
  context.roundRect(x, y, 28, 28, 7);
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = before;
}

function paintIcon(context, name, x, y, colour, size = 16) {
  context.save();
  context.translate(x, y);
  context.scale(size / 16, size / 16);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.stroke(iconPath(name));
  context.restore();
}

// What policy hides is hatched: its place is known, its content is not.
function paintHatch(context, node, ink) {
  context.save();
  context.beginPath();
  context.roundRect(node.x - WIDTH / 2, node.y - node.h / 2, WIDTH, node.h, 8);
  context.clip();
  context.beginPath();
  for (let x = node.x - WIDTH / 2 - node.h; x < node.x + WIDTH / 2; x += 9) {
    context.moveTo(x, node.y + node.h / 2);
    context.lineTo(x + node.h, node.y - node.h / 2);
  }
  context.strokeStyle = ink.line;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

function strike(context, x, y, width) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y);
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1;
  context.stroke();
}

function fit(context, text, room) {
  if (!text || context.measureText(text).width <= room) return text ?? '';
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
