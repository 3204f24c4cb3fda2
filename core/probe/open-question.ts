import { type HostReading, measuredBy } from '../evidence/evidence.ts';
import { type ProbeKind, parseProbeName } from '../evidence/probe-name.ts';

/**
 * What the first probes leave open. `tunnel`: a direction was lost. `endpoint`: flannel's own WireGuard carried nothing from the hub
 * to the node, and passed from the node to the hub. `size`: small packets pass and full-size ones do not.
 */
export type OpenQuestion = 'none' | 'tunnel' | 'endpoint' | 'size';

interface Answer {
  readonly kind: ProbeKind;
  readonly received: number;
}

/** Looks only at probes that the node sent or received: what is lost between others is no question about the node. */
export function openQuestion(readings: readonly HostReading[], node: string): OpenQuestion {
  const answers = readings.flatMap((reading) => answersAbout(reading, node));
  const lost = (kind: ProbeKind) => answers.some((answer) => answer.kind === kind && answer.received === 0);
  const passed = (kind: ProbeKind) => answers.some((answer) => answer.kind === kind && answer.received > 0);
  if (lost('underlay')) return 'tunnel';
  if (isOneWay(readings, node)) return 'endpoint';
  return lost('full') && passed('vtep') ? 'size' : 'none';
}

function isOneWay(readings: readonly HostReading[], node: string): boolean {
  const hub = readings.find(({ role }) => role === 'hub');
  const own = readings.find(({ role }) => role === 'node');
  if (hub === undefined || !measuredBy(hub)?.flannelWireGuard) return false;
  const received = (reading: HostReading | undefined, to: string) =>
    reading?.runs.flatMap(({ probes }) => probes).find(({ name, sent }) => name === `vtep-${to}` && sent > 0)?.received;
  return received(hub, node) === 0 && (received(own, hub.host) ?? 0) > 0;
}

function answersAbout({ role, runs }: HostReading, node: string): readonly Answer[] {
  return runs.flatMap(({ probes }) =>
    probes.flatMap(({ name, received }) => {
      const parsed = parseProbeName(name);
      return parsed !== undefined && (role === 'node' || parsed.peer === node) ? [{ kind: parsed.kind, received }] : [];
    }),
  );
}
