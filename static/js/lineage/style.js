// How Cytoscape draws borders and edges. Shape says the family, dashes say absence: colour never speaks alone.
import { WIDTH } from './graph.js';

export const style = (ink) => [
  { selector: 'node', style: {
    shape: 'round-rectangle', 'corner-radius': 8, width: WIDTH, height: 'data(h)', 'background-color': ink.panel, 'border-width': 1,
    'border-color': ink.control, 'overlay-opacity': 0, 'transition-duration': 0 } },
  { selector: 'node.flow', style: { 'corner-radius': 24, 'background-color': ink.sunken } },
  { selector: 'node.ml', style: { shape: 'cut-rectangle', 'corner-radius': 9 } },
  { selector: 'node.hidden', style: { 'border-style': 'dashed', 'background-color': ink.sunken } },
  { selector: 'node.removed', style: { 'border-style': 'dotted', 'border-width': 1.5, 'background-color': ink.bg } },
  { selector: 'node.more', style: { 'border-style': 'dashed', 'background-color': ink.bg } },
  { selector: 'node.root', style: { 'border-width': 2.5, 'border-color': ink.accent, 'background-color': ink['accent-soft'] } },
  { selector: 'edge', style: {
    width: 1.5, 'line-color': ink.control, 'target-arrow-color': ink.control, 'target-arrow-shape': 'triangle', 'arrow-scale': 0.85,
    'curve-style': 'unbundled-bezier', 'edge-distances': 'endpoints', 'control-point-weights': 'data(weights)',
    'control-point-distances': 'data(distances)', 'source-endpoint': 'data(out)', 'target-endpoint': 'data(into)',
    'overlay-opacity': 0 } },
  { selector: 'edge.view', style: { 'line-style': 'dashed', 'line-dash-pattern': [7, 4] } },
  { selector: 'edge.model', style: { 'line-style': 'dashed', 'line-dash-pattern': [2, 4], 'line-cap': 'round' } },
  { selector: 'edge.manual', style: { 'line-style': 'dashed', 'line-dash-pattern': [12, 3, 2, 3] } },
  { selector: 'edge.more', style: { 'line-style': 'dashed', 'line-dash-pattern': [3, 5], 'target-arrow-shape': 'none' } },
  { selector: 'edge.hot', style: { width: 2.5, 'line-color': ink.accent, 'target-arrow-color': ink.accent, 'z-index': 9 } },
  { selector: 'node.chosen', style: { 'border-width': 2.5, 'border-color': ink.focus } },
  { selector: 'node.faded', style: { opacity: 0.35 } },
  { selector: 'edge.faded', style: { opacity: 0.16 } },
  { selector: ':active', style: { 'overlay-opacity': 0 } },
];
