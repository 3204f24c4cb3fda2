import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import type { Right } from '../../adapters/kubernetes/access-reviews.ts';

/** A right that a function needs, as deploy/kubernetes/rbac.yaml gives it. */
export interface NeededRight {
  /** The group and ServiceAccount of the function, such as `restitch-runbook`. */
  readonly holder: string;
  /** The role that gives it. */
  readonly role: string;
  readonly right: Right;
  /** What is lost without it. Undefined: it is not optional. */
  readonly without: string | undefined;
}

/** In rbac.yaml: what is lost without this role, which is optional. */
const WITHOUT = 'restitch.dev/without';

const Metadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  annotations: z.record(z.string(), z.string()).default({}),
});
const Role = z.object({
  kind: z.enum(['ClusterRole', 'Role']),
  metadata: Metadata,
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
    }),
  ),
});
const Binding = z.object({
  kind: z.enum(['ClusterRoleBinding', 'RoleBinding']),
  roleRef: z.object({ name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })),
});

type Role = z.infer<typeof Role>;

/** Every right that the manifests give to a group. `manifests`: YAML, several documents. */
export function neededRights(manifests: string): readonly NeededRight[] {
  const objects: readonly unknown[] = parseAllDocuments(manifests).map((document) => document.toJS());
  const roles = objects.flatMap((object) => Role.safeParse(object).data ?? []);
  const bindings = objects.flatMap((object) => Binding.safeParse(object).data ?? []);
  return bindings.flatMap(({ roleRef, subjects }) => {
    const role = roles.find(({ metadata }) => metadata.name === roleRef.name);
    const holders = subjects.filter(({ kind }) => kind === 'Group').map(({ name }) => name);
    return role === undefined ? [] : holders.flatMap((holder) => rightsOf(holder, role));
  });
}

function rightsOf(holder: string, { metadata, rules }: Role): readonly NeededRight[] {
  const { name: role, namespace, annotations } = metadata;
  const rights = rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((apiGroup) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name): Right => ({ apiGroup, resource, verb, namespace, name }))),
      ),
    ),
  );
  return rights.map((right) => ({ holder, role, right, without: annotations[WITHOUT] }));
}
