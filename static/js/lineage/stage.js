// The picture: Cytoscape for shapes, edges and gestures; our own canvas above it for the faces of the cards.
import { paintCards, pillAt } from './cards.js';
import { WIDTH, curve, family } from './graph.js';
import { onThemeChange, palette } from './palette.js';
import { style } from './style.js';

const MARGIN = 36;
const LEAST_ZOOM = 0.6; // below this the names cannot be read: better to show a part
const PICTURE_LIMIT = 8000; // px; browsers refuse larger canvases

export class Stage {
  constructor(cytoscape, element) {
    this.element = element;
    this.nodes = [];
    this.buttons = new Map();
    this.cy = cytoscape({ container: element, style: style(palette()), minZoom: 0.08, maxZoom: 2.5, boxSelectionEnabled: false, autoungrabify: true });
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'cards';
    this.canvas.setAttribute('aria-hidden', 'true');
    element.append(this.canvas);
    this.cy.on('render', () => this.paint());
    this.cy.on('mousemove', (event) => this.point(event));
    this.cy.on('resize', () => this.paint());
    onThemeChange(() => { this.cy.style(style(palette())); this.paint(); });
  }

  // Show a graph. With `pin`, that node stays on its pixel; else the whole is fitted.
  show(graph, buttons, pin) {
    const before = pin && this.node(pin).length ? this.node(pin).renderedPosition() : null;
    this.nodes = graph.nodes;
    this.buttons = buttons;
    this.cy.batch(() => this.replace(graph));
    if (!before) return this.fit(graph.root);
    const after = this.node(pin).renderedPosition();
    this.cy.panBy({ x: before.x - after.x, y: before.y - after.y });
  }

  replace(graph) {
    this.cy.elements().remove();
    const places = new Map(graph.nodes.map((node) => [node.id, node]));
    this.cy.add(graph.nodes.map((node) => ({
      data: { id: node.id, label: node.label, h: node.h }, position: { x: node.x, y: node.y }, classes: classes(node, graph.root),
    })));
    this.cy.add(graph.edges.map((edge) => {
      const id = `${edge.s}>${edge.t}`;
      return { data: { id, source: edge.s, target: edge.t, edge, ...curve(places.get(edge.s), places.get(edge.t)) }, classes: edge.kind };
    }));
  }

  fit(root) {
    this.cy.resize();
    this.cy.fit(undefined, MARGIN);
    const zoom = Math.min(1, this.cy.zoom());
    if (zoom === this.cy.zoom()) return;
    this.cy.zoom(zoom);
    this.cy.center();
    if (root) this.keepVisible(root);
  }

  // The first view: everything if it stays legible, else the root and what is around it.
  open(root) {
    this.fit(root);
    if (this.cy.zoom() >= LEAST_ZOOM) return;
    this.cy.zoom(LEAST_ZOOM);
    this.cy.center(this.node(root));
  }

  zoomBy(factor) {
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  node(id) {
    return this.cy.getElementById(id);
  }

  keepVisible(id) {
    this.cy.resize(); // the side panel may just have taken its room
    const { x, y } = this.node(id).renderedPosition();
    const reach = (WIDTH / 2) * this.cy.zoom();
    if (x < reach || y < 40 || x > this.cy.width() - reach || y > this.cy.height() - 40) this.cy.center(this.node(id));
  }

  // Mark one node or edge and the paths through it; the rest fades. null clears.
  highlight(id) {
    this.cy.elements().removeClass('faded hot chosen');
    const chosen = id === null ? this.cy.collection() : this.node(id);
    if (!chosen.length) return this.paint();
    const path = chosen.isNode() ? chosen.union(chosen.predecessors()).union(chosen.successors()) : chosen.union(chosen.connectedNodes());
    this.cy.elements().difference(path).addClass('faded');
    path.edges().addClass('hot');
    chosen.addClass('chosen');
    this.paint();
  }

  // Show only the found nodes in full colour.
  emphasise(ids) {
    this.cy.elements().removeClass('faded hot chosen');
    if (!ids) return this.paint();
    const found = this.cy.nodes().filter((node) => ids.has(node.id()));
    this.cy.elements().difference(found).addClass('faded');
    this.paint();
  }

  buttonAt(position) {
    return pillAt(this.nodes, this.buttons, position);
  }

  point(event) {
    const over = this.buttonAt(event.position) || event.target !== this.cy;
    this.element.classList.toggle('pointing', Boolean(over));
  }

  paint() {
    const ratio = devicePixelRatio;
    const [width, height] = [this.element.clientWidth * ratio, this.element.clientHeight * ratio].map(Math.round);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext('2d');
    const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(zoom * ratio, 0, 0, zoom * ratio, pan.x * ratio, pan.y * ratio);
    paintCards(context, this.inView(), this.look(zoom));
  }

  inView() {
    const view = this.cy.extent();
    const out = (node) => node.x + WIDTH < view.x1 || node.x - WIDTH > view.x2 || node.y + node.h < view.y1 || node.y - node.h > view.y2;
    return this.nodes.filter((node) => !out(node));
  }

  look(zoom) {
    return { zoom, buttons: this.buttons, faded: (id) => this.node(id).hasClass('faded') };
  }

  // One picture of both canvases, the whole graph, as a Blob.
  async picture() {
    const box = this.cy.elements().boundingBox();
    const scale = Math.min(2, PICTURE_LIMIT / Math.max(box.w, box.h));
    const core = await createImageBitmap(this.cy.png({ output: 'blob', full: true, scale, bg: palette().bg }));
    const canvas = document.createElement('canvas');
    const edge = 24 * scale;
    Object.assign(canvas, { width: core.width + 2 * edge, height: core.height + 2 * edge });
    const context = canvas.getContext('2d');
    context.fillStyle = palette().bg;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(core, edge, edge);
    context.setTransform(scale, 0, 0, scale, edge - box.x1 * scale, edge - box.y1 * scale);
    paintCards(context, this.nodes, this.look(scale));
    return new Promise((done) => { canvas.toBlob(done, 'image/png'); });
  }
}

function classes(node, root) {
  const is = { root: node.id === root, hidden: node.hidden, removed: node.removed, more: Boolean(node.more_of) };
  return [family(node.kind), ...Object.keys(is).filter((name) => is[name])].join(' ');
}
