import { isoMinute } from '../adapters/iso-time.ts';
import type { NodeObject } from '../core/evidence/node-object.ts';
import { CLAIM_ANNOTATION, type Claim, readClaim } from '../core/safety/node-claim.ts';
import { loadLocalConfig } from '../local/config.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './cli-io.ts';
import { openSource } from './evidence-options.ts';

interface ClaimsOptions {
  readonly lab: boolean;
  readonly stateDir: string;
  readonly json: boolean;
}

/** A node with our annotation. `claim` is undefined where somebody else wrote it. */
export interface ClaimedNode {
  readonly node: string;
  readonly claim: Claim | undefined;
}

/** `restitch claims`. Exit code 1: a node has an annotation that is not readable. */
export async function claims(options: ClaimsOptions, { out, environment }: CliIo): Promise<number> {
  const source = await openSource(options, loadLocalConfig(environment));
  try {
    const found = claimedNodes(await source.ports.cluster.listNodes());
    if (options.json) out(JSON.stringify(found));
    else for (const line of claimLines(found)) out(line);
    return found.every(({ claim }) => claim !== undefined) ? 0 : 1;
  } finally {
    await source.close();
  }
}

export function claimedNodes(nodes: readonly NodeObject[]): readonly ClaimedNode[] {
  return nodes.flatMap((node) => {
    const reading = readClaim(node);
    if (reading.type === 'none') return [];
    return [{ node: node.metadata.name, claim: reading.type === 'ours' ? reading.claim : undefined }];
  });
}

/** At most 80 columns, but for long names. */
export function claimLines(found: readonly ClaimedNode[]): readonly string[] {
  if (found.length === 0) return ['no node is claimed'];
  const rows = found.map(({ node, claim }) =>
    claim === undefined
      ? [node, 'unreadable', `${CLAIM_ANNOTATION} was not written by Restitch: it is left alone`]
      : [
          node,
          claim.level,
          isoMinute(claim.placedAt),
          isoMinute(claim.expiresAt),
          claim.before.unschedulable ? 'cordoned' : '-',
          claim.incidentId,
        ],
  );
  return alignColumns([['node', 'level', 'since', 'until', 'before', 'incident'], ...rows]);
}
