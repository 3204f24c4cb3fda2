import * as z from 'zod';
import { type Check, type Finding, failed, look, ok } from './check.ts';
import type { ClusterPlace } from './place.ts';

const HOUR_MS = 3_600_000;
/** A person has until then to rotate it. */
const SOON_MS = 72 * HOUR_MS;
const MEND =
  'run deploy/kubernetes/kubeconfig.sh again, or that of `restitch config render`, and have it run once a week';
const Claims = z.object({ exp: z.number().describe('epoch seconds') });

/** How long the token of the kubeconfig still counts. `now`: epoch milliseconds. */
export function tokenCheck({ configure }: Pick<ClusterPlace, 'configure'>, now: number): Promise<Check> {
  return look('cluster', 'token', 'see that the kubeconfig can be read', async () => {
    const config = await configure(await import('../../adapters/kubernetes/client-node.ts'));
    return findingOf(config.getCurrentUser()?.token, now);
  });
}

function findingOf(token: string | undefined, now: number): Finding {
  if (token === undefined) return ok('none: other credentials are used');
  const claims = Claims.safeParse(claimsOf(token));
  if (!claims.success) return ok('does not say that it ends; one of kubeconfig.sh does');
  const left = claims.data.exp * 1_000 - now;
  if (left <= 0) return failed(`ended ${Math.ceil(-left / HOUR_MS)} h ago`, MEND);
  const detail = `ends in ${Math.floor(left / HOUR_MS)} h`;
  return left < SOON_MS ? failed(detail, MEND) : ok(detail);
}

/** The middle part of a JSON Web Token (RFC 7519). Undefined: it is none. */
function claimsOf(token: string): unknown {
  const [, payload = ''] = token.split('.');
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
