import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { SsmStandIn } from '../../local/ssm/ssm-stand-in.ts';
import type { AwsCall } from './aws-call.ts';
import { functionIdOf, type Invoke } from './entry-points.ts';
import { createFunctions } from './functions.ts';
import type { Resolve } from './physical-names.ts';
import { createRoles } from './roles.ts';
import type { DeployedCode, RunbookVersions } from './runbook-versions.ts';
import { type Resource, resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

export interface DeploymentOptions {
  readonly stateDir: string;
  readonly services: string;
  readonly slackApi: string;
  readonly ssm: Pick<SsmStandIn, 'documentNames' | 'register' | 'unregister'>;
  readonly versions: RunbookVersions;
  readonly resolveIn: (template: SynthesizedTemplate) => Resolve;
}

export interface Deployments {
  /**
   * Deploys a template over the one before it, in CloudFormation's order: documents, functions, the runbook's version, its alias; then
   * what is no longer in the template is deleted, unless its deletion policy keeps it. A document that exists is taken into the stack
   * (`--import-existing-resources`). Throws `TypeError` where something else differs that is not deployed here.
   */
  deploy(template: SynthesizedTemplate): Promise<void>;
  readonly invoke: Invoke;
  /** Whether the role of a function allows a call, by the template that was deployed last. */
  readonly mayCall: (functionId: string, call: AwsCall) => boolean;
  close(): Promise<void>;
}

/** What a second deployment cannot change on this machine. */
const fixedTypes = [
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Url',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];
const Document = z.object({ Name: z.string(), Content: z.unknown() });

interface Deployed {
  readonly template: SynthesizedTemplate;
  readonly functions: ReadonlyMap<string, DeployedCode>;
  readonly mayCall: Deployments['mayCall'];
}

export function createDeployments(options: DeploymentOptions): Deployments {
  const { ssm, versions, resolveIn } = options;
  const retiring = new Set<Promise<void>>();
  let deployed: Deployed | undefined;
  let count = 0;

  async function deploy(template: SynthesizedTemplate): Promise<void> {
    const before = deployed;
    if (before !== undefined) refuseOtherChanges(before.template, template);
    registerDocuments(template, ssm);
    const resolve = resolveIn(template);
    count += 1;
    const logFile = (functionId: string) => join(options.stateDir, `${functionId}.${count}.log`);
    const functions = createFunctions(template, resolve, { ...options, logFile });
    deployed = { template, functions, mayCall: createRoles(template, resolve) };
    const runbookId = functionIdOf(template, 'Runbook');
    const runbook = functions.get(runbookId);
    if (runbook === undefined) throw new TypeError('the template has no runbook');
    if (before === undefined) {
      versions.publish(runbook);
      return;
    }
    const earlier = versions.live();
    if (!(versionIdOf(template) in before.template.resources)) versions.publish(runbook);
    for (const [id, { lambda }] of before.functions) if (id !== runbookId) retire(lambda.retire());
    await removeLeft(before.template, template, earlier);
  }

  function retire(retired: Promise<void>): void {
    const done = retired.finally(() => retiring.delete(done));
    retiring.add(done);
  }

  async function removeLeft(before: SynthesizedTemplate, after: SynthesizedTemplate, earlier: string): Promise<void> {
    for (const [id, resource] of Object.entries(before.resources)) {
      if (id in after.resources || isKept(resource)) continue;
      if (resource.Type === 'AWS::SSM::Document') ssm.unregister(Document.parse(resource.Properties).Name);
      if (id === versionIdOf(before)) await versions.remove(earlier);
    }
  }

  const current = () => {
    if (deployed === undefined) throw new TypeError('nothing is deployed yet');
    return deployed;
  };
  return {
    deploy,
    invoke: async (functionId, event, aheadMs) => {
      const found = current().functions.get(functionId);
      if (found === undefined) throw new TypeError(`the template has no function ${functionId}`);
      return found.lambda.invoke(event, aheadMs);
    },
    mayCall: (functionId, call) => current().mayCall(functionId, call),
    close: async () => {
      await Promise.all(retiring);
      for (const { lambda } of deployed?.functions.values() ?? []) await lambda.close();
      for (const { version } of versions.list()) await versions.remove(version);
    },
  };
}

function refuseOtherChanges(before: SynthesizedTemplate, after: SynthesizedTemplate): void {
  for (const type of fixedTypes)
    if (!isDeepStrictEqual(resourcesOf(before, type), resourcesOf(after, type)))
      throw new TypeError(`the two templates differ in ${type}, which cannot be deployed here`);
}

function registerDocuments(template: SynthesizedTemplate, ssm: DeploymentOptions['ssm']): void {
  const there = new Set(ssm.documentNames());
  for (const [, { Properties }] of resourcesOf(template, 'AWS::SSM::Document')) {
    const { Name, Content } = Document.parse(Properties);
    if (!there.has(Name)) ssm.register(Name, Content);
  }
}

/** Of the runbook's version. CDK derives it from the function's code and configuration: another id is another version. */
function versionIdOf(template: SynthesizedTemplate): string {
  const ofRunbook = { Ref: functionIdOf(template, 'Runbook') };
  const [id = ''] =
    resourcesOf(template, 'AWS::Lambda::Version').find(([, { Properties }]) =>
      isDeepStrictEqual(Properties['FunctionName'], ofRunbook),
    ) ?? [];
  return id;
}

function isKept({ DeletionPolicy }: Resource): boolean {
  return DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';
}
