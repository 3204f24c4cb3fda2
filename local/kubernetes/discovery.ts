/** Enough of discovery that kubectl finds nodes and events here. */
export const discovery: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '36', gitVersion: 'v1.36.0+restitch' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: 'coordination.k8s.io',
        versions: [{ groupVersion: 'coordination.k8s.io/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'coordination.k8s.io/v1', version: 'v1' },
      },
    ],
  },
  '/api/v1': resources('v1', [
    { name: 'nodes', kind: 'Node', namespaced: false, shortNames: ['no'], verbs: ['get', 'list', 'patch'] },
    { name: 'events', kind: 'Event', namespaced: true, shortNames: ['ev'], verbs: ['create', 'list'] },
  ]),
  '/apis/coordination.k8s.io/v1': resources('coordination.k8s.io/v1', [
    { name: 'leases', kind: 'Lease', namespaced: true, shortNames: [], verbs: ['get'] },
  ]),
};

function resources(
  groupVersion: string,
  list: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly shortNames: readonly string[];
    readonly verbs: readonly string[];
  }[],
): object {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: list.map((resource) => ({ ...resource, singularName: resource.kind.toLowerCase() })),
  };
}
