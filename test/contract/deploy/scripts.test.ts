import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setVariables } from '../../../cli/render/set-variables.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { runScript, type StubAnswer, writeStub } from './stub-programs.ts';

const deploy = join(import.meta.dirname, '..', '..', '..', 'deploy');
const shells = ['dash', 'busybox sh'] as const;
type Shell = (typeof shells)[number];

/** Runs a script of deploy/ with these variables, beside stubs of the AWS CLI and kubectl. */
function run(
  shell: Shell,
  file: string,
  args: readonly string[],
  around: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly aws?: readonly StubAnswer[];
    readonly kubectl?: readonly StubAnswer[];
  } = {},
) {
  const folder = temporaryFolder();
  const script = join(folder, 'script.sh');
  writeFileSync(script, setVariables(readFileSync(join(deploy, file), 'utf8'), around.variables ?? {}));
  writeStub(folder, 'aws', around.aws ?? []);
  writeStub(folder, 'kubectl', around.kubectl ?? []);
  return runScript(shell, script, args, folder);
}

describe.each(shells)('nodes.sh under %s', (shell) => {
  const nodes = (args: readonly string[], aws: readonly StubAnswer[] = [], names = '?*') =>
    run(shell, 'nodes/nodes.sh', args, { aws, variables: { node_names: names, instance_tag: 'my:node' } });

  it('makes an activation for one machine, with the tag on it, and prints what to run there', () => {
    const { code, stdout, calls } = nodes(
      ['activate', 'gpu-1'],
      [{ call: 'ssm create-activation', prints: 'id-1\\tcode-1' }],
    );
    expect(code).toBe(0);
    expect(calls.at(-1)).toContain('--registration-limit 1 --default-instance-name gpu-1');
    expect(calls.at(-1)).toContain('--tags Key=my:node,Value=gpu-1');
    expect(stdout).toContain('amazon-ssm-agent -register -y -region eu-west-1 -id id-1 -code code-1\n');
  });

  it.each([
    ['i-0123', 'aws ec2 create-tags --resources i-0123 --tags Key=my:node,Value=gpu-1'],
    [
      'mi-0123',
      'aws ssm add-tags-to-resource --resource-type ManagedInstance --resource-id mi-0123 --tags Key=my:node,Value=gpu-1',
    ],
  ])('tags %s', (instance, call) => {
    const taken = [{ call: 'ssm describe-instance-information', prints: instance }];
    const { code, stdout, calls } = nodes(['tag', instance, 'gpu-1'], taken);
    expect([code, stdout, calls.at(-1)]).toEqual([0, `${instance} is the Node gpu-1\n`, call]);
  });

  it('gives the tag by which State Manager installs the watchdog, where the file wants it', () => {
    const variables = { watchdog: 'gpu fleet' };
    for (const args of [
      ['activate', 'gpu-1'],
      ['tag', 'i-0123', 'gpu-1'],
    ])
      expect(run(shell, 'nodes/nodes.sh', args, { variables }).calls.join('\n')).toContain(
        'Key=restitch:node,Value=gpu-1 Key=restitch:watchdog,Value=gpu fleet',
      );
  });

  it.each([[['tag', 'i-0123', 'gpu-1']], [['activate', 'gpu-1']]])(
    'refuses a Node that another instance has already, and changes nothing: %j',
    (args) => {
      const taken = [{ call: 'ssm describe-instance-information', prints: 'mi-other\\ti-more' }];
      const { code, stderr, calls } = nodes(args, taken);
      expect([code, stderr]).toEqual([1, expect.stringContaining('mi-other has the tag my:node with the value gpu-1')]);
      expect(calls).toEqual([expect.stringContaining('--filters Key=tag:my:node,Values=gpu-1')]);
    },
  );

  it.each([
    [[]],
    [['tag', 'i-0123']],
    [['tag', 'x-0123', 'gpu-1']],
    [['activate', 'web-1']],
    [['activate', 'GPU 1']],
    [['activate', '']],
    [['activate', '../x']],
  ])('refuses %j with 2', (args) => {
    const { code, calls } = nodes(args, [], 'gpu-* hub-1');
    expect(code).toBe(2);
    expect(calls.filter((call) => /create|tags-to/.test(call))).toEqual([]);
  });

  it('makes the role of hybrid machines once, which only this account may have used', () => {
    const arn = 'arn:aws-cn:iam::111122223333:user/ann';
    const there = [{ call: 'sts get-caller-identity', prints: arn }];
    const { code, calls } = nodes(['role'], [{ call: 'iam get-role', exitCode: 254 }, ...there]);
    expect(code).toBe(0);
    const [, trust = ''] =
      /--assume-role-policy-document (.*)$/.exec(calls.find((call) => call.includes('create-role')) ?? '') ?? [];
    expect(JSON.parse(trust).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'ssm.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws-cn:ssm:*:111122223333:*' },
        },
      },
    ]);
    expect(calls.at(-1)).toContain('arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore');
    expect(nodes(['role']).calls).toEqual(['aws iam get-role --role-name restitch-nodes']);
  });
});

describe.each(shells)('kubeconfig.sh under %s', (shell) => {
  const token = 'eyJh.eyJz_-.sig-_';
  const right: readonly StubAnswer[] = [
    { call: 'create token restitch-runbook --namespace restitch', prints: token },
    { call: 'config view', prints: 'Q0E=' },
  ];
  const store = (args: readonly string[], kubectl = right, aws: readonly StubAnswer[] = []) =>
    run(shell, 'kubernetes/kubeconfig.sh', args, { kubectl, aws, variables: { secret: 'my/kubeconfig' } });

  it('stores a kubeconfig with the token in the secret, and leaves no file behind', () => {
    const { code, secret = '', calls } = store(['https://k3s.example:6443']);
    expect(code).toBe(0);
    const kubeconfig = JSON.parse(JSON.parse(secret).kubeconfig);
    expect(kubeconfig).toMatchObject({
      clusters: [{ cluster: { server: 'https://k3s.example:6443', 'certificate-authority-data': 'Q0E=' } }],
      users: [{ user: { token } }],
    });
    const put = calls.at(-1) ?? '';
    expect(put).toContain('aws secretsmanager put-secret-value --secret-id my/kubeconfig');
    expect(put).not.toContain(token);
    const [, file = 'none'] = /file:\/\/(\S+)/.exec(put) ?? [];
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('makes the secret where there is none', () => {
    const none = [{ call: 'secretsmanager describe-secret', exitCode: 254 }];
    const { calls } = store(['https://10.0.0.1:6443'], right, none);
    expect(calls.at(-1)).toContain('secretsmanager create-secret --name my/kubeconfig');
  });

  it.each([
    [[]],
    [['http://k3s.example']],
    [['https://127.0.0.1:6443']],
    [['https://localhost:6443']],
    [['https://x"y']],
    [['https://']],
  ])('refuses the address %j with 2, and stores nothing', (args) => {
    const { code, calls } = store(args);
    expect([code, calls]).toEqual([2, []]);
  });

  it('stores nothing where kubectl gives no token', () => {
    const { code, secret } = store(['https://k3s.example:6443'], [{ call: 'create token', prints: 'error: "x"' }]);
    expect([code, secret]).toEqual([1, undefined]);
  });
});

describe.each(shells)('access-entries.sh under %s', (shell) => {
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  const entries = (variables: Readonly<Record<string, string>>, aws: readonly StubAnswer[]) =>
    run(shell, 'kubernetes/access-entries.sh', [], { aws, variables: { cluster: 'gpu', ...variables } });

  it('gives each role its group, and changes an entry that is there', () => {
    const present = { call: `eks describe-access-entry --cluster-name gpu --principal-arn ${role('r')}` };
    const absent = { call: 'eks describe-access-entry', exitCode: 254 };
    const { code, calls } = entries({ runbook_role: role('r'), sweep_role: role('s') }, [present, absent]);
    expect(code).toBe(0);
    expect(calls.filter((call) => !call.includes('describe'))).toEqual([
      `aws eks update-access-entry --cluster-name gpu --principal-arn ${role('r')} --kubernetes-groups restitch-runbook`,
      `aws eks create-access-entry --cluster-name gpu --principal-arn ${role('s')} --kubernetes-groups restitch-sweep`,
    ]);
  });

  it('reads the roles from the outputs of the stack, and refuses what is no role', () => {
    const answer = (prints: string) => [{ call: 'cloudformation describe-stacks --stack-name Mine', prints }];
    expect(entries({ stack: 'Mine' }, answer(role('both'))).calls.at(-1)).toContain('restitch-sweep');
    const none = entries({ stack: 'Mine' }, answer('None'));
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('has no output')]);
  });
});
