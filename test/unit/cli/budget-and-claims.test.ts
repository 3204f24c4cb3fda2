import { describe, expect, it } from 'vitest';
import { budgetLines, slotsOf } from '../../../cli/budget.ts';
import { claimedNodes, claimLines } from '../../../cli/claims.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { capacityInUse } from '../../../core/safety/judge-capacity.ts';
import { CLAIM_ANNOTATION } from '../../../core/safety/node-claim.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

const AT = Date.UTC(2026, 10, 22, 6, 0);
const HOUR = 3_600_000;
const { nodes } = healthyFleet(['paris', 'oslo', 'paris']);
const labels = {
  role: 'restitch.dev/role',
  hub: 'restitch.dev/hub',
  pool: 'restitch.dev/pool',
  site: 'restitch.dev/site',
};
const one = { maxPercent: 10, minNodes: 1 };
const budgets = { pool: one, site: one, hub: one, cluster: { maxPercent: 50, minNodes: 1 } };
const slot = { node: 'gpu-1', incidentId: 'lab.gpu-1.1', operationKey: 'lab.gpu-1.1.bounce.1', expiresAt: AT + HOUR };

const annotated = (text: string): NodeObject[] =>
  nodes.map((node) => (node.metadata.name === 'gpu-2' ? withAnnotations(node, { [CLAIM_ANNOTATION]: text }) : node));
const claim = {
  owner: 'restitch',
  incidentId: 'lab.gpu-2.1',
  operationKey: 'lab.gpu-2.1.quarantine.1',
  level: 'quarantined',
  before: { unschedulable: true },
  placedAt: AT,
  expiresAt: AT + HOUR,
};

describe('restitch budget', () => {
  it('shows every budget with what is out of service, and what is reserved for whom', () => {
    const uses = capacityInUse({ nodes, labels, budgets }, [slot], AT);
    const lines = budgetLines(uses, [slot]);
    expect(lines).toContainEqual(expect.stringMatching(/^pool gpu +3 +1 +1 +used up$/));
    expect(lines).toContainEqual(expect.stringMatching(/^site oslo +1 +0 +1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^the cluster +5 +1 +2$/));
    expect(lines.at(-1)).toBe('reserved: gpu-1 for lab.gpu-1.1, until 2026-11-22T07:00Z');
  });

  it('shows a reservation whose time is damaged', () => {
    expect(budgetLines([], [{ ...slot, expiresAt: 2 ** 53 - 1 }]).at(-1)).toBe(
      'reserved: gpu-1 for lab.gpu-1.1, until (no time: 9007199254740991)',
    );
  });

  it('counts no reservation that has ended', () => {
    const uses = capacityInUse({ nodes, labels, budgets }, [slot], AT + 2 * HOUR);
    expect(uses.every(({ out }) => out === 0)).toBe(true);
  });

  it('counts the reservations of one cluster, and wants to know of which', () => {
    const slots = [slot, { ...slot, cluster: 'west' }, { ...slot, node: 'gpu-2', cluster: 'east' }];
    expect(slotsOf('east', slots).map(({ node }) => node)).toEqual(['gpu-1', 'gpu-2']);
    expect(() => slotsOf(undefined, slots)).toThrow('Give --cluster, one of: east, west');
    expect(slotsOf(undefined, slots.slice(0, 2))).toHaveLength(2);
  });
});

describe('restitch claims', () => {
  it('shows whose a claim is, since when and until when, and what was there before', () => {
    const lines = claimLines(claimedNodes(annotated(JSON.stringify(claim))));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^gpu-2 +quarantined +2026-11-22T06:00Z +2026-11-22T07:00Z +cordoned +lab\.gpu-2\.1$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('tells of an annotation that somebody else wrote', () => {
    const found = claimedNodes(annotated('mine'));
    expect(found).toEqual([{ node: 'gpu-2', claim: undefined }]);
    expect(claimLines(found)[1]).toContain('left alone');
  });

  it('says so where there is none', () => {
    expect(claimLines(claimedNodes(nodes))).toEqual(['no node is claimed']);
  });
});
