import type { IpFamily } from '../network/mtu.ts';
import { type Evidence, whyUnread } from './evidence.ts';
import { isDegraded, type MeasuredPath, measuredPaths } from './paths.ts';
import type { ProbeKind } from './probe-name.ts';

/**
 * How packets fared from one host to another. `sent` and `received` count packets, or connections of TCP; `degraded`: fewer than
 * 90 % came back; `too-long`: none came back, and the sender was told that they are too long on the way, so that it adapts.
 */
export interface Fared {
  readonly state: 'passed' | 'degraded' | 'too-long' | 'lost';
  readonly sent: number;
  readonly received: number;
}

/** Null: not measured. */
export interface PathPair {
  readonly from: string;
  readonly to: string;
  /** Below the pods' network. */
  readonly tunnel: Fared | null;
  readonly small: Fared | null;
  readonly full: Fared | null;
  readonly tcp: Fared | null;
}

export interface FamilyPaths {
  readonly family: IpFamily;
  readonly pairs: readonly PathPair[];
}

/** What `restitch paths --json` prints. */
export interface PathMatrix {
  readonly node: string;
  /** Epoch milliseconds. */
  readonly collectedAt: number;
  /** Those of which a path was measured. */
  readonly families: readonly FamilyPaths[];
  readonly unread: readonly { readonly host: string; readonly reason: string }[];
}

type Column = Exclude<keyof PathPair, 'from' | 'to'>;

const kindsOf: Readonly<Record<IpFamily, Readonly<Record<Column, readonly ProbeKind[]>>>> = {
  ipv4: { tunnel: ['underlay'], small: ['vtep', 'pod', 'workload'], full: ['full'], tcp: ['tcp', 'podtcp'] },
  ipv6: { tunnel: ['underlay6'], small: ['vtep6', 'pod6', 'workload6'], full: ['full6'], tcp: [] },
};

/** Every pair of hosts of which a path was measured, the target's first. */
export function pathMatrix(evidence: Evidence): PathMatrix {
  const paths = measuredPaths(evidence);
  const hosts = hostsOf(evidence, paths);
  const families = (['ipv4', 'ipv6'] as const).map((family) => ({ family, pairs: pairsOf(hosts, paths, family) }));
  return {
    node: evidence.target.node,
    collectedAt: evidence.collectedAt,
    families: families.filter(({ pairs }) => pairs.length > 0),
    unread: evidence.readings.flatMap((reading) => {
      const reason = whyUnread(reading);
      return reason === undefined ? [] : [{ host: reading.host, reason }];
    }),
  };
}

/** True when nothing came back on some path, and the sender was not told why. */
export function losesPaths({ families }: PathMatrix): boolean {
  return families.some(({ pairs }) =>
    pairs.some(({ tunnel, small, full, tcp }) => [tunnel, small, full, tcp].some((fared) => fared?.state === 'lost')),
  );
}

function hostsOf({ readings }: Evidence, paths: readonly MeasuredPath[]): readonly string[] {
  return [...new Set([...readings.map(({ host }) => host), ...paths.map(({ to }) => to)])];
}

function pairsOf(hosts: readonly string[], paths: readonly MeasuredPath[], family: IpFamily): readonly PathPair[] {
  return hosts.flatMap((from) =>
    hosts.flatMap((to) => {
      const ofPair = paths.filter((path) => path.from === from && path.to === to);
      const fared = (column: Column) => faredOf(ofPair.filter(({ kind }) => kindsOf[family][column].includes(kind)));
      const pair = { from, to, tunnel: fared('tunnel'), small: fared('small'), full: fared('full'), tcp: fared('tcp') };
      return pair.tunnel === null && isUnmeasured(pair) ? [] : [pair];
    }),
  );
}

/** Nothing was sent through the pods' network. */
export function isUnmeasured({ small, full, tcp }: PathPair): boolean {
  return small === null && full === null && tcp === null;
}

/** All kinds of a column together. One that is lost counts; a rate is told by all packets, because ten are few. */
function faredOf(paths: readonly MeasuredPath[]): Fared | null {
  if (paths.length === 0) return null;
  // An address that answers no echo, though what lies behind it does, says nothing about a rate.
  const rated = paths.filter(({ passed, received }) => !passed || received > 0);
  const sent = sum(rated.map((path) => path.sent));
  const received = sum(rated.map((path) => path.received));
  const lost = rated.filter(({ passed }) => !passed);
  if (lost.length > 0) return { state: lost.every(({ tooLong }) => tooLong) ? 'too-long' : 'lost', sent, received };
  return { state: isDegraded(sent, received) ? 'degraded' : 'passed', sent, received };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
