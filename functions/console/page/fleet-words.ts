import { counted } from '../../../core/counted.ts';
import type { Rest } from './fleet-layout.ts';
import { healthWords, type NodeState, wayText } from './node-state.ts';
import { ago, wayWords } from './words.ts';

/** Everything that the drawing says of a node, for those who do not see it. */
export function nodeText(state: NodeState, now: number): string {
  const { node, inward, outward, failing } = state;
  const where = [
    node.site === null ? [] : [`site ${node.site}`],
    node.pool === null ? [] : [`pool ${node.pool}`],
  ].flat();
  const tunnel =
    node.hub === null
      ? []
      : [
          `From ${node.hub} to ${node.name}: ${wayText(inward, now)}.`,
          `From ${node.name} to ${node.hub}: ${wayText(outward, now)}.`,
        ];
  return [
    `${node.name}${where.length === 0 ? '' : `, ${where.join(', ')}`}: ${healthWords(state, now)}.`,
    ...tunnel,
    ...failing.map(
      ({ from, to, small, full, at }) =>
        `From ${from} to ${to}: small packets ${wayWords[small]}, full size ${wayWords[full]}, ${ago(at, now)}.`,
    ),
  ].join(' ');
}

/** `23 nodes: 2 pass, 21 not measured`. */
export function restText({ type, states }: Rest): string {
  if (type === 'sick') return `${counted(states.length, 'more sick node')}`;
  const passing = states.filter(({ health }) => health === 'passes').length;
  const cordoned = states.filter(({ node }) => node.cordoned).length;
  const parts = [
    ...(passing > 0 ? [`${passing} pass`] : []),
    ...(states.length > passing ? [`${states.length - passing} not measured`] : []),
    ...(cordoned > 0 ? [`${cordoned} cordoned`] : []),
  ];
  return `${counted(states.length, 'node')}: ${parts.join(', ')}`;
}

/** The whole fleet in a sentence. */
export function fleetText(states: readonly NodeState[]): string {
  const count = (health: NodeState['health']) => states.filter((state) => state.health === health).length;
  const parts = [
    [count('incident'), 'with an open incident'],
    [count('not-ready'), 'not Ready'],
    [count('loses'), 'lose packets without an incident'],
    [count('passes'), 'measured lately, and pass'],
    [count('unknown'), 'Ready, not measured lately'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${counted(states.length, 'node')}: ${told.join('; ')}`;
}
