import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { HttpEvent, type HttpResponse, headerOf, json } from '../functions/http-event.ts';
import { announcement } from './announcement.ts';
import { isInUse } from './state-lock.ts';

/** Where decisions are posted, and the bearer token for it. */
const DecisionAddress = z.object({ url: z.url(), token: z.string() });
export type DecisionAddress = z.infer<typeof DecisionAddress>;

const announced = announcement('decisions.json', DecisionAddress);

/** Tells the processes of the same user where a running `npm start` takes decisions. Returns how to take that back. */
export function announceDecisions(stateDir: string, address: DecisionAddress): Promise<() => Promise<void>> {
  return announced.make(stateDir, address);
}

/** Of the `npm start` that runs in a state folder. Undefined: none runs there, or it is only beginning. */
export async function runningDecisions(stateDir: string): Promise<DecisionAddress | undefined> {
  return (await isInUse(stateDir)) ? announced.read(stateDir) : undefined;
}

/**
 * What Lambda does at a URL with IAM: says who calls. Only the user of `npm start` can read the token, so who has it is that user.
 * `user`: `os:ann`.
 */
export function withLocalCaller(
  approval: (event: unknown) => Promise<HttpResponse>,
  token: string,
  user: string,
): (event: unknown) => Promise<HttpResponse> {
  return async (event) => {
    const { requestContext, ...parts } = HttpEvent.parse(event);
    const [, given = ''] = /^Bearer (.+)$/.exec(headerOf({ ...parts, requestContext }, 'authorization') ?? '') ?? [];
    if (!timingSafeEqual(digestOf(given), digestOf(token))) return json(403, { Message: 'Forbidden' });
    const { http } = requestContext;
    return approval({ ...parts, requestContext: { http, authorizer: { iam: { userArn: user } } } });
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
