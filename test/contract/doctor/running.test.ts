import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tokenCheck } from '../../../cli/doctor/token-check.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { announceServices } from '../../../local/services-address.ts';
import { lockStateDir } from '../../../local/state-lock.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';
import { captureCli } from '../../unit/cli/captured-cli.ts';
import { configurationText } from '../../unit/configuration/configuration-text.ts';
import {
  examined,
  NODES,
  type Services,
  SLACK_TOKEN,
  startServices,
  TABLE,
  type Trouble,
} from './doctor-under-test.ts';

const rendered = join(import.meta.dirname, '../../../monitoring/alertmanager/restitch.alertmanager.yml');
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Around extends Trouble {
  readonly slackToken?: string;
  readonly approvers?: readonly string[];
  /** Changes the kubeconfig's text. */
  readonly kubeconfig?: (text: string) => string;
}

/** As `npm start` tells other processes; the state folder is that of the stand-ins. */
async function running(around: Around = {}): Promise<Services> {
  const services = await startServices(around);
  const { folder, kubeconfig, slackUrl, ssmUrl, sqsUrl, dynamoDbUrl, queueUrl, webhookUrl } = services;
  closers.push(services.close, await lockStateDir(folder));
  await announceServices(folder, {
    variables: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_SQS: sqsUrl,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
      AWS_ENDPOINT_URL_SSM: ssmUrl,
      TABLE_NAME: TABLE,
      QUEUE_URL: queueUrl,
      DOCUMENT_PREFIX: 'Restitch',
      INSTANCE_TAG: 'restitch:node',
      SLACK_API_URL: slackUrl,
      SLACK_CHANNEL: '#restitch',
    },
    kubeconfig: { text: around.kubeconfig?.(kubeconfig) ?? kubeconfig },
    standIns: ['sqs', 'dynamodb', 'ssm', 'kubernetes', 'slack'],
    slackToken: around.slackToken ?? SLACK_TOKEN,
    approvers: [...(around.approvers ?? ['U0ALICE'])],
    webhookUrl,
  });
  return services;
}

describe('restitch doctor beside npm start', () => {
  it('finds everything in order, and says what it could not look at', async () => {
    const { folder } = await running();
    const { code, counts, checks } = await examined(['--state-dir', folder]);
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(code).toBe(0);
    expect(counts).toEqual({ ok: checks.length - 5, failed: 0, notChecked: 5 });
    expect(checks.flatMap((check) => (check.status === 'ok' ? [] : [`${check.area} ${check.subject}`]))).toEqual([
      'table expiry',
      'table point-in-time recovery',
      'queue dead letters',
      'Slack channel #restitch',
      'Alertmanager route',
    ]);
  });

  it('prints at most 80 columns, nodes in order in one line, and what is to be done', async () => {
    const { folder } = await running();
    const { out } = await captureCli(['doctor', '--state-dir', folder]);
    const prose = out.filter((line) => !/\S{60}/.test(line));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).toContainEqual(expect.stringMatching(/^ok {11}node gpu-1, gpu-2, gpu-3: 3 instances found by tag/));
    expect(out).toContain('             → --alertmanager alertmanager.yml, or its URL');
    expect(out.at(-1)).toMatch(/^\d+ checks: \d+ ok, 0 failed, 5 not checked$/);
  });

  it('follows the alerts with the linter', async () => {
    const { folder, webhookUrl } = await running();
    const good = join(folder, 'good.yml');
    const text = readFileSync(rendered, 'utf8');
    writeFileSync(good, text.replaceAll('https://WEBHOOK_URL/', webhookUrl));
    const bad = join(folder, 'bad.yml');
    writeFileSync(bad, readFileSync(good, 'utf8').replace('send_resolved: true', 'send_resolved: false'));
    const route = async (file: string) => examined(['--state-dir', folder, '--alertmanager', file]);
    expect((await route(good)).of('Alertmanager route')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('by restitch'),
    });
    expect((await route(bad)).of('Alertmanager setting')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(`${bad}:22:24: error`),
    });
    expect((await route(rendered)).of('Alertmanager route')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('no alert of monitoring/rules reaches'),
    });
  });

  it('holds the Nodes against the file', async () => {
    const { folder } = await running();
    const file = join(folder, 'restitch.config.yaml');
    const fleetOf = async (lines: string) => {
      writeFileSync(file, configurationText('', lines));
      return (await examined(['--state-dir', folder, '--config', file])).of(`fleet of ${file}`);
    };
    expect(await fleetOf('    pools: [gpu]\n    podNetworks: [10.42.0.0/16]\n')).toMatchObject({
      status: 'ok',
      detail: '3 Nodes are where it says',
    });
    expect(await fleetOf('    pools: [cpu]\n')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('gpu-1, pool: label restitch.dev/pool says gpu, the file has cpu'),
    });
    expect(await fleetOf('')).toMatchObject({ status: 'not-checked' });
  });
});

const instanceOf = (name: string) =>
  createFakeFleet(NODES).hosts.find((host) => host.name === name)?.instanceId ?? null;

/** Our documents with another content of `apply`; undefined: without it. */
function changed(own: Readonly<Record<string, unknown>>, content: (is: unknown) => unknown) {
  const isApply = (name: string) => name.startsWith('Restitch-apply');
  const entries = Object.entries(own).map(([name, is]) => [name, isApply(name) ? content(is) : is] as const);
  return Object.fromEntries(entries.filter(([, is]) => is !== undefined));
}

describe('what fails', () => {
  it.each([
    [
      'a missing document',
      { documents: (own) => changed(own, () => undefined) },
      /^document Restitch-apply/,
      'is not there',
      'npx cdk deploy',
    ],
    [
      'a document of another version',
      { documents: (own) => changed(own, (content) => ({ ...Object(content), description: 'of before' })) },
      /^document Restitch-apply/,
      'has another content than this version',
      'npx cdk deploy',
    ],
    [
      'a right that is not given',
      { denies: ({ resourceAttributes: { subresource } }) => subresource === 'proxy' },
      'rights restitch-runbook for restitch-runbook',
      'may not get nodes/proxy',
      'kubectl apply -f deploy/kubernetes/rbac.yaml',
    ],
    [
      'a right in one namespace',
      { denies: ({ resourceAttributes: { resource } }) => resource === 'leases' },
      'rights restitch-leases for restitch-runbook',
      'may not list leases in kube-node-lease',
      'kubectl apply',
    ],
    [
      'a missing scope of Slack',
      { scopes: ['app_mentions:read', 'commands', 'usergroups:read'] },
      'Slack scopes',
      'without chat:write',
      'install the app anew',
    ],
    ['a token that Slack does not know', { slackToken: 'xoxb-wrong' }, 'Slack token', 'invalid_auth', 'xoxb-'],
    [
      'a webhook that lets anybody in',
      { webhookStatus: 200 },
      /^webhook /,
      'answers 200 to a caller without a token',
      'intake',
    ],
    ['an empty list of approvers', { approvers: [] }, 'approvers list', 'nobody may approve', 'set approvers'],
    [
      'an API server that lets us not in',
      { kubeconfig: (text) => text.replace('right-token', 'wrong') },
      'cluster API server',
      'answers 401',
      'credentials',
    ],
  ] satisfies readonly (readonly [string, Around, string | RegExp, string, string])[])(
    'is told with how to mend it: %s',
    async (_, trouble, name, detail, mend) => {
      const { folder } = await running(trouble);
      const { code, checks } = await examined(['--state-dir', folder]);
      const failed = checks.filter(({ status }) => status === 'failed');
      expect(code).toBe(1);
      expect(failed).toEqual([
        expect.objectContaining({ detail: expect.stringContaining(detail), mend: expect.stringContaining(mend) }),
      ]);
      const [{ area, subject } = { area: '', subject: '' }] = failed;
      expect(`${area} ${subject}`).toMatch(name);
    },
  );

  it('is told of each node: an old agent, and one that is offline', async () => {
    const { folder } = await running({
      faults: [
        { kind: 'agent-too-old', instanceId: instanceOf('gpu-1') },
        { kind: 'agent-offline', instanceId: instanceOf('gpu-2') },
      ],
    });
    const { code, of } = await examined(['--state-dir', folder]);
    expect(code).toBe(1);
    expect(of('node gpu-1')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('update it (aws ssm send-command'),
    });
    expect(of('node gpu-2')).toMatchObject({
      status: 'failed',
      mend: expect.stringContaining('systemctl start amazon-ssm-agent'),
    });
    expect(of('node gpu-3')).toMatchObject({ status: 'ok', detail: expect.stringMatching(/^\S+, online, agent 3\./) });
  });
});

describe('a node whose tag two instances have', () => {
  it('fails with both of them, and with what to do', async () => {
    const { folder } = await running({ twin: 'gpu-2' });
    const { code, of } = await examined(['--state-dir', folder]);
    const both =
      /^several instances have the tag restitch:node with the value gpu-2: (\S+), (\S+)\. Leave it on the one/;
    expect([code, of('node gpu-2')]).toMatchObject([1, { status: 'failed', detail: expect.stringMatching(both) }]);
    const [, one, other] = both.exec(of('node gpu-2').detail) ?? [];
    expect(one).not.toBe(other);
    expect(of('node gpu-1').status).toBe('ok');
  });
});

describe('what is not checked', () => {
  it('is never ok: nodes and rights without an API server', async () => {
    const { folder } = await running({ kubeconfig: (text) => text.replace('right-token', 'wrong') });
    const { of } = await examined(['--state-dir', folder]);
    expect(of('nodes instances').status).toBe('not-checked');
    expect(of('rights of the functions').status).toBe('not-checked');
  });

  it('is an optional right that is not given: it is told what is lost', async () => {
    const { folder } = await running({ denies: ({ resourceAttributes: { resource } }) => resource === 'pods' });
    const { code, of } = await examined(['--state-dir', folder]);
    expect([code, of('rights restitch-workload for restitch-runbook')]).toMatchObject([
      0,
      { detail: expect.stringContaining('optional, and not given: questions do not show') },
    ]);
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'say which Restitch: --state-dir of a running npm start, or --stack NAME'],
    [['--state-dir', 'x', '--stack', 'y'], 'say which Restitch'],
    [['--state-dir', '/tmp'], 'no npm start runs in /tmp'],
  ])('is said: %j', async (args, said) => {
    const { code, err } = await captureCli(['doctor', ...args]);
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});

describe('an Alertmanager that runs', () => {
  /** Serves the configuration as Alertmanager shows it, without the addresses of webhooks. */
  async function serve(text: string, status = 200): Promise<string> {
    const original = text.replaceAll(/url: \S+/g, 'url: <secret>');
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/api/v2/status' ? status : 404).end(JSON.stringify({ config: { original } }));
    });
    closers.push(async () => server.close());
    return listenOnLoopback(server, 0);
  }
  const asked = async (text: string, status?: number) => {
    const { folder } = await running();
    return examined(['--state-dir', folder, '--alertmanager', await serve(text, status)]);
  };
  const right = readFileSync(rendered, 'utf8');

  it('is asked for its route; its hidden address is known by the name of the receiver', async () => {
    const { code, of } = await asked(
      `${right}\n`.replace('- name: people', '- name: people\n    webhook_configs: [{ url: https://x }]'),
    );
    expect([code, of('Alertmanager route')]).toMatchObject([
      0,
      { status: 'ok', detail: expect.stringContaining('by restitch') },
    ]);
  });

  it.each([
    ['ends that are not told', right.replace('send_resolved: true', 'send_resolved: false'), 'Alertmanager setting'],
    ['a receiver of another name', right.replaceAll('restitch\n', 'other\n'), 'Alertmanager route'],
  ])('fails with %s', async (_, text, name) => {
    const { code, of } = await asked(text);
    expect([code, of(name).status]).toEqual([1, 'failed']);
  });

  it('that does not answer is a finding', async () => {
    const { code, of } = await asked(right, 503);
    expect([code, of('Alertmanager configuration')]).toMatchObject([
      1,
      { status: 'failed', detail: expect.stringContaining('answers 503') },
    ]);
  });
});

describe('the token of the kubeconfig', () => {
  const tokenWith = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
  const NOW = Date.UTC(2026, 10, 22);
  const inHours = (hours: number) => tokenWith({ exp: NOW / 1_000 + hours * 3_600 });
  const check = (user: object) =>
    tokenCheck(
      {
        configure: async ({ KubeConfig }) => {
          const config = new KubeConfig();
          config.loadFromClusterAndUser(
            { name: 'c', server: 'https://x', skipTLSVerify: false },
            { name: 'u', ...user },
          );
          return config;
        },
      },
      NOW,
    );

  it.each([
    [72, 'ok', 'ends in 72 h'],
    [71, 'failed', 'ends in 71 h'],
    [0, 'failed', 'ended 0 h ago'],
    [-5, 'failed', 'ended 5 h ago'],
  ])('that ends in %i hours is %s', async (hours, status, detail) => {
    expect(await check({ token: inHours(hours) })).toMatchObject({ status, detail });
    if (status === 'failed') expect((await check({ token: inHours(hours) })).mend).toContain('kubeconfig.sh');
  });

  it('may have no end, or not be there', async () => {
    expect(await check({ token: 'opaque' })).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('does not say'),
    });
    expect(await check({})).toMatchObject({ status: 'ok', detail: expect.stringContaining('none') });
  });
});
