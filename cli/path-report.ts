import { type FamilyPaths, isUnmeasured, type PathMatrix, type PathPair } from '../core/evidence/path-matrix.ts';
import { markOf, pathTable } from './path-table.ts';

const LEGEND = [
  'small      pings to the flannel device, the pods and their gateway over there',
  'full size  pings as large as the devices of the sender carry',
  'TCP        connections to the kubelet and to a pod; a firewall may refuse them',
  'ok         they come back',
  '7/10       so many came back: less than nine of ten',
  'long       too long on the way; the sender is told so, and sends smaller ones',
  'LOST       none came back; of small ones and TCP: of at least one kind',
  '-          not measured',
];

/** Who reaches whom, for a person. */
export function pathReport({ node, collectedAt, families, unread }: PathMatrix, colours: boolean): readonly string[] {
  const notRead = unread.map(({ host, reason }) => `${host} was not read: ${reason}`);
  if (families.length === 0) return [`${node}: no path was measured`, ...notRead];
  const time = new Date(collectedAt).toISOString().slice(0, 19).replace('T', ' ');
  return [
    `${node}: who reaches whom, measured ${time} UTC`,
    ...families.flatMap((family) => ['', ...familyReport(family, { named: families.length > 1, colours, width: 80 })]),
    ...(notRead.length === 0 ? [] : ['', ...notRead]),
    '',
    ...LEGEND,
  ];
}

/** Of one family: the pods' network as a table, and the tunnels below it. `width`: the longest line of the table. */
export function familyReport(
  { family, pairs }: FamilyPaths,
  { named, ...layout }: { readonly named: boolean; readonly colours: boolean; readonly width: number },
): readonly string[] {
  const measured = pairs.filter((pair) => !isUnmeasured(pair));
  const what = `${named ? `${family === 'ipv4' ? 'IPv4' : 'IPv6'}, ` : ''}pods' network`;
  return [
    ...(measured.length === 0 ? [`${what}: not measured`] : pathTable(what, measured, layout)),
    ...tunnelLines(pairs),
  ];
}

/** The way below the pods' network: how many pass, and which do not. */
function tunnelLines(pairs: readonly PathPair[]): readonly string[] {
  const measured = pairs.filter(({ tunnel }) => tunnel !== null);
  const bad = measured.filter(({ tunnel }) => tunnel?.state !== 'passed');
  if (measured.length === 0) return ['the tunnels below it: not measured'];
  if (bad.length === 0) return [`the tunnels below it: all ${measured.length} measured directions pass`];
  return [
    `the tunnels below it: ${measured.length - bad.length} of ${measured.length} measured directions pass; not`,
    ...bad.map(({ from, to, tunnel }) => `  ${from} → ${to}: ${markOf(tunnel)}`),
  ];
}
