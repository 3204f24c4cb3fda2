import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import type { StackSettings } from '../../lib/stack-settings.ts';
import { HANDLER } from '../../scripts/function-names.ts';

/** A value in a template's environment: given, or known only when the stack is deployed. */
const Value = z.union([z.string(), z.object({ Ref: z.string() })]);

const LambdaFunction = z.object({
  Properties: z.object({
    Handler: z.literal(HANDLER),
    Code: z.object({ S3Key: z.string() }),
    Environment: z.object({ Variables: z.record(z.string(), Value) }),
  }),
});

/** A function as the stack deploys it. */
export interface BuiltFunction {
  /** The entry of the bundle; its other files are beside it. */
  readonly bundle: string;
  /** The environment that the template gives it; `resolve` turns a resource's type and logical id into what Ref gives. */
  environment(resolve: (type: string, logicalId: string) => string): Readonly<Record<string, string>>;
}

export interface BuiltStack {
  find(
    name: 'Intake' | 'Dispatch' | 'Runbook' | 'Approval' | 'Sweep' | 'Notify' | 'Forward' | 'Console',
  ): BuiltFunction;
  remove(): Promise<void>;
}

/** Synthesizes the stack with its bundles, as `cdk deploy` does, into a folder of its own. */
export async function buildStack(settings: StackSettings): Promise<BuiltStack> {
  const outdir = await mkdtemp(join(tmpdir(), 'restitch-synth-'));
  const app = new App({ outdir });
  const template = Template.fromStack(new RestitchStack(app, 'Restitch', { settings }));
  const resources = z.record(z.string(), z.looseObject({ Type: z.string() })).parse(template.toJSON()['Resources']);
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  return {
    find: (name) => {
      const [, resource] = functions.find(([logicalId]) => new RegExp(`^${name}[0-9A-F]{8}$`).test(logicalId)) ?? [];
      const { Code, Environment } = LambdaFunction.parse(resource).Properties;
      const resolved = (value: z.infer<typeof Value>, resolve: (type: string, logicalId: string) => string) =>
        typeof value === 'string' ? value : resolve(resources[value.Ref]?.Type ?? '', value.Ref);
      return {
        bundle: join(outdir, `asset.${Code.S3Key.replace(/\.zip$/, '')}`, 'index.mjs'),
        environment: (resolve) =>
          Object.fromEntries(
            Object.entries(Environment.Variables).map(([variable, value]) => [variable, resolved(value, resolve)]),
          ),
      };
    },
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
