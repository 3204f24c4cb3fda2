import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Configuration } from '../../configuration/configuration.ts';
import { defaultOf } from '../../configuration/setting.ts';
import { type PlacedSetting, placedSettings } from '../../configuration/variables-of.ts';
import { SettingsEnvironment as ApprovalSettings } from '../../functions/approval/config.ts';
import { SettingsEnvironment as ConsoleSettings } from '../../functions/console/config.ts';
import { SettingsEnvironment as DispatchSettings } from '../../functions/dispatch/config.ts';
import { SettingsEnvironment as IntakeSettings } from '../../functions/intake/config.ts';
import { SettingsEnvironment as RunbookSettings } from '../../functions/runbook/config.ts';
import { SettingsEnvironment as SweepSettings } from '../../functions/sweep/config.ts';
import { addStacks } from '../../lib/add-stacks.ts';

/** Which function's schema has which variables: what it reads. Sweep also reads how alerts name their nodes. */
const readers = {
  Approval: Object.keys(ApprovalSettings.shape),
  Console: Object.keys(ConsoleSettings.shape),
  Dispatch: Object.keys(DispatchSettings.shape),
  Intake: Object.keys(IntakeSettings.shape),
  Runbook: Object.keys(RunbookSettings.shape),
  Sweep: [...Object.keys(SweepSettings.shape), ...Object.keys(IntakeSettings.shape)],
};

/** One of these is right for each setting, and not its default. */
const samples = [
  true,
  (value: unknown) => (typeof value === 'number' ? value + 1 : undefined),
  ['sample'],
  'act',
  'by-approval',
  'always',
  'sample',
  { bounce: 60 },
  ['0 2 * * SAT Europe/Berlin 4h'],
  [{ rung: 'bounce', ask: 'two' }],
] as const;

function sampleFor({ setting }: PlacedSetting): unknown {
  const given = defaultOf(setting.variable);
  const fitting = samples
    .map((sample) => (typeof sample === 'function' ? sample(given) : sample))
    .find((sample) => sample !== undefined && setting.schema.safeParse(sample).success);
  expect(fitting, setting.variable).toBeDefined();
  return fitting;
}

const settings = placedSettings().map((placed) => ({ ...placed, value: sampleFor(placed) }));

/** `{ a: { b: value } }` of every path. */
function nested(): unknown {
  const tree: Record<string, unknown> = {};
  const put = (into: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown) => {
    if (rest.length === 0) into[key] = value;
    else {
      const inner = z.record(z.string(), z.unknown()).parse(into[key] ?? {});
      put(inner, rest, value);
      into[key] = inner;
    }
  };
  for (const { path, value } of settings) put(tree, path, value);
  return tree;
}

const LambdaFunction = z.object({
  Properties: z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }),
});

const environments = new Map<string, Readonly<Record<string, unknown>>>();

beforeAll(() => {
  const configuration = Configuration.parse({
    clusters: [
      {
        name: 'gpu-fleet',
        kubeconfigSecret: 'kubeconfig',
        notification: { nobody: 'this is a test' },
        stack: { console: true },
      },
    ],
    approvers: ['U0ALICE'],
    slack: { escalation: { group: 'S0ONCALL' } },
    settings: nested(),
  });
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  for (const stack of addStacks(app, configuration)) {
    const functions = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    for (const [id, one] of functions)
      environments.set(id.replace(/[0-9A-F]{8}$/, ''), LambdaFunction.parse(one).Properties.Environment.Variables);
  }
});

describe.each(settings)('the setting $path of the file', ({ setting, value }) => {
  const { variable } = setting;
  const reading = Object.entries(readers).filter(([, variables]) => variables.includes(variable));

  it('is read by a function', () => {
    expect(reading.length).toBeGreaterThan(0);
  });

  it.each(reading)('reaches %s in the template', (name) => {
    expect(environments.get(name)?.[variable]).toBe(setting.write(value));
  });

  it('reaches no function that does not read it', () => {
    const given = [...environments].filter(([, variables]) => variables[variable] !== undefined);
    expect(given.map(([name]) => name).toSorted()).toEqual(reading.map(([name]) => name).toSorted());
  });
});
