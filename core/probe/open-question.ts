import type { HostReading } from '../evidence/evidence.ts';
import { type ProbeKind, parseProbeName } from '../evidence/probe-name.ts';

/** What the first probes leave open. `tunnel`: a direction was lost. `size`: small packets pass and full-size ones do not. */
export type OpenQuestion = 'none' | 'tunnel' | 'size';

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
  return lost('full') && passed('vtep') ? 'size' : 'none';
}

function answersAbout({ role, runs }: HostReading, node: string): readonly Answer[] {
  return runs.flatMap(({ probes }) =>
    probes.flatMap(({ name, received }) => {
      const parsed = parseProbeName(name);
      return parsed !== undefined && (role === 'node' || parsed.peer === node) ? [{ kind: parsed.kind, received }] : [];
    }),
  );
}
