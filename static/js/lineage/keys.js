// The picture without a mouse: arrows walk, + and − open and close, Enter reads, f fits, Esc lets go.
export function listenToKeys(element, stage, actions) {
  const simple = {
    Escape: actions.clear, f: actions.fit, '+': () => actions.openAll(), '=': () => actions.openAll(), '-': () => actions.closeAll(), Enter: actions.read,
  };
  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = simple[event.key] ?? (event.key.startsWith('Arrow') ? () => walk(stage, actions, event.key) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function walk(stage, actions, key) {
  const current = actions.chosen();
  if (!current) return actions.chooseRoot();
  const node = stage.node(current);
  const { x, y } = node.position();
  const next = candidates(stage, node, key, x, y);
  if (next.length) actions.choose(next.min((other) => Math.abs(other.position('y') - y)).ele.id());
}

function candidates(stage, node, key, x, y) {
  if (key === 'ArrowRight') return node.outgoers('node');
  if (key === 'ArrowLeft') return node.incomers('node');
  const sign = key === 'ArrowDown' ? 1 : -1;
  return stage.cy.nodes().filter((other) => Math.abs(other.position('x') - x) < 5 && (other.position('y') - y) * sign > 0);
}
