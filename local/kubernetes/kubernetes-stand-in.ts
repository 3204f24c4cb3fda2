import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Fleet } from '../../lab/fleet.ts';
import { closeAtOnce, listenOnLoopback, readBody } from '../http.ts';
import type { AskedRight } from './access-reviews.ts';
import { answerCall, type Reply } from './answer-call.ts';
import { ApiFailure } from './api-failure.ts';
import { createNodeHealth } from './node-health.ts';
import { NodeTable } from './node-table.ts';
import { type FleetRecord, seedInventory } from './seed-inventory.ts';
import { seedNodes } from './seed-nodes.ts';

export interface KubernetesStandInOptions {
  readonly fleet: Fleet;
  readonly stateDir: string;
  /** The bearer token that every call must carry. */
  readonly token: string;
  /** What the fleet's platform team keeps. Not given: ConfigMaps stay as they are. */
  readonly record?: FleetRecord;
  /** What the caller may not do, when it asks. Not given: it may do everything. The calls themselves are never refused. */
  readonly denies?: (asked: AskedRight) => boolean;
}

export interface KubernetesStandIn {
  readonly url: string;
  /** A kubeconfig (JSON, which is YAML) for any client. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/**
 * The Kubernetes API of the fleet on loopback: Nodes with the real conflict rules, leases, the node proxy (which really
 * goes from the hub to the host), and ConfigMaps. Writes survive a restart. Everything else is 404.
 */
export async function startKubernetesStandIn(options: KubernetesStandInOptions): Promise<KubernetesStandIn> {
  const { fleet, token, stateDir, record, denies = () => false } = options;
  const table = new NodeTable(join(stateDir, 'kubernetes.sqlite'));
  const clock = Date.now;
  let seeded = fleet.hosts;
  seedNodes(table, fleet, clock());
  if (record !== undefined) seedInventory(table, record, clock());
  const world = { fleet, table, clock, denies, health: createNodeHealth(fleet, table, clock) };

  async function handle(request: IncomingMessage): Promise<Reply> {
    const body = await readBody(request);
    if (fleet.hosts !== seeded) {
      // A fault changed what Node objects say, or was cleared.
      seeded = fleet.hosts;
      seedNodes(table, fleet, clock());
    }
    if (request.headers.authorization !== `Bearer ${token}`) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
    return answerCall(world, {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', 'http://localhost'),
      contentType: request.headers['content-type'] ?? '',
      text: body.toString('utf8'),
    });
  }

  const inFlight = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = handle(request)
      .catch(failed)
      .then((reply) => send(response, reply));
    inFlight.add(answered);
    void answered.finally(() => inFlight.delete(answered));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    kubeconfig: kubeconfigFor(url, token),
    close: async () => {
      await closeAtOnce(server);
      // A call that is still waiting for a host writes to the table.
      await Promise.all(inFlight);
      table.close();
    },
  };
}

function failed(error: unknown): Reply {
  const failure = error instanceof ApiFailure ? error : new ApiFailure(500, 'InternalError', String(error));
  return { status: failure.code, body: failure.toStatus() };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const text = typeof body === 'string';
  response.writeHead(status, { 'content-type': text ? 'text/plain; charset=utf-8' : 'application/json' });
  response.end(text ? body : JSON.stringify(body));
}

/** client-node refuses plain HTTP unless the kubeconfig says that TLS is not verified. */
function kubeconfigFor(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'restitch', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'restitch' } }],
    'current-context': 'local',
  });
}
