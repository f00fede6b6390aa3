// A step of a chain shows only the controls that its choices need; without this script it shows all.
const NEEDED = {
  role: (step) => value(step, 'who') === 'role',
  team: (step) => value(step, 'who') === 'team',
  people: (step) => value(step, 'who') === 'people',
  then: (step) => value(step, 'silence') === 'escalate',
  then_role: (step) => value(step, 'silence') === 'escalate' && value(step, 'then') === 'role',
};

const value = (step, name) => step.querySelector(`[data-field="${name}"] select`).value;

function show(step) {
  for (const [name, needed] of Object.entries(NEEDED)) step.querySelector(`[data-field="${name}"]`).hidden = !needed(step);
}

document.querySelectorAll('[data-step]').forEach((step) => {
  show(step);
  step.addEventListener('change', () => show(step));
});
