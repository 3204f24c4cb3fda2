import type { Fleet } from '../../lab/fleet.ts';
import { type AskedRight, answerReview } from './access-reviews.ts';
import { ApiFailure, methodNotAllowed, notFound } from './api-failure.ts';
import { answerConfigMaps } from './config-maps.ts';
import { answerEvents } from './events.ts';
import type { KeptNode } from './kept-node.ts';
import type { NodeHealth } from './node-health.ts';
import { askThroughProxy } from './node-proxy.ts';
import type { NodeTable } from './node-table.ts';
import { patchConditions } from './patch-conditions.ts';
import { patchNode } from './patch-node.ts';
import { answerPods } from './pods.ts';
import { selectNodes } from './select-nodes.ts';

export interface World {
  readonly fleet: Fleet;
  readonly table: NodeTable;
  readonly health: NodeHealth;
  readonly clock: () => number;
  readonly denies: (asked: AskedRight) => boolean;
}

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly text: string;
}

/** A text is the kubelet's or a health check's own answer; an object is JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object | string;
}

const version = { major: '1', minor: '36', gitVersion: 'v1.36.0+restitch' };

/** One authenticated call. Throws `ApiFailure` for everything that is answered with a Status. */
export async function answerCall(world: World, call: Call): Promise<Reply> {
  const path = call.url.pathname;
  if (/^\/(healthz|livez|readyz)$/.test(path)) return { status: 200, body: 'ok' };
  if (path === '/version') return ok(only(call, 'GET', () => version));
  if (path === '/api/v1/nodes') return ok(await only(call, 'GET', () => listNodes(world, call.url.searchParams)));
  const [, namespace, configMap] = /^\/api\/v1\/namespaces\/([^/]+)\/configmaps(?:\/([^/]+))?$/.exec(path) ?? [];
  if (namespace !== undefined) return answerConfigMaps(world.table, namespace, configMap, call, world.clock());
  const [, proxied, rest] = /^\/api\/v1\/nodes\/([^/]+)\/proxy(\/.*)?$/.exec(path) ?? [];
  if (proxied !== undefined) {
    const node = nodeOf(world, proxied);
    return only(call, 'GET', () => proxy(world, node, `${rest ?? '/'}${call.url.search}`));
  }
  const [isPods, podsOf, pod] = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+)\/status)?$/.exec(path) ?? [];
  if (isPods !== undefined) return answerPods(world.table, podsOf, pod, call);
  const [, events] = /^\/api\/v1\/namespaces\/([^/]+)\/events$/.exec(path) ?? [];
  if (events !== undefined) return answerEvents(world.table, events, call, world.clock());
  const [, sick] = /^\/api\/v1\/nodes\/([^/]+)\/status$/.exec(path) ?? [];
  if (sick !== undefined)
    return ok(await only(call, 'PATCH', () => patchStatus(world, call, decodeURIComponent(sick))));
  const [, name] = /^\/api\/v1\/nodes\/([^/]+)$/.exec(path) ?? [];
  if (name !== undefined) return oneNode(world, call, decodeURIComponent(name));
  if (path === '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases')
    return ok(await only(call, 'GET', () => listLeases(world)));
  const [, lease] =
    /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/kube-node-lease\/leases\/([^/]+)$/.exec(path) ?? [];
  if (lease !== undefined) return ok(await only(call, 'GET', () => leaseOf(world, decodeURIComponent(lease))));
  if (/^\/apis\/authorization\.k8s\.io\/v1\/(selfsubject|subject)accessreviews$/.test(path))
    return { status: 201, body: only(call, 'POST', () => answerReview(call.text, world.denies)) };
  throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
}

async function oneNode({ table, health }: World, call: Call, name: string): Promise<Reply> {
  const node = nodeOf({ table }, name);
  switch (call.method) {
    case 'GET':
      return ok(await health.withStatus(node));
    case 'PATCH': {
      // No await between read and write: this is the compare-and-set.
      const patched = patchNode(node, call.contentType, call.text);
      return ok(await health.withStatus(patched === node ? node : table.put(patched)));
    }
    default:
      throw methodNotAllowed();
  }
}

function patchStatus({ table, health }: World, { contentType, text }: Call, name: string): Promise<object> {
  return health.withStatus(table.put(patchConditions(nodeOf({ table }, name), contentType, text)));
}

async function listNodes({ table, health }: World, query: URLSearchParams): Promise<object> {
  if (query.has('watch') && query.get('watch') !== 'false' && query.get('watch') !== '0') throw methodNotAllowed();
  const { nodes, continueToken, remaining } = selectNodes(table.list(), query);
  return {
    kind: 'NodeList',
    apiVersion: 'v1',
    metadata: {
      resourceVersion: table.revision(),
      ...(remaining === 0 ? {} : { continue: continueToken, remainingItemCount: remaining }),
    },
    items: await Promise.all(nodes.map((node) => health.withStatus(node))),
  };
}

async function proxy({ fleet }: World, node: KeptNode, path: string): Promise<Reply> {
  const { status, body } = await askThroughProxy(fleet, node, path);
  return { status, body };
}

async function listLeases(world: World): Promise<object> {
  const names = world.table.list().map(({ metadata }) => metadata.name);
  const leases = await Promise.all(
    names.map(async (name) => ((await world.health.renewedAt(name)) === undefined ? [] : [await leaseOf(world, name)])),
  );
  return {
    kind: 'LeaseList',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: { resourceVersion: world.table.revision() },
    items: leases.flat(),
  };
}

/** coordination/v1 times are MicroTime: exactly six digits. */
async function leaseOf({ table, health }: World, name: string): Promise<object> {
  const renewed = table.get(name) === undefined ? undefined : await health.renewedAt(name);
  if (renewed === undefined) throw notFound('leases.coordination.k8s.io', name);
  return {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: new Date(renewed).toISOString().replace('Z', '000Z'),
    },
  };
}

function nodeOf({ table }: Pick<World, 'table'>, name: string): KeptNode {
  const node = table.get(name);
  if (node === undefined) throw notFound('nodes', name);
  return node;
}

function only<T>(call: Call, method: string, reply: () => T): T {
  if (call.method !== method) throw methodNotAllowed();
  return reply();
}

function ok(body: object): Reply {
  return { status: 200, body };
}
