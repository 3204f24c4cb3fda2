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
    const serve = async (event: unknown): Promise<HttpResponse> => Response.parse(await invoke(functionId, event));
    return AuthType === 'NONE' ? [[`/${functionId}`, serve] as const] : [];
  });
  return Object.fromEntries(urls);
}

/** The functions that the template's rules call by a schedule, by logical id. */
export function scheduledFunctions(template: SynthesizedTemplate, resolve: Resolve): readonly string[] {
  return resourcesOf(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
    Rule.parse(resolve(Properties)).Targets.map(({ Arn }) => Arn.split(':')[6] ?? ''),
  );
}
