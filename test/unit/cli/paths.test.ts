import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pathReport } from '../../../cli/path-report.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { losesPaths, pathMatrix } from '../../../core/evidence/path-matrix.ts';
import { withProbes } from '../../fixtures/changed-evidence.ts';
import { dualStackEvidence, evidenceFixtures, variantFixtures } from '../../fixtures/evidence.ts';
import { captureCli } from './captured-cli.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const wedged = join(fixtures, 'evidence', 'fdb-flushed.json');
const healthy = join(fixtures, 'variants', 'peers-200.gpu-1.json');

const run = (...args: readonly string[]) => captureCli(['paths', ...args]);
const report = (evidence: Evidence) => pathReport(pathMatrix(evidence), false);

/** The lines from the first that starts so to the next empty one. */
function partOf(lines: readonly string[], start: string): readonly string[] {
  const first = lines.findIndex((line) => line.startsWith(start));
  return lines.slice(first, lines.indexOf('', first));
}

const variants = variantFixtures();

function healthyEvidence(): Evidence {
  const fixture = variants.find(({ name }) => name === 'peers-200.gpu-1');
  if (fixture === undefined) throw new Error('there is no fixture of a fleet of 200 peers');
  return fixture.evidence;
}

/** Of one path of a healthy fleet so many packets of ten came back. */
function received(host: string, name: string, packets: number): Evidence {
  return withProbes(healthyEvidence(), (from, probe) =>
    from === host && probe.name === name ? { ...probe, sent: 10, received: packets } : probe,
  );
}

describe('restitch paths', () => {
  it('shows who reaches whom: a row per sender, a column per receiver', async () => {
    const { code, out, err } = await run('--evidence', wedged);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out[0]).toMatch(/^gpu-1: who reaches whom, measured 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(partOf(out, "pods' network")).toEqual([
      "pods' network: small, full size, TCP",
      'FROM \\ TO  gpu-1           hub-1           gpu-2           cloud-1',
      'gpu-1      -               LOST LOST LOST  LOST LOST LOST  LOST LOST LOST',
      'hub-1      LOST LOST LOST  -               -               -',
      'gpu-2      LOST LOST LOST  -               -               -',
      'cloud-1    LOST LOST LOST  -               -               -',
      'the tunnels below it: all 10 measured directions pass',
    ]);
    expect(out.at(-1)).toBe('-          not measured');
  });

  it('ends with 0 when every path passes', async () => {
    expect(await run('--evidence', healthy)).toMatchObject({ code: 0, err: '' });
  });

  it.each([[[]], [['--evidence', 'x', '--node', 'y']], [['--nodes', 'y']]])('wants one source: %j', async (args) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('restitch --help') });
  });

  it('prints one JSON object for tools', async () => {
    const { code, out } = await run('--json', '--evidence', wedged);
    expect([code, out.length]).toEqual([1, 1]);
    const { node, families } = JSON.parse(out[0] ?? '');
    expect([node, families.length]).toEqual(['gpu-1', 1]);
    expect(families[0].pairs).toContainEqual({
      from: 'gpu-1',
      to: 'hub-1',
      tunnel: { state: 'passed', sent: 10, received: 10 },
      small: { state: 'lost', sent: 30, received: 0 },
      full: { state: 'lost', sent: 10, received: 0 },
      tcp: { state: 'lost', sent: 2, received: 0 },
    });
  });

  it('without a measured path says so, and why, and ends with 1', () => {
    const evidence = healthyEvidence();
    const silent = evidence.readings.map((reading) => ({
      ...reading,
      passive: { status: 'unreachable' as const, reason: 'the agent is offline' },
      runs: [],
    }));
    const matrix = pathMatrix({ ...evidence, readings: silent });
    expect(pathReport(matrix, false).slice(0, 2)).toEqual([
      'gpu-1: no path was measured',
      'gpu-1 was not read: the agent is offline',
    ]);
  });
});

describe('a table of paths', () => {
  it('has both families where both were measured', () => {
    const lines = report(dualStackEvidence());
    expect(lines).toContain("IPv4, pods' network: small, full size, TCP");
    expect(partOf(lines, 'IPv6')).toEqual([
      "IPv6, pods' network: small, full size",
      'FROM \\ TO  gpu-1    hub-1  gpu-2  cloud-1',
      'gpu-1      -        ok ok  ok ok  ok ok',
      'hub-1      ok ok    -      -      -',
      'gpu-2      ok ok    ok ok  -      -',
      'cloud-1    ok long  ok ok  -      -',
      'the tunnels below it: all 6 measured directions pass',
    ]);
  });

  it('takes a sender that is told to send less for no loss', () => {
    expect(losesPaths(pathMatrix(dualStackEvidence()))).toBe(false);
  });

  it.each([
    [10, 'ok'],
    [9, 'ok'],
    [8, '8/10'],
    [1, '1/10'],
    [0, 'LOST'],
  ])('of %i in ten packets says %s', (packets, mark) => {
    const matrix = pathMatrix(received('gpu-1', 'full-hub-1', packets));
    expect(pathReport(matrix, false).find((line) => line.startsWith('gpu-1 '))).toContain(` ok ${mark} ok `);
    expect(losesPaths(matrix)).toBe(packets === 0);
  });

  it('says by name which tunnels do not pass', () => {
    const lines = report(received('hub-1', 'underlay-gpu-1', 3));
    expect(partOf(lines, 'the tunnels').slice(1)).toEqual(['  hub-1 → gpu-1: 3/10']);
  });

  it('has a line per pair where a row per sender is too wide, and fits 80 columns whatever their names', () => {
    const { families, ...rest } = pathMatrix(healthyEvidence());
    const long = (host: string) => `${host}-0123456789-0123456789.eu-central-1.compute.internal`;
    const renamed = families.map(({ family, pairs }) => ({
      family,
      pairs: pairs.map((pair) => ({ ...pair, from: long(pair.from), to: long(pair.to) })),
    }));
    const lines = partOf(pathReport({ ...rest, families: renamed }, false), "pods' network");
    expect(lines[1]).toMatch(/^FROM +TO +SMALL {2}FULL SIZE {2}TCP$/);
    expect(lines[2]).toMatch(/^gpu-1-01234\S*…\S+\.internal {2}hub-1\S*… ?\S+\.internal {2}ok {5}ok {9}ok$/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('is painted only where that is wanted', () => {
    const matrix = pathMatrix(received('gpu-1', 'full-hub-1', 7));
    const painted = pathReport(matrix, true);
    expect(painted).not.toEqual(pathReport(matrix, false));
    expect(painted.map(stripVTControlCharacters)).toEqual(pathReport(matrix, false));
  });
});

describe('of everything that was ever measured on the lab, restitch paths', () => {
  const measured = [...variants, ...evidenceFixtures().map(({ fault, evidence }) => ({ name: fault.name, evidence }))];

  it('fits 80 columns', () => {
    const tooLong = measured.flatMap(({ name, evidence }) =>
      report(evidence)
        .filter((line) => line.length > 80 && !line.includes('was not read'))
        .map((line) => `${name}: ${line}`),
    );
    expect(tooLong).toEqual([]);
  });

  it('finds no lost path on a healthy fleet, but where IPv6 is not carried to every host', () => {
    const lossy = variants.filter(({ evidence }) => losesPaths(pathMatrix(evidence)));
    expect(lossy.map(({ name }) => name)).toEqual([
      'dual-stack-partly.gpu-1',
      'dual-stack-unreached.cloud-1',
      'dual-stack-unreached.gpu-1',
    ]);
  });
});
