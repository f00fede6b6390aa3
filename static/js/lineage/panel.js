// The side panel: what is chosen, what can be done with it, and the server's own words about it.
import { icon, make } from '../drawing.js';

export class Panel {
  constructor(element, actions) {
    this.element = element;
    this.actions = actions;
    this.request = null;
  }

  close() {
    this.request?.abort();
    this.element.hidden = true;
  }

  showNode(node, root, pair) {
    this.render(node.label, [
      node.url && make('a.btn.small', { href: node.url }, 'Open'),
      node.hidden && make('a.btn.small.primary', { href: `/access/request/t/${node.id}/` }, 'Ask for access'),
      node.panel && node.id !== root && this.button('Make root', () => this.actions.root(node)),
      ...['u', 'd'].map((direction) => pair?.[direction] && this.toggler(node, direction, pair[direction])),
    ]);
    if (node.panel) return this.load(node.panel);
    const reason = node.hidden ? 'A policy hides this asset from you. You see that it is there, because leaving it out would show a wrong picture.'
      : 'There is no page about this.';
    return this.body.append(make('p.dim', {}, reason));
  }

  showEdge(edge, names) {
    this.render('Link', []);
    const facts = [['From', names.get(edge.s)], ['To', names.get(edge.t)], ['Kind', edge.kind || '–'], ['Jobs', (edge.jobs ?? []).join(', ') || '–']];
    this.body.append(make('dl.facts', {}, ...facts.map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value)))));
  }

  render(title, buttons) {
    this.request?.abort();
    const close = make('button.btn.ghost.small.square', { type: 'button', 'aria-label': 'Close the panel' }, icon('cross'));
    close.addEventListener('click', () => this.actions.close());
    this.body = make('div.body.stack');
    this.element.replaceChildren(
      make('header', {}, make('h2', { tabindex: '-1' }, title), close),
      make('div.panel-actions', {}, ...buttons.filter(Boolean)), this.body);
    this.element.hidden = false;
  }

  button(text, act) {
    const button = make('button.btn.small', { type: 'button' }, text);
    button.addEventListener('click', act);
    return button;
  }

  toggler(node, direction, state) {
    const side = direction === 'u' ? 'upstream' : 'downstream';
    return this.button(state.open ? `Hide ${side}` : ['Show', state.count, side].filter(Boolean).join(' '), () => this.actions.toggle(node, direction, state.open));
  }

  async load(url) {
    this.request = new AbortController();
    const { signal } = this.request;
    const { body } = this;
    body.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(url, { headers: { 'HX-Request': 'true' }, signal });
      if (!answer.ok) throw new Error(String(answer.status));
      body.innerHTML = await answer.text();
      globalThis.htmx?.process(body);
    } catch (error) {
      if (error.name !== 'AbortError') body.replaceChildren(make('p.error', {}, icon('warn'), 'What the portal knows about this could not be fetched.'));
    } finally {
      body.removeAttribute('aria-busy');
    }
  }
}
