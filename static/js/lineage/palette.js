// The tokens of the style sheet and the icons of the sprite, in the form that a canvas understands.
const TOKENS = ['bg', 'panel', 'sunken', 'line', 'line-strong', 'control', 'ink', 'dim', 'accent', 'accent-ink', 'accent-soft', 'focus', 'ok', 'warn',
  'bad', 'kind-data', 'kind-flow', 'kind-ml', 'kind-use', 'kind-place'];
const icons = new Map();
let colours = null;

export function palette() {
  colours ??= readTokens();
  return colours;
}

export function onThemeChange(restyle) {
  const forget = () => { colours = null; restyle(); };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);
  new MutationObserver(forget).observe(document.documentElement, { attributeFilter: ['class'] });
}

// A computed colour is the only one that has resolved light-dark(). A transition would still show the last one.
function readTokens() {
  const probe = document.createElement('i');
  probe.style.transition = 'none';
  document.body.append(probe);
  const found = {};
  for (const token of TOKENS) {
    probe.style.color = `var(--${token})`;
    found[token] = getComputedStyle(probe).color;
  }
  found.font = getComputedStyle(document.body).fontFamily;
  probe.remove();
  return found;
}

export function iconPath(name) {
  if (!icons.has(name)) {
    const path = document.querySelector(`#i-${CSS.escape(name)} path`) ?? document.querySelector('#i-info path');
    icons.set(name, new Path2D(path.getAttribute('d')));
  }
  return icons.get(name);
}
