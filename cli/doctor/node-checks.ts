import { assertNever } from '../../core/assert-never.ts';
import { counted } from '../../core/counted.ts';
import type { CommandRunner, InstanceLookup } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { type Check, type Finding, failed, look, notChecked, ok } from './check.ts';

/** So many nodes are looked up at a time: Systems Manager throttles more. */
const AT_A_TIME = 5;
const ONLINE = 'start the agent there (systemctl start amazon-ssm-agent), and see that it reaches Systems Manager';

/** The instance of every node: found by its tag, online, with an agent that is new enough. */
export async function nodeChecks(
  cluster: Pick<Cluster, 'listNodes'>,
  commands: Pick<CommandRunner, 'findInstance'>,
): Promise<readonly Check[]> {
  const nodes = await cluster.listNodes().catch(() => undefined);
  if (nodes === undefined)
    return [{ area: 'nodes', subject: 'instances', ...notChecked('the cluster does not say which nodes there are') }];
  if (nodes.length === 0) return [{ area: 'nodes', subject: 'instances', ...notChecked('the cluster has no nodes') }];
  const checks: Check[] = [];
  for (let from = 0; from < nodes.length; from += AT_A_TIME) {
    const some = nodes
      .slice(from, from + AT_A_TIME)
      .map(({ metadata: { name }, spec: { providerID } }) =>
        look('node', name, 'check region and credentials', async () =>
          findingOf(await commands.findInstance(name, providerID)),
        ),
      );
    checks.push(...(await Promise.all(some)));
  }
  return checks;
}

function findingOf(lookup: InstanceLookup): Finding {
  switch (lookup.type) {
    case 'missing':
    case 'ambiguous':
    case 'too-old':
      // It ends with what to do.
      return failed(lookup.reason);
    case 'found': {
      const { instanceId, agent } = lookup;
      if (agent.status === 'online') return ok(`${instanceId}, online, agent ${agent.version}`);
      return failed(`the agent of ${instanceId} does not answer Systems Manager`, ONLINE);
    }
    default:
      return assertNever(lookup);
  }
}

/** Nodes in order become one line; each that is not keeps its own. */
export function foldNodes(checks: readonly Check[]): readonly Check[] {
  const inOrder = checks.filter(({ area, status }) => area === 'node' && status === 'ok');
  if (inOrder.length < 2) return checks;
  const at = checks.findIndex((check) => inOrder.includes(check));
  const folded: Check = {
    area: 'node',
    subject:
      inOrder
        .map(({ subject }) => subject)
        .slice(0, 3)
        .join(', ') + (inOrder.length > 3 ? ' …' : ''),
    ...ok(`${counted(inOrder.length, 'instance')} found by tag, online, agents new enough`),
  };
  const others = checks.filter((check) => !inOrder.includes(check));
  return [...others.slice(0, at), folded, ...others.slice(at)];
}
