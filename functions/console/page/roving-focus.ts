/** The part that Tab reaches; arrow keys go on from there. */
let current: string | undefined;

function partsIn(drawing: Element): readonly SVGElement[] {
  return [...drawing.querySelectorAll<SVGElement>('.part')];
}

/** One part is reached by Tab: the one that had the focus last. */
export function makeReachable(drawing: Element): void {
  const parts = partsIn(drawing);
  const reached = parts.find((each) => each.getAttribute('data-key') === current) ?? parts[0];
  reached?.setAttribute('tabindex', '0');
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrow keys, Home and End go from part to part. */
export function moveFocus(event: Event): void {
  const { currentTarget: drawing, target } = event;
  if (!(event instanceof KeyboardEvent) || !(drawing instanceof Element) || !(target instanceof SVGElement)) return;
  const parts = partsIn(drawing);
  const at = parts.indexOf(target);
  const step = steps[event.key];
  const next = event.key === 'Home' ? 0 : event.key === 'End' ? parts.length - 1 : step === undefined ? -1 : at + step;
  const wanted = parts[next];
  if (at < 0 || wanted === undefined) return;
  event.preventDefault();
  target.setAttribute('tabindex', '-1');
  wanted.setAttribute('tabindex', '0');
  current = wanted.getAttribute('data-key') ?? undefined;
  wanted.focus();
}
