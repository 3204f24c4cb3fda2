import type { TryFault } from '../live-state.ts';
import { byId, el, show } from './element.ts';
import { post } from './post.ts';

/** The choice of node and fault, and the button. `faults` null: nothing may be broken here. */
export function showTry(faults: readonly TryFault[] | null): void {
  const section = byId('try');
  section.hidden = faults === null;
  if (faults === null) return;
  const nodes = [...new Set(faults.map(({ node }) => node))];
  const node = el('select', { id: 'try-node' }, ...nodes.map((name) => el('option', { value: name }, name)));
  const fault = el('select', { id: 'try-fault' });
  const story = el('p', { class: 'quiet', id: 'try-story' });
  const told = el('p', { role: 'status' });
  const chosen = () => faults.find((each) => each.name === fault.value);
  const tell = () => {
    story.textContent = chosen()?.story ?? '';
  };
  const list = () => {
    const own = faults.filter((each) => each.node === node.value);
    fault.replaceChildren(...own.map((each) => el('option', { value: each.name }, `${each.name} (${each.class})`)));
    tell();
  };
  node.addEventListener('change', list);
  fault.addEventListener('change', tell);
  const ask = async (path: string, body: unknown, done: string) => {
    told.textContent = '…';
    const { ok, body: answer } = await post(path, body);
    told.textContent = ok ? done : `Not done: ${answer.error}.`;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void ask('/api/drills', { fault: fault.value }, `${fault.value} on ${node.value}: broken, and the alert follows.`);
  };
  const form = el(
    'form',
    { submit },
    el('p', {}, el('label', {}, 'Node ', node), ' ', el('label', {}, 'Fault ', fault)),
    story,
    el(
      'p',
      { class: 'actions' },
      el('button', { type: 'submit', class: 'danger', 'aria-describedby': 'try-story' }, 'Break it'),
      el(
        'button',
        { type: 'button', click: () => void ask('/api/drills/clear', {}, 'Every fault is taken back.') },
        'Take every fault back',
      ),
    ),
    told,
  );
  list();
  show(byId('try-body'), form);
}
