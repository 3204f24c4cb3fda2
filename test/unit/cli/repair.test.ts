import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { followRequest } from '../../../cli/follow-request.ts';
import { repairVerdict } from '../../../cli/repair-verdict.ts';
import { repairRequest } from '../../../core/alert/repair-request.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { incidentOf } from '../../fakes/sample-records.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { captureCli } from './captured-cli.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A webhook that hands every alert on. */
async function webhookTo(take: (alerts: readonly unknown[]) => Promise<unknown>) {
  const posted: { readonly authorization: string | undefined; readonly body: { alerts: unknown[] } }[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await readBody(request)).toString('utf8'));
    posted.push({ authorization: request.headers.authorization, body });
    response.end(JSON.stringify({ outcomes: await take(body.alerts) }));
  });
  servers.push(server);
  return { url: await listenOnLoopback(server, 0), posted };
}

type Chain = ReturnType<typeof createChainUnderTest>;

const never: (text: string) => boolean = () => false;

/** A request for a node is followed while the chain works. Ctrl-C comes when `isEnough`. */
async function ask(chain: Chain, { node = 'gpu-1', waitSeconds = 1_800, isEnough = never } = {}) {
  const { url, posted } = await webhookTo((alerts) => chain.post(...alerts));
  const target = { cluster: 'lab', node };
  const alert = repairRequest(target, 'ann', chain.clock.now());
  const controller = new AbortController();
  const said: string[] = [];
  const say = (_: number, text: string) => {
    said.push(text);
    if (isEnough(text)) controller.abort();
  };
  const sleep = async () => {
    chain.clock.advanceSeconds(1);
    chain.engine.tick();
    await chain.engine.idle();
  };
  const ports = { store: chain.ports.store, clock: chain.clock.now, sleep };
  const request = { target, alert, webhook: { url, token: 't' }, waitSeconds };
  const followed = await followRequest(ports, request, { say }, controller.signal);
  const sent = posted.flatMap(({ body }) => body.alerts.map((each) => Object(each).status));
  return { followed, said, sent, posted, verdict: repairVerdict(followed, ' --state-dir .restitch') };
}

describe('what is posted', () => {
  it('is an alert about the node that says who asked, with the token, and its end', async () => {
    const { posted } = await ask(createChainUnderTest());
    const labels = { alertname: 'RepairRequested', cluster: 'lab', node: 'gpu-1', severity: 'info' };
    const annotations = { summary: 'ann asks for a repair of gpu-1', requested_by: 'ann' };
    const alert = { labels: expect.objectContaining(labels), annotations, fingerprint: expect.any(String) };
    expect(posted).toMatchObject([
      { authorization: 'Bearer t', body: { status: 'firing', alerts: [{ ...alert, status: 'firing' }] } },
      { authorization: 'Bearer t', body: { status: 'resolved', alerts: [{ ...alert, status: 'resolved' }] } },
    ]);
  });

  it('is another alert at each request', () => {
    const target = { cluster: 'lab', node: 'gpu-1' };
    const [first, second] = [repairRequest(target, 'ann', 1_000), repairRequest(target, 'ann', 2_000)];
    expect(first.labels).not.toEqual(second.labels);
    expect(first.fingerprint).not.toBe(second.fingerprint);
  });
});

describe('a request for a sick node', () => {
  it('is repaired, told step by step, and its end is sent', async () => {
    const { said, sent, verdict } = await ask(createChainUnderTest());
    expect(said[0]).toMatch(/^ann asks for a repair of gpu-1 \(lab\/gpu-1\), sent to http/);
    expect(said).toContainEqual(expect.stringMatching(/^closed: repaired/));
    expect(said.filter((line) => line.startsWith('opened by RepairRequested'))).toHaveLength(1);
    expect(sent).toEqual(['firing', 'resolved']);
    expect(verdict).toEqual({ exitCode: 0, lines: [expect.stringMatching(/^Healed: lab\.gpu-1\.1-\w+ is closed\.$/)] });
  });

  it('acts no more than an alert where that is paused, and stands', async () => {
    const chain = createChainUnderTest();
    const pause = { scope: { type: 'all' }, reason: 'a release', by: 'bob', since: 0, until: null } as const;
    await chain.ports.safety.pauses.change(PAUSE_LIST, (list) => withPause(list, pause));
    const { followed, said, sent, verdict } = await ask(chain);
    expect(chain.acted()).toEqual([]);
    expect(said.at(-1)).toMatch(/^handed over to a person: all is paused by bob: a release/);
    expect(sent).toEqual(['firing']);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.lines.join('\n')).toMatch(/^Handed over: .*\nIt goes on by itself when the pause ends/);
    expect(followed.incident?.alerts).toMatchObject([{ alertname: 'RepairRequested', status: 'firing' }]);
  });

  it('waits for a yes where an alert does', async () => {
    const chain = createChainUnderTest();
    chain.ports.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    const { sent, verdict } = await ask(chain, { waitSeconds: 60 });
    expect(sent).toEqual(['firing']);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.lines[0]).toMatch(/^Not ended after 6\d s: \S+ waits for a yes or no, and goes on after it\.$/);
  });
});

describe('a request for a healthy node', () => {
  it('changes nothing, and says what was found', async () => {
    const chain = createChainUnderTest({}, { sick: [] });
    const { verdict, sent } = await ask(chain);
    expect(chain.acted()).toEqual([]);
    expect(sent).toEqual(['firing', 'resolved']);
    expect(verdict.exitCode).toBe(0);
    expect(verdict.lines[0]).toMatch(/^Healthy: .* is closed, and nothing was changed\.$/);
    expect(verdict.lines).toContain('  every layer passes in both directions, full-size too');
  });
});

describe('a request for a node that the cluster does not have', () => {
  it('says so, and leaves no incident open', async () => {
    const chain = createChainUnderTest();
    const { verdict, sent } = await ask(chain, { node: 'gpu-99' });
    expect(sent).toEqual(['firing', 'resolved']);
    expect(await chain.ports.store.listOpen()).toEqual([]);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.lines).toEqual([expect.stringMatching(/^There is no node gpu-99 in the cluster lab\. Nothing was/)]);
  });
});

describe('a node with an open incident', () => {
  it('has it followed, and no second one', async () => {
    const chain = createChainUnderTest();
    await chain.post(rawAlert({ labels: { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' } }));
    const { said, verdict } = await ask(chain);
    expect(said[1]).toMatch(/^lab\.gpu-1\.1-\w+ is open already \(\S+\): it gets the request and is followed$/);
    expect(await chain.incidents()).toHaveLength(1);
    expect(verdict.exitCode).toBe(0);
  });

  it('is looked at again where it was handed over', async () => {
    const chain = createChainUnderTest({ REPAIR_MODE: 'shadow' });
    await chain.post(rawAlert({ labels: { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' } }));
    await chain.until(async () => (await chain.incidents())[0]?.phase === 'handed-over');
    chain.clock.advanceSeconds(1);
    const { followed, said } = await ask(chain);
    expect(followed.incident).toMatchObject({ run: 2, phase: 'handed-over' });
    expect(said.filter((line) => line.startsWith('diagnosis: '))).toHaveLength(1);
  });
});

describe('Ctrl-C', () => {
  it('stops the following, ends nothing that is at work, and says how to follow it', async () => {
    const chain = createChainUnderTest();
    const { sent, verdict } = await ask(chain, { isEnough: (text) => text.startsWith('diagnosis: ') });
    expect(sent).toEqual(['firing']);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.lines).toEqual([
      expect.stringMatching(/^Stopped following: lab\.gpu-1\.1-\w+ is at work \(\w+\), and goes on\.$/),
      expect.stringMatching(/^Follow it with: restitch incidents follow lab\.gpu-1\.1-\w+ --state-dir \.restitch$/),
    ]);
    await chain.untilAllClosed();
  });
});

describe('the last words', () => {
  const words = (incident: Partial<Incident> | undefined, interrupted = false) => {
    const whole = incident === undefined ? undefined : incidentOf(incident);
    const { exitCode, lines } = repairVerdict({ incident: whole, found: [], interrupted, seconds: 120 }, '');
    return `${exitCode} ${lines.join(' ')}`;
  };

  it.each([
    [undefined, '1 Not seen after 120 s'],
    [{ phase: 'awaiting-approval' }, '1 Not ended after 120 s: lab-1.gpu-1.1 waits for a yes or no'],
    [
      { phase: 'held', heldBy: { cluster: 'lab-1', node: 'hub-1' } },
      '1 Not ended after 120 s: lab-1.gpu-1.1 is held until the incident of hub-1 ends',
    ],
    [{ phase: 'handed-over' }, '1 Handed over: lab-1.gpu-1.1 waits for a person.'],
    [{ phase: 'closed', outcome: 'cancelled' }, '1 Left alone: lab-1.gpu-1.1'],
    [
      { phase: 'closed', outcome: 'duplicate', duplicateOf: 'x' },
      '1 lab-1.gpu-1.1 is closed: x works on the same node',
    ],
  ] as const)('for %j are: %s', (incident, wanted) => {
    expect(words(incident)).toContain(wanted);
  });

  it('tell what differs, and that it is left as it is', () => {
    const incident = incidentOf({ phase: 'closed', outcome: 'self-recovered' });
    const found = ['differs without loss: gpu-1 has no forwarding entry for gpu-2'];
    expect(repairVerdict({ incident, found, interrupted: false, seconds: 30 }, '')).toEqual({
      exitCode: 0,
      lines: [
        'Healthy: lab-1.gpu-1.1 is closed, and nothing was changed.',
        'The last look found:',
        '  differs without loss: gpu-1 has no forwarding entry for gpu-2',
        'What only differs and loses no packet is left as it is.',
      ],
    });
  });

  it('where nothing is known after Ctrl-C are that the request stands', () => {
    expect(words(undefined, true)).toContain('The request was sent, and stands');
  });
});

describe('restitch repair', () => {
  it.each([
    [['--node', 'gpu-1'], 'say which Restitch: --state-dir of a running npm start, --stack, or --url'],
    [['--node', 'gpu-1', '--state-dir', 'nowhere'], 'no npm start runs in nowhere'],
    [['--node', 'gpu-1', '--state-dir', 'x', '--url', 'http://a'], 'say which Restitch'],
    [['--node', 'gpu-1', '--url', 'http://a'], '--token-file FILE, or WEBHOOK_TOKENS'],
    [['--node', 'gpu-1', '--url', 'ftp://a', '--token-file', 'x'], 'no http address: ftp://a'],
    [['--node', '10.0.0.7', '--url', 'http://a', '--token-file', 'x'], 'is an address: give the name of the Node'],
    [['--node', 'a b', '--url', 'http://a', '--token-file', 'x'], 'bad-node-name'],
    [['--node', 'gpu-1', '--url', 'http://a', '--wait', 'long'], '--wait long'],
    [['--state-dir', 'x'], "required option '--node <NAME>'"],
  ])('%j is wrong usage', async (args, said) => {
    const { code, err } = await captureCli(['repair', ...args]);
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});
