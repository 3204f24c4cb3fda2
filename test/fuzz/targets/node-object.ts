import { parseNode, parseNodePage } from '../../../adapters/kubernetes/parse-node.ts';
import { escapeLine } from '../../../adapters/slack/escape-mrkdwn.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { cordonedByOthers, planClaim, planRelease, readClaim } from '../../../core/safety/node-claim.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { annotated, claimOf } from '../../fakes/node-object.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';
import type { FuzzTarget } from '../target.ts';

const fleets = evidenceFixtures()
  .filter((_, index) => index % 30 === 0)
  .map(({ evidence }) => evidence.nodes);
const claimed = (healthyEvidence().nodes[0] ?? fleets[0]?.[0]) as NodeObject;

/** An answer of the Kubernetes API: a list of nodes, or one. Its annotations are what a node says of itself. */
export const nodeObject: FuzzTarget = {
  name: 'node-object',
  samples: [
    ...fleets.map((items) => JSON.stringify({ metadata: { continue: '' }, items })),
    JSON.stringify(withAnnotations(claimed, annotated(claimOf()))),
  ],
  format: 'json',
  share: 8,
  receive: async (text) => {
    const read = orRefused(
      () => parseNodePage(text).nodes,
      () => [parseNode(text)],
    );
    if (typeof read === 'string') return { refused: [read] };
    const said = read.flatMap((node) => {
      const { conflicts, unusable } = expectedNetwork(read, node.metadata.name);
      const wanted = claimOf({ nodeUid: 'another' });
      const plans = [planClaim(node, wanted, 5_000), planRelease(node, wanted)];
      return [
        ...conflicts.map(({ what, value, nodes }) => `${nodes.join(', ')} claim the same ${what}: ${value}`),
        ...unusable.map(({ node: name, reason }) => `${name}: ${reason}`),
        ...plans.flatMap((plan) => ('reason' in plan ? [plan.reason] : [])),
        `${readClaim(node).type} ${cordonedByOthers(node)}`,
      ];
    });
    return { slack: said.map((line) => escapeLine(line).slice(0, 3_000)) };
  },
};

/** What the first of them reads that can; else why the first could not. Errors of another family are thrown. */
function orRefused<T>(...readers: readonly (() => T)[]): T | string {
  const reasons: string[] = [];
  for (const read of readers) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RestitchError)) throw error;
      reasons.push(error.message);
    }
  }
  return reasons[0] ?? '';
}
