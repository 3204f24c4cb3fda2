import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { runCli } from '../../../cli/run-cli.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { createApproval } from '../../../functions/approval/create.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { announceDecisions, withLocalCaller } from '../../../local/decision-address.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { serveFunctionUrls } from '../../../local/serve-function-urls.ts';
import { lockStateDir } from '../../../local/state-lock.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { announceTable } from '../../../local/table/open-state-table.ts';
import { startIamFunctionUrl } from '../../../proof/template/iam-function-url.ts';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';

const ann = 'arn:aws:iam::111122223333:user/ann';
const bob = 'arn:aws:sts::111122223333:assumed-role/Developers/ann';
const callers = {
  AKIAANN: { secret: 'secret-of-ann', arn: ann },
  AKIABOB: { secret: 'secret-of-bob', arn: bob },
};
const APPROVERS = [ann, 'os:ann'];
const TABLE = 'restitch';
const DIGEST = 'd'.repeat(64);

const closers: (() => Promise<unknown>)[] = [];
let folder = '';
let environment: Readonly<Record<string, string>> = {};
let questions: ReturnType<typeof createApprovalStore>;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-decide-'));
  const dynamoDb = await startEmbeddedDynamoDb(join(folder, 'dynamodb'));
  const client = dynamoDbClient({ url: dynamoDb.url, anyCredentials: true }, 'eu-west-1');
  await ensureTable(client, TABLE);
  const table = createTable(DynamoDBDocumentClient.from(client), TABLE);
  questions = createApprovalStore(table);
  const incident = incidentOf({ incidentId: 'lab-1.gpu-2.1', phase: 'repairing' });
  await createIncidentStore(table).openOrGet(incident.target, () => incident);
  const variables = {
    TABLE_NAME: TABLE,
    RUNBOOK_FUNCTION: 'runbook',
    SLACK_SIGNING_SECRET_ID: 'slack',
    QUEUE_URL: 'http://127.0.0.1:9/q',
  };
  const approval = createApproval(
    { ...variables, APPROVERS: APPROVERS.join(',') },
    {
      dynamoDb: client,
      sqs: new SQSClient({ region: 'eu-west-1' }),
      engine: createFakeEngine(),
      slackToken: () => async () => 'xoxb-test',
      signingSecret: () => async () => 'never-asked-for-it',
      log: createRecordingLog(),
    },
  );
  closers.push(await lockStateDir(folder));
  const address = { region: 'eu-west-1', tableName: TABLE };
  closers.push(await announceTable(folder, { url: dynamoDb.url, anyCredentials: true }, address));
  const local = createServer();
  const url = await listenOnLoopback(local, 0);
  const urls = { '/decisions': withLocalCaller(approval, 'token', 'os:ann'), '/slack/interactions': approval };
  serveFunctionUrls(local, urls, async (_, response) => void response.end(), createRecordingLog());
  closers.push(await announceDecisions(folder, { url: `${url}/decisions`, token: 'token' }));
  const guarded = await startIamFunctionUrl(callers, approval);
  const outputs = {
    TableName: TABLE,
    QueueUrl: 'http://127.0.0.1:9/q',
    WebhookUrl: 'https://a/',
    WebhookSecretArn: 'arn',
  };
  const cloudFormation = await startCloudFormationServer({
    Restitch: { outputs: { ...outputs, DecisionUrl: guarded.url } },
    Earlier: { outputs },
    Gone: { outputs: { ...outputs, DecisionUrl: 'http://127.0.0.1:9/' } },
  });
  environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
  };
  closers.push(cloudFormation.close, guarded.close, dynamoDb.close, async () => local.close());
});
afterAll(async () => {
  for (const close of closers) await close();
  await rm(folder, { recursive: true, force: true });
});

/** One question a test, and no other open. */
let question: Approval;
beforeEach(async () => {
  for (const { approvalId } of await questions.listPending())
    await questions.settle(approvalId, 'withdrawn', Date.now());
  count += 1;
  const now = Date.now();
  const incidentId = `lab-1.gpu-1.${count}`;
  const parts = {
    incidentId,
    approvalId: `${incidentId}.bounce.1`,
    planDigest: DIGEST,
    requestedAt: now,
    expiresAt: now + 900_000,
  };
  question = await questions.create(approvalOf({ ...parts, atRisk: ['8 GPUs'] }));
});

interface Run {
  readonly as?: keyof typeof callers;
  readonly secret?: string;
  readonly confirm?: boolean;
}

/** The SDK takes credentials from the process, so they are set there for the time of a call. */
async function run(args: readonly string[], { as = 'AKIAANN', secret = callers[as].secret, confirm }: Run = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  process.env['AWS_ACCESS_KEY_ID'] = as;
  process.env['AWS_SECRET_ACCESS_KEY'] = secret;
  try {
    const code = await runCli(args, {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      environment,
      ...(confirm === undefined
        ? {}
        : {
            confirm: async (text: string) => {
              asked.push(text);
              return confirm;
            },
          }),
    });
    return { code, out: out.join('\n'), err: err.join('\n'), asked };
  } finally {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  }
}

const stored = () => questions.get(question.approvalId);
const STACK = ['--stack', 'Restitch'];
const PLAN = ['--plan', DIGEST.slice(0, 12)];
const here = () => ['--state-dir', folder];

describe('restitch approvals', () => {
  it('lists what waits, in 80 columns', async () => {
    const { code, out } = await run(['approvals', ...STACK]);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^QUESTION +PLAN {10}EXPIRES$/);
    expect(lines[1]).toMatch(new RegExp(`^${question.approvalId}  dddddddddddd  in 1[45] min$`));
  });

  it('shows the plan of one, by its name or that of its incident', async () => {
    const one = await run(['approvals', question.approvalId, ...here()]);
    expect(one.out).toContain('bounce on gpu-1 (lab-1)?\ntakes the overlay of the node down for a moment');
    expect(one.out).toContain('At risk:\n  8 GPUs\n\nPlan:\n  gpu-1: link down, link up');
    expect(one.out).toMatch(/state {5}waits, expires in 1[45] min$/);
    expect((await run(['approvals', question.incidentId, ...here()])).out).toBe(one.out);
    const json = JSON.parse((await run(['approvals', '--json', ...here()])).out);
    expect(json).toMatchObject([{ approvalId: question.approvalId, planDigest: DIGEST, status: 'pending' }]);
  });

  it('says that nothing waits', async () => {
    await questions.settle(question.approvalId, 'withdrawn', Date.now());
    expect(await run(['approvals', ...STACK])).toMatchObject({ code: 0, out: 'no question is open' });
  });

  it.each([
    ['lab-1.gpu-9.1', 'there is no question or incident lab-1.gpu-9.1'],
    ['lab-1.gpu-2.1', 'no question of lab-1.gpu-2.1 is open: it is repairing'],
  ])('of %s says that there is none', async (name, said) => {
    expect(await run(['approvals', name, ...STACK])).toMatchObject({ code: 1, err: `restitch: ${said}` });
  });
});

describe('an approver', () => {
  it('approves on a stack as who AWS says it is', async () => {
    const { code, out, asked } = await run(['approve', question.incidentId, ...STACK, ...PLAN]);
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(out).toContain(`${question.approvalId}: approved by ann (command line, ${ann}), at 20`);
    expect(out).toContain(`restitch incidents follow ${question.incidentId} --stack Restitch`);
    expect(await stored()).toMatchObject({ status: 'approved', decidedBy: { id: ann, through: 'command-line' } });
  });

  it('denies here as the user of npm start, with a reason', async () => {
    const { code, out } = await run(['deny', question.approvalId, ...here(), '--reason', 'jobs until six']);
    expect(code).toBe(0);
    expect(out).toContain('denied by ann (command line, os:ann): jobs until six, at 20');
    expect(out).toContain('Hands off: Restitch does nothing more to the node in this incident.');
    expect(await stored()).toMatchObject({ status: 'denied', decidedBy: { id: 'os:ann', reason: 'jobs until six' } });
  });

  it.each([
    [true, 0, 'approved'],
    [false, 1, 'pending'],
  ])('on a terminal sees the plan and is asked: %s', async (confirm, code, status) => {
    const said = await run(['approve', question.approvalId, ...here()], { confirm });
    expect(said).toMatchObject({ code, asked: ['\nApprove exactly this?'] });
    expect(said.out).toContain('Plan:\n  gpu-1: link down, link up');
    expect((await stored())?.status).toBe(status);
  });

  it('gets JSON', async () => {
    const { out } = await run(['approve', question.approvalId, ...STACK, ...PLAN, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      done: true,
      decision: 'approved',
      as: ann,
      question: { status: 'approved' },
    });
  });
});

describe('nothing is decided', () => {
  it('by a second answer, and it says what the first was', async () => {
    await run(['deny', question.approvalId, ...here()]);
    const { code, out } = await run(['approve', question.approvalId, ...STACK, ...PLAN]);
    expect(code).toBe(1);
    expect(out).toContain(`Not done, as ${ann}: it is denied by ann (command line, os:ann) already.`);
    expect(out).toContain('denied by ann (command line, os:ann), at 20');
    expect((await stored())?.status).toBe('denied');
  });

  it('by two answers at once but by one of them', async () => {
    const { approvalId, planDigest } = question;
    const both = await Promise.all([
      run(['deny', approvalId, ...here()]),
      questions.decide(
        approvalId,
        { planDigest, decision: 'approved', by: { id: 'U1', name: 'alice' } },
        Date.now(),
        () => true,
      ),
    ]);
    expect(both[0].code === 0).toBe((await stored())?.status === 'denied');
    expect(both[1].type === 'decided').toBe((await stored())?.status === 'approved');
  });

  it('after it has expired', async () => {
    const late = await questions.create({
      ...question,
      approvalId: `${question.incidentId}.bounce.2`,
      expiresAt: Date.now(),
    });
    const { code, out } = await run(['approve', late.approvalId, ...STACK, ...PLAN]);
    expect({ code, out }).toEqual({
      code: 1,
      out: `Not done, as ${ann}: it has expired.\n${late.approvalId}: expired.`,
    });
  });

  it.each([
    [
      'who is not on the list, whatever the session is called',
      { as: 'AKIABOB' },
      `Not done, as ${bob}: you are not on the list`,
    ],
  ] as const)('by somebody %s', async (_, by, said) => {
    const { code, out } = await run(['approve', question.approvalId, ...STACK, ...PLAN], by);
    expect({ code, pending: (await stored())?.status }).toEqual({ code: 1, pending: 'pending' });
    expect(out).toContain(said);
    expect(out).toContain('The question still waits for an answer.');
  });

  it('by somebody whom AWS does not let in', async () => {
    const said = await run(['approve', question.approvalId, ...STACK, ...PLAN], { secret: 'guessed' });
    expect(said).toMatchObject({
      code: 1,
      err: expect.stringContaining('the policy of the stack’s output ApproverPolicyArn'),
    });
    expect((await stored())?.status).toBe('pending');
  });

  it('for another plan than the one that was seen', async () => {
    const said = await run(['approve', question.approvalId, ...STACK, '--plan', 'eeeeeeeeeeee']);
    expect(said).toMatchObject({
      code: 1,
      err: expect.stringContaining('is dddddddddddd, another one than eeeeeeeeeeee'),
    });
    expect((await stored())?.status).toBe('pending');
  });

  it('where no answer comes, and it says that this is not known', async () => {
    const { code, out } = await run(['approve', question.approvalId, '--stack', 'Gone', ...PLAN]);
    expect(code).toBe(1);
    expect(out).toMatch(/^Not known: fetch failed/);
    expect(out).toContain('The question still waits for an answer.');
  });

  it('on a stack of before', async () => {
    const said = await run(['deny', question.approvalId, '--stack', 'Earlier']);
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('no output DecisionUrl: deploy this version') });
  });

  it.each([
    [['approve', 'Q', '--stack', 'Restitch'], 'approve needs the plan that you have seen: --plan dddddddddddd'],
    [['approve', 'Q', '--stack', 'Restitch', '--plan', 'abc'], 'the first 12 characters or more'],
    [['approve', 'Q', '--plan', 'dddddddddddd'], 'say which Restitch: --state-dir of a running npm start, or --stack'],
    [['deny', 'Q', '--state-dir', '/tmp'], 'no npm start runs in /tmp under your user'],
    [['deny', 'Q', '--stack', 'Restitch', '--reason', ''], '--reason TEXT: legal are 1 to 300 characters'],
    [['deny', '--stack', 'Restitch'], 'missing required argument'],
    [['approve', 'Q', '--stack', 'Restitch', '--by', 'ann'], "unknown option '--by'"],
  ])('by wrong usage: %j', async (args, said) => {
    const { code, err } = await run(args.map((word) => (word === 'Q' ? question.approvalId : word)));
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});

describe('where npm start takes decisions', () => {
  it('is written for its own user alone', async () => {
    const { mode } = await stat(join(folder, 'decisions.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('refuses who has not its token, whoever he says he is', async () => {
    const { runningDecisions } = await import('../../../local/decision-address.ts');
    const { url = '' } = (await runningDecisions(folder)) ?? {};
    const body = JSON.stringify({ approvalId: question.approvalId, planDigest: DIGEST, decision: 'approved' });
    for (const authorization of ['', 'Bearer ', 'Bearer os:ann', `Bearer ${'t'.repeat(48)}`])
      expect((await fetch(url, { method: 'POST', headers: { authorization }, body })).status).toBe(403);
    const unsigned = await fetch(url.replace('/decisions', '/slack/interactions'), { method: 'POST', body });
    expect(unsigned.status).toBe(401);
    expect((await stored())?.status).toBe('pending');
  });
});

describe('a standing approval', () => {
  const ALLOW = [
    'standing',
    'allow',
    'cluster=eu',
    'pool=gpu',
    'class=vxlan-wedge',
    'rung=bounce',
    'most=3',
    'for',
    '30m',
  ];
  const LIST = ['standing', 'list', ...STACK];
  const line = /^standing approval (\d+) by ann: bounce against vxlan-wedge in pool gpu of eu, 3 of 3 left, until 20/;

  it('is given on a stack, listed, and ended here by another approver', async () => {
    const given = await run([...ALLOW, ...STACK]);
    const [, number = ''] = line.exec(given.out) ?? [];
    expect({ code: given.code, number }).toEqual({ code: 0, number: expect.stringMatching(/^\d+$/) });
    expect((await run(LIST)).out).toBe(given.out);
    expect(JSON.parse((await run([...LIST, '--json'])).out)).toMatchObject([{ by: { id: ann }, most: 3 }]);
    expect(await run(['standing', 'revoke', number, ...here()])).toMatchObject({
      code: 0,
      out: `revoked: standing approval ${number}`,
    });
    expect((await run(LIST)).out).toBe('no standing approval');
    expect(await run(['standing', 'revoke', number, ...here()])).toMatchObject({
      code: 1,
      out: `Not done, as os:ann: no standing approval ${number} is in force.`,
    });
  });

  it('is not given by somebody who is not on the list', async () => {
    const { code, out } = await run([...ALLOW, ...STACK], { as: 'AKIABOB' });
    expect({ code, out }).toEqual({ code: 1, out: `Not done, as ${bob}: you are not on the list of approvers.` });
    expect((await run(LIST)).out).toBe('no standing approval');
  });

  it('of which no answer comes is said to be not known', async () => {
    const { code, out } = await run([...ALLOW, '--stack', 'Gone']);
    expect(code).toBe(1);
    expect(out).toMatch(/^Not known: fetch failed.*\. restitch standing list shows what counts\.$/);
  });

  it.each([
    [['standing', 'allow', 'pool=gpu', ...STACK], 'allow wants cluster=NAME pool=NAME'],
    [['standing', 'revoke', 'all', ...STACK], 'revoke wants the number of a standing approval: all is none'],
    [ALLOW, 'say which Restitch: --state-dir of a running npm start, or --stack'],
    [['standing'], 'standing wants list, allow or revoke'],
  ])('is not given by wrong usage: %j', async (args, said) => {
    const { code, err } = await run(args);
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});
