import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Configuration } from '../../configuration/configuration.ts';
import { addStacks } from '../../lib/add-stacks.ts';
import { buildPackage } from '../../scripts/build-package.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const Failed = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

let folder: string;
let app: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-construct-'));
  tarball = await pack('first');
  app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  const alone = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  await run('npm', ['install', ...alone, tarball], { cwd: app });
  // What a team has already; from our own installation, because a test uses no network.
  for (const name of ['aws-cdk-lib', 'constructs'])
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pack(name: string): Promise<string> {
  const built = join(folder, name);
  await buildPackage(built);
  const options = ['--loglevel', 'error', '--pack-destination', folder];
  const { stdout } = await run('npm', ['pack', ...options], { cwd: built });
  return join(folder, stdout.trim());
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The example of docs/construct.md. */
function example(): string {
  const [, text = ''] = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'docs', 'construct.md'), 'utf8')) ?? [];
  return text;
}

/** `tsc` on an app. Empty: it found nothing. */
async function typesOf(name: string, source: string): Promise<string> {
  writeFileSync(join(app, name), source);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    '',
  ];
  try {
    return (await run(process.execPath, [tsc, ...options, name], { cwd: app })).stdout;
  } catch (error) {
    return Failed.parse(error).stdout;
  }
}

/** Synthesizes an app. Returns the folder of its templates, or what it wrote when it failed. */
async function synthesize(name: string, source: string): Promise<{ readonly out: string; readonly error: string }> {
  writeFileSync(join(app, name), source);
  const out = join(folder, `${name}.out`);
  const env = { PATH: dirname(process.execPath), HOME: folder, CDK_OUTDIR: out };
  try {
    await run(process.execPath, [name], { cwd: app, env });
    return { out, error: '' };
  } catch (error) {
    return { out, error: Failed.parse(error).stderr };
  }
}

function templateIn(out: string, prefix: string): Template {
  const file = readdirSync(out).find((name) => name.startsWith(prefix) && name.endsWith('.template.json'));
  return Template.fromString(readFileSync(join(out, file ?? 'no such file'), 'utf8'));
}

/** An app with nothing but the construct. */
const bare = (props: string) => `
import { App } from 'aws-cdk-lib';
import { Restitch } from 'restitch-construct';
new Restitch(new App(), 'Restitch', ${props});
`;
const smallest = {
  clusters: [{ name: 'lab', kubeconfigSecret: 'restitch/kubeconfig', notification: { nobody: 'this is a test' } }],
};

describe('the package', () => {
  it('is the same file when it is packed again', async () => {
    const first = digest(tarball);
    expect(digest(await pack('second'))).toBe(first);
  });

  it('needs no other package than aws-cdk-lib and constructs', () => {
    const installed = readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed.toSorted()).toEqual(['aws-cdk-lib', 'constructs', 'restitch-construct']);
  });
});

describe('the example of docs/construct.md, in an app with nothing else', () => {
  it('has the right types', async () => {
    expect(await typesOf('example.ts', example())).toBe('');
  });

  it('is a stack with the VPC, the topic, the key, the boundary and the tags', async () => {
    const { out, error } = await synthesize('app.ts', example());
    expect(error).toBe('');
    const template = templateIn(out, 'Restitch');
    const vpc = {
      SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    };
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { VpcConfig: vpc }, 2);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const topic = 'arn:aws:sns:eu-central-1:111122223333:on-call';
    expect(alarms.map(({ Properties }) => Properties.AlarmActions)).toEqual(alarms.map(() => [topic]));
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    expect(roles.map(({ Properties }) => JSON.stringify(Properties.PermissionsBoundary))).toEqual(
      roles.map(() => expect.stringContaining(':policy/workload-boundary')),
    );
    template.allResourcesProperties('AWS::IAM::Role', { Tags: [{ Key: 'team', Value: 'platform' }] });
  });
});

describe('the construct, in an app of its own', () => {
  it('makes the template that this repository’s app makes', async () => {
    const { out, error } = await synthesize('same.ts', bare(`{ configuration: ${JSON.stringify(smallest)} }`));
    expect(error).toBe('');
    const [stack] = addStacks(new App({ outdir: join(folder, 'own.out') }), Configuration.parse(smallest));
    expect(stack).toBeDefined();
    if (stack !== undefined) expect(templateIn(out, 'Restitch').toJSON()).toEqual(Template.fromStack(stack).toJSON());
  });

  it('makes a stack for several clusters, with the file that describes them, and one in each other account', async () => {
    const stack = { account: '111122223333', region: 'eu-central-1' };
    const notification = { nobody: 'this is a test' };
    const clusters = [
      { name: 'here', kubeconfigSecret: 'here', notification, stack },
      {
        name: 'there',
        kubeconfigSecret: 'there',
        notification,
        stack,
        account: { id: '444455556666', region: 'eu-west-1' },
      },
    ];
    const { out, error } = await synthesize('several.ts', bare(`{ configuration: ${JSON.stringify({ clusters })} }`));
    expect(error).toBe('');
    const own = addStacks(new App({ outdir: join(folder, 'several.own') }), Configuration.parse({ clusters }));
    expect(own.map(({ stackName }) => stackName)).toEqual(['Restitch', 'Restitch-Access-444455556666-eu-west-1']);
    for (const [at, prefix] of ['RestitchRestitch', 'RestitchRestitchAccess'].entries()) {
      const made = templateIn(out, at === 0 ? 'Restitch' : prefix).toJSON();
      const wanted = Template.fromStack(own[at] ?? expect.fail()).toJSON();
      expect(Object.keys(made['Resources'])).toEqual(Object.keys(wanted['Resources']));
    }
    const files = readdirSync(out, { recursive: true }).filter((file) => String(file).endsWith('clusters.json'));
    const described = files.map((file) => JSON.parse(readFileSync(join(out, String(file)), 'utf8')));
    expect(described).toHaveLength(2);
    for (const each of described) expect(each).toMatchObject([{ names: ['here'] }, { names: ['there'] }]);
  });

  it.each([
    ['a prop that there is not', '{ configuration: {}, vpcc: 1 }', "'vpcc' does not exist in type 'RestitchProps'"],
    ['no configuration', '{}', "Property 'configuration' is missing"],
    [
      'a topic of another type',
      "{ configuration: {}, notificationTopic: 'on-call' }",
      "not assignable to type 'ITopic",
    ],
  ])('with %s is refused by the compiler', async (_what, props, message) => {
    expect(await typesOf('wrong.ts', bare(props))).toContain(message);
  });

  it.each([
    [
      'an unknown key',
      `{ configuration: { clusters: [{ name: 'lab', kubeconfigSecert: 'x', notification: { nobody: 'this is a test' } }] } }`,
      'kubeconfigSecret',
    ],
    ['nobody who is told', `{ configuration: { clusters: [{ name: 'lab', kubeconfigSecret: 'x' }] } }`, 'notification'],
    [
      'clusters of two stacks',
      `{ configuration: { clusters: ['one', 'two'].map((name) => ({ name, kubeconfigSecret: 'x', instanceTag: name, notification: { nobody: 'this is a test' }, stack: { name, documentPrefix: name } })) } }`,
      'a construct is one stack',
    ],
    ['security groups without a VPC', `{ configuration: ${JSON.stringify(smallest)}, securityGroups: [] }`, 'give vpc'],
  ])('with %s is refused by synth, with what to write instead', async (_what, props, message) => {
    expect((await synthesize('refused.ts', bare(props))).error).toContain(message);
  });
});
