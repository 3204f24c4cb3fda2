import * as z from 'zod';
import type { HttpResponse } from '../../functions/http-event.ts';
import type { FunctionUrls } from '../../local/serve-function-urls.ts';
import type { Resolve } from './physical-names.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

/** `aheadMs`: how far the function's clock is ahead; 0 unless given. */
export type Invoke = (functionId: string, event: unknown, aheadMs?: number) => Promise<unknown>;

const Url = z.object({ AuthType: z.enum(['NONE', 'AWS_IAM']), TargetFunctionArn: z.string() });
const Response = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});
const Rule = z.object({ ScheduleExpression: z.string(), Targets: z.array(z.object({ Arn: z.string() })) });

/** The logical id of the function with this construct id: CDK adds eight characters. */
export function functionIdOf(template: SynthesizedTemplate, constructId: string): string {
  const [found] = resourcesOf(template, 'AWS::Lambda::Function').find(([id]) => id.slice(0, -8) === constructId) ?? [];
  if (found === undefined) throw new TypeError(`the template has no function ${constructId}`);
  return found;
}

/** The template's public function URLs: each has the logical id of its function as its path. */
export function publicUrls(template: SynthesizedTemplate, resolve: Resolve, invoke: Invoke): FunctionUrls {
  const urls = resourcesOf(template, 'AWS::Lambda::Url').flatMap(([, { Properties }]) => {
    const { AuthType, TargetFunctionArn } = Url.parse(resolve(Properties));
    const functionId = TargetFunctionArn.split(':')[6] ?? '';
    return AuthType === 'NONE' ? [[`/${functionId}`, serving(functionId, invoke)] as const] : [];
  });
  return Object.fromEntries(urls);
}

/**
 * The function behind a URL of its own for callers whom AWS knows. Undefined: the template has no such function. Throws `TypeError` where
 * its URL lets others in.
 */
export function guardedFunction(
  template: SynthesizedTemplate,
  resolve: Resolve,
  constructId: string,
  invoke: Invoke,
): ((event: unknown) => Promise<HttpResponse>) | undefined {
  const isThere = resourcesOf(template, 'AWS::Lambda::Function').some(([id]) => id.slice(0, -8) === constructId);
  if (!isThere) return undefined;
  const functionId = functionIdOf(template, constructId);
  const own = resourcesOf(template, 'AWS::Lambda::Url')
    .map(([, { Properties }]) => Url.parse(resolve(Properties)))
    .filter(({ TargetFunctionArn }) => TargetFunctionArn.split(':')[6] === functionId);
  if (own.length !== 1 || own[0]?.AuthType !== 'AWS_IAM') throw new TypeError(`${constructId} has no URL with IAM`);
  return serving(functionId, invoke);
}

function serving(functionId: string, invoke: Invoke): (event: unknown) => Promise<HttpResponse> {
  return async (event) => Response.parse(await invoke(functionId, event));
}

/** The functions that the template's rules call by a schedule, by logical id. */
export function scheduledFunctions(template: SynthesizedTemplate, resolve: Resolve): readonly string[] {
  return resourcesOf(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
    Rule.parse(resolve(Properties)).Targets.map(({ Arn }) => Arn.split(':')[6] ?? ''),
  );
}
