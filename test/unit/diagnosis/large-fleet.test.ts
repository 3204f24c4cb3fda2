import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { type Peer, vxlanNode } from '../../fakes/many-peers.ts';

const hex = (number: number) => number.toString(16).padStart(2, '0');

/** A node that nobody reads. */
function farNode(number: number): Peer {
  const [high, low] = [number >> 8, number & 255];
  return {
    name: `far-${number}`,
    overlayIp: `10.${100 + high}.${low}.0`,
    mac: `0a:58:0b:00:${hex(high)}:${hex(low)}`,
    publicIp: `10.201.${high}.${low}`,
  };
}

/** gpu-1 in a fleet of that many peers, whose forwarding entries were flushed. `change`: what the collector saw of it then. */
function flushed(peers: number, change: (measured: NodeEvidence) => NodeEvidence): Evidence {
  const far = Array.from({ length: peers - 3 }, (_, number) => farNode(number));
  const known = (measured: NodeEvidence): NodeEvidence => ({
    ...measured,
    neighbours: [
      ...measured.neighbours,
      ...far.map(({ overlayIp, mac }): NodeEvidence['neighbours'][number] => [overlayIp, mac, 'PERMANENT']),
    ],
    fdb: [...measured.fdb, ...far.map(({ mac, publicIp }): NodeEvidence['fdb'][number] => [mac, publicIp])],
    routes: [
      ...measured.routes,
      ...far.map(({ overlayIp }): NodeEvidence['routes'][number] => [
        `${overlayIp}/24`,
        overlayIp,
        'flannel.1',
        true,
        0,
      ]),
    ],
  });
  const evidence = evidenceWith('none', known, (host, name) => {
    const concerned = host === 'gpu-1' || name.endsWith('gpu-1');
    return !concerned || name.startsWith('underlay');
  });
  return {
    ...evidence,
    nodes: [...evidence.nodes, ...far.map(vxlanNode)],
    readings: evidence.readings.map((reading) =>
      reading.passive.status !== 'read'
        ? reading
        : {
            ...reading,
            passive: {
              status: 'read',
              evidence:
                reading.host === 'gpu-1' ? change(known(reading.passive.evidence)) : known(reading.passive.evidence),
            },
          },
    ),
  };
}

const leftOut = (...tables: readonly string[]) =>
  tables.map((what) => ({ what, why: 'too many entries for the output of one command' }));

describe.each([200, 1_000])('with %i peers', (peers) => {
  it('flushed forwarding entries are told, and all are put back', () => {
    const examination = examine(flushed(peers, (measured) => ({ ...measured, fdb: [] })));
    expect(examination.diagnosis).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' });
    const [plan] = planRepair(examination).hosts;
    expect(plan?.operations).toHaveLength(peers);
    expect(plan?.operations.every(({ op }) => op === 'fdb replace')).toBe(true);
  });

  it('an empty table is told apart from one that was left out for its size', () => {
    const examination = examine(
      flushed(peers, (measured) => ({
        ...measured,
        neighbours: [],
        fdb: [],
        unseen: leftOut('wireguard-others', 'fdb', 'neighbours'),
      })),
    );
    expect(examination.diagnosis.class).not.toBe('vxlan-wedge');
    expect(examination.diagnosis.class).not.toBe('overlay-blocked');
    expect(examination.diagnosis.class).not.toBe('healthy');
    expect(planRepair(examination).hosts).toEqual([]);
  });

  it('what was left out beside it hides nothing', () => {
    const examination = examine(
      flushed(peers, (measured) => ({
        ...measured,
        neighbours: [],
        fdb: [],
        unseen: leftOut('wireguard-others', 'neighbours'),
      })),
    );
    expect(examination.diagnosis).toMatchObject({ cause: 'fdb-missing', hostAtFault: 'gpu-1' });
  });
});
