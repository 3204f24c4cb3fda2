import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

const PUBLIC_IP = 'flannel.alpha.coreos.com/public-ip';

function announcing(evidence: Evidence, node: string, publicIp: string): Evidence {
  return {
    ...evidence,
    nodes: evidence.nodes.map((each) =>
      each.metadata.name === node ? withAnnotations(each, { [PUBLIC_IP]: publicIp }) : each,
    ),
  };
}

/** What would be done on other hosts than the node itself without anybody's yes. */
function unasked(evidence: Evidence, node: string): readonly string[] {
  const plan = planRepair(examine(evidence));
  if ((plan.asks ?? []).length > 0) return [];
  return plan.hosts.flatMap(({ host, operations }) =>
    host === node ? [] : operations.map((operation) => `${host}: ${formatOperation(operation)}`),
  );
}

/** Everything about the node is lost, so that every difference counts. */
const nothingPasses = () =>
  evidenceWith(
    'none',
    (host) => host,
    () => false,
  );

describe('a node that announces an address which is not its own', () => {
  it.each([
    ['of another network', '192.168.77.1'],
    ['on the internet', '203.0.113.99'],
    ['of a peer', '10.200.0.12'],
    ['of the hub', '10.0.1.10'],
    ['that is every address', '0.0.0.0'],
    ['of the hub’s own loopback', '127.0.0.1'],
  ])('moves nothing on another host unasked: an address %s', (_what, address) => {
    const evidence = announcing(nothingPasses(), 'gpu-1', address);
    expect(unasked(evidence, 'gpu-1').filter((line) => line.includes(address))).toEqual([]);
    expect(unasked(evidence, 'gpu-1').filter((line) => line.includes('wg '))).toEqual([]);
  });

  it('gets no peer’s address, whatever fault there is besides', () => {
    for (const { evidence } of evidenceFixtures()) {
      const [victim] = evidence.nodes.filter(({ metadata }) => metadata.name === 'gpu-2');
      const address = victim?.metadata.annotations[PUBLIC_IP];
      if (evidence.target.node !== 'gpu-1' || address === undefined) continue;
      const lines = unasked(announcing(evidence, 'gpu-1', address), 'gpu-1');
      expect(lines.filter((line) => line.includes(`${address}/32`) || line.includes(` ${address} `))).toEqual([]);
    }
  });
});
