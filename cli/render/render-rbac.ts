import { isMap, isSeq, parseAllDocuments } from 'yaml';

/** Who the functions are for the cluster. */
export type Holders = 'Group' | 'ServiceAccount';

export interface RbacSettings {
  readonly holders: Holders;
  /** Where the ConfigMap `restitch-inventory` is. */
  readonly inventoryNamespace: string;
}

/** The role of the inventory and its binding have this name. */
const INVENTORY = 'restitch-inventory';

/** The manifests of deploy/kubernetes for one cluster: with the subjects that it knows, and without what only others need. */
export function renderRbac(manifests: string, { holders, inventoryNamespace }: RbacSettings): string {
  const rendered = parseAllDocuments(manifests).flatMap((document) => {
    if (document.get('kind') === 'ServiceAccount' && holders !== 'ServiceAccount') return [];
    const subjects = document.get('subjects');
    if (isSeq(subjects))
      subjects.items = subjects.items.filter((subject) => isMap(subject) && subject.get('kind') === holders);
    if (document.getIn(['metadata', 'name']) === INVENTORY)
      document.setIn(['metadata', 'namespace'], inventoryNamespace);
    return [
      `${document
        .toString({ lineWidth: 0 })
        .replace(/^---\n/, '')
        .trim()}\n`,
    ];
  });
  return rendered.join('---\n');
}
