// The find box: how many match, and a walk from one to the next.
export class Finder {
  constructor(box, { nodes, visit, emphasise }) {
    Object.assign(this, { box, nodes, visit, emphasise, matches: [], place: 0 });
    this.input = box.querySelector('input');
    this.count = box.querySelector('output');
    this.input.addEventListener('input', () => this.search());
    this.input.addEventListener('keydown', (event) => this.key(event));
    box.querySelector('[data-previous]').addEventListener('click', () => this.step(-1));
    box.querySelector('[data-next]').addEventListener('click', () => this.step(1));
  }

  search() {
    const text = this.input.value.trim().toLowerCase();
    const has = (value) => (value ?? '').toLowerCase().includes(text);
    this.matches = text ? this.nodes().filter((node) => !node.more_of && !node.hidden && (has(node.label) || has(node.sub))) : [];
    this.place = 0;
    this.emphasise(text ? new Set(this.matches.map((node) => node.id)) : null);
    this.tell(text);
  }

  step(by) {
    if (!this.matches.length) return;
    this.place = (this.place + by + this.matches.length) % this.matches.length;
    this.visit(this.matches[this.place]);
    this.tell(this.input.value);
  }

  tell(text) {
    this.count.textContent = text ? `${this.matches.length ? this.place + 1 : 0}/${this.matches.length}` : '';
    this.box.querySelectorAll('button').forEach((button) => { button.disabled = !this.matches.length; });
  }

  key(event) {
    if (event.key === 'Escape') {
      this.input.value = '';
      this.search();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (this.started === this.input.value) this.step(event.shiftKey ? -1 : 1);
      else this.step(0);
      this.started = this.input.value;
    }
  }
}
