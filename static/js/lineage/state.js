// What the reader has asked to see. It lives in the address, so that a link and the back button bring it back.
export const DEFAULT_LIMIT = 8;
export const STEP = 50;
export const MAX_DEPTH = 6;

const DAY = /^\d{4}-\d\d-\d\d$/;

const list = (text) => (text ?? '').split(',').filter(Boolean);
const depth = (text) => Math.min(MAX_DEPTH, Math.max(0, Number.parseInt(text ?? '1', 10) || 0));

export function readState(search) {
  const query = new URLSearchParams(search);
  return {
    up: depth(query.get('up')),
    down: depth(query.get('down')),
    opened: new Set(list(query.get('x'))),
    closed: new Set(list(query.get('c'))),
    limits: new Map(list(query.get('lim')).map((pair) => pair.split(':')).map(([key, count]) => [key, Number(count)])),
    jobs: query.get('jobs') === '1',
    removed: query.get('removed') === '1',
    at: DAY.test(query.get('at')) ? query.get('at') : '',
  };
}

// The part that the server needs; what is closed on the screen only is the client's own affair.
export function serverQuery(state) {
  const query = new URLSearchParams({
    up: state.up,
    down: state.down,
    x: [...state.opened].join(','),
    lim: [...state.limits].map(([key, count]) => `${key}:${count}`).join(','),
    jobs: Number(state.jobs),
    removed: Number(state.removed),
  });
  if (state.at) query.set('at', `${state.at} 23:59:59`); // the whole of that day, UTC
  return query;
}

export function pageQuery(state) {
  const query = serverQuery(state);
  query.set('at', state.at);
  query.set('c', [...state.closed].join(','));
  for (const [name, value] of [...query]) if (value === '' || (value === '0' && name !== 'up' && name !== 'down')) query.delete(name);
  return query;
}

export function rememberState(state) {
  history.replaceState(null, '', `${location.pathname}?${pageQuery(state)}`);
}

// Whether the depth alone, without a click, shows the neighbours of a node in this direction.
export function withinDepth(state, node, direction) {
  return direction === 'd' ? node.hop >= 0 && node.hop < state.down : node.hop <= 0 && -node.hop < state.up;
}

export function open(state, node, direction) {
  const key = node.id + direction;
  if (!state.closed.delete(key)) state.opened.add(key);
}

export function close(state, node, direction) {
  const key = node.id + direction;
  if (!state.opened.delete(key) || withinDepth(state, node, direction)) state.closed.add(key);
}

export function showMore(state, more) {
  const key = more.more_of + more.dir;
  state.limits.set(key, (state.limits.get(key) ?? DEFAULT_LIMIT) + STEP);
}
