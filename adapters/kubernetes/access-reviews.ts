import type { KubeConfig } from '@kubernetes/client-node';
import * as z from 'zod';
import { type Client, createApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';

/** One thing that may be done with one kind of object. */
export interface Right {
  /** `''`: the core group. */
  readonly apiGroup: string;
  /** With its subresource: `nodes`, `nodes/proxy`. */
  readonly resource: string;
  readonly verb: string;
  /** Undefined: everywhere. */
  readonly namespace?: string | undefined;
  /** Of the one object. Undefined: every object. */
  readonly name?: string | undefined;
}

/** What the API server says about rights. Throws `RestitchError` (code `kubernetes`). */
export interface AccessReviews {
  /** The version of the API server, such as `v1.36.0`. */
  version(): Promise<string>;
  /** Whether the caller itself has the right. Undefined: it may not even ask that, as without `system:basic-user`. */
  mayI(right: Right): Promise<boolean | undefined>;
  /** Whether somebody in the group has it. Undefined: the caller may not ask for others. */
  mayGroup(group: string, right: Right): Promise<boolean | undefined>;
}

const TIMEOUT_MS = 10_000;
const Version = z.object({ gitVersion: z.string() });
const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

/** `configure` fills a KubeConfig and is called for every request. */
export function createAccessReviews(configure: (client: Client) => Promise<KubeConfig>): AccessReviews {
  const api = createApiClient(configure);
  /** Undefined: the caller may not ask. */
  const review = async (kind: string, spec: object): Promise<boolean | undefined> => {
    const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
    const value = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
    const body = { contentType: 'application/json', value };
    const answer = await api({ method: 'POST', path, body, timeoutMs: TIMEOUT_MS });
    if (answer.type === 'answer' && answer.status === 403) return undefined;
    if (answer.type !== 'answer' || answer.status !== 201) throw toKubernetesError(`ask for a ${kind}`, answer);
    return Review.parse(JSON.parse(answer.text)).status.allowed;
  };
  return {
    version: async () => {
      const answer = await api({ method: 'GET', path: '/version', timeoutMs: TIMEOUT_MS });
      if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError('read the version', answer);
      return Version.parse(JSON.parse(answer.text)).gitVersion;
    },
    mayI: (right) => review('SelfSubjectAccessReview', { resourceAttributes: toAttributes(right) }),
    mayGroup: (group, right) =>
      review('SubjectAccessReview', {
        user: 'restitch-doctor',
        groups: [group],
        resourceAttributes: toAttributes(right),
      }),
  };
}

function toAttributes({ apiGroup, resource, verb, namespace, name }: Right) {
  const [kind, subresource] = resource.split('/');
  return {
    group: apiGroup,
    resource: kind,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}
