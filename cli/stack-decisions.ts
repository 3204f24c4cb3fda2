import { postToFunctionUrl } from '../adapters/aws/function-url.ts';
import type { CliIo } from './cli-io.ts';
import { stackCaller } from './stack-caller.ts';

/**
 * How a decision is sent to the stack whose outputs the environment has (`stackEnvironment`): signed with the caller's own
 * credentials, so that AWS says who decides. Throws where the stack has no such URL, or there are no credentials.
 */
export async function stackDecisions(environment: CliIo['environment']): Promise<(body: string) => Promise<Response>> {
  const { DECISION_URL: url } = environment;
  if (url === undefined)
    throw new Error('the stack has no output DecisionUrl: deploy this version of Restitch, or answer in Slack');
  const caller = await stackCaller(environment);
  return async (body) => postToFunctionUrl(url, body, await caller());
}
