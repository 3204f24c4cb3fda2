import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  closedIncident,
  inject,
  journalOf,
  makeStateDir,
  post,
  type RestitchProcess,
  removeStateDir,
  startRestitch,
  until,
  webhookFor,
} from './restitch-process.ts';

const payloads = join(import.meta.dirname, '..', 'fixtures', 'payloads');
const Answer = z.object({ received: z.int(), outcomes: z.record(z.string(), z.int()) });

let stateDir = '';
let restitch: RestitchProcess;

async function open(): Promise<void> {
  stateDir = await makeStateDir();
  restitch = await startRestitch(stateDir);
}

async function close(): Promise<void> {
  await restitch.interrupt();
  await removeStateDir(stateDir);
}

describe('webhooks', () => {
  beforeAll(open);
  afterAll(close);

  it('make one incident and one repair of an alert that is sent more than once', async () => {
    await inject(stateDir, 'fdb-flushed');
    const webhook = webhookFor(new Date());
    const answers = await Promise.all([post(restitch, webhook), post(restitch, webhook), post(restitch, webhook)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await closedIncident(restitch);
    expect((await post(restitch, webhook)).status).toBe(200);
    expect(await restitch.incidents()).toHaveLength(1);
    expect((await journalOf(stateDir, 'gpu-1')).filter((key) => key.includes('.reconcile.'))).toHaveLength(1);
  });

  it('as Alertmanager sent them are taken in unchanged, and every alert is accounted for', async () => {
    for (const file of await readdir(payloads)) {
      const payload = JSON.parse(await readFile(join(payloads, file), 'utf8'));
      const response = await post(restitch, payload);
      expect(response.status, file).toBe(200);
      const { received, outcomes } = Answer.parse(await response.json());
      expect(received, file).toBe(payload.alerts.length);
      expect(
        Object.values(outcomes).reduce((sum, count) => sum + count, 0),
        file,
      ).toBe(received);
    }
  });
});

describe('a real Alertmanager', () => {
  beforeAll(open);
  afterAll(close);

  it('drives the repair from its own webhook', async (context) => {
    if (spawnSync('prometheus-alertmanager', ['--version']).error !== undefined) {
      return context.skip('prometheus-alertmanager is not installed');
    }
    await inject(stateDir, 'fdb-one-peer-missing');
    const alertmanager = await startAlertmanager(restitch, stateDir);
    try {
      const labels = { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' };
      await until(async () => {
        const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify([{ labels, annotations: { summary: 'from a real Alertmanager' } }]),
        }).catch(() => undefined);
        return response?.ok === true ? true : undefined;
      });
      const incident = await closedIncident(restitch);
      expect(incident.outcome).toBe('repaired');
      expect(incident.alerts[0]?.summary).toBe('from a real Alertmanager');
    } finally {
      await alertmanager.stop();
    }
  });
});

async function startAlertmanager({ webhookUrl, token }: RestitchProcess, folder: string) {
  const data = join(folder, 'alertmanager');
  await mkdir(data, { recursive: true });
  await writeFile(
    join(data, 'alertmanager.yml'),
    JSON.stringify({
      route: { receiver: 'restitch', group_by: ['cluster', 'node'], group_wait: '0s', group_interval: '5s' },
      receivers: [
        {
          name: 'restitch',
          webhook_configs: [
            { url: webhookUrl, send_resolved: true, http_config: { authorization: { credentials: token } } },
          ],
        },
      ],
    }),
  );
  const port = await freePort();
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${join(data, 'alertmanager.yml')}`,
      `--storage.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => {
    child.on('close', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
