import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ReceiptEntry } from '../../core/incident/receipt.ts';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { findFault } from '../../lab/faults/catalogue.ts';
import { runDrill } from '../../local/drill.ts';
import { approveAll } from '../../proof/drills/approve-all.ts';
import { ownConfiguration } from '../../proof/template/drill-template.ts';
import { type RunningTemplate, startTemplate, viewers } from '../../proof/template/start-template.ts';
import { synthesizeTemplate } from '../../proof/template/synthesized-template.ts';
import { startCloudFormationServer } from '../fakes/cloudformation-server.ts';
import { chromiumIsHere, type HeadlessBrowser, openBrowser, whyNoBrowser } from '../fakes/headless-browser.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { seriousFindings } from '../fakes/serious-findings.ts';

const repository = join(import.meta.dirname, '..', '..');
const closers: (() => unknown)[] = [];
let running: RunningTemplate;
let browser: HeadlessBrowser;
let environment: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  if (!chromiumIsHere) return;
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-console-'));
  closers.push(() => rm(stateDir, { recursive: true, force: true }));
  running = await startTemplate({
    template: synthesizeTemplate(ownConfiguration(), join(stateDir, 'cdk.out')),
    stateDir,
    kubeconfigSecret: 'restitch/kubeconfig',
    instanceTag: SettingsEnvironment.parse({}).INSTANCE_TAG,
    log: createRecordingLog(),
  });
  const needed = { TableName: 't', QueueUrl: 'http://127.0.0.1:9/q', WebhookUrl: 'https://a/', WebhookSecretArn: 'a' };
  const outputs = { ...needed, ConsoleUrl: running.consoleUrl ?? '' };
  const cloudFormation = await startCloudFormationServer({ Restitch: { outputs } });
  browser = await openBrowser();
  closers.unshift(browser.close, cloudFormation.close, running.close);
  environment = {
    PATH: process.env['PATH'],
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ACCESS_KEY_ID: 'AKIAANN',
    AWS_SECRET_ACCESS_KEY: viewers.AKIAANN.secret,
  };
}, 300_000);

afterAll(async () => {
  for (const close of closers) await close();
});

/** `restitch console --stack Restitch`, as a person runs it. */
async function openProxy() {
  const args = ['--disable-warning=ExperimentalWarning', 'cli/restitch.ts', 'console', '--stack', 'Restitch'];
  const child = spawn(process.execPath, [...args, '--json', '--port', '0'], {
    cwd: repository,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { consoleUrl } = z.object({ consoleUrl: z.url() }).parse(JSON.parse(String(line)));
  const interrupt = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    return (await ended)[0];
  };
  return { consoleUrl, interrupt };
}

describe.skipIf(!chromiumIsHere)(`the console page of a stack${whyNoBrowser}`, () => {
  it('shows an incident from the alert to healed, offers nothing that could be done, and ends with Ctrl-C', async () => {
    const { consoleUrl, interrupt } = await openProxy();
    const page = await browser.newPage();
    const errors: string[] = [];
    const asked: string[] = [];
    page.setDefaultTimeout(150_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).origin}`));
    await page.goto(consoleUrl);
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText('Nothing has happened yet.').waitFor();

    const { runtime, standIns } = running;
    for (const document of ['apply', 'restart-agent'] as const)
      standIns.ssm.faults.add({ kind: 'document-fails', document, instanceId: null, times: 1_000 });
    const fault = findFault('fdb-flushed') ?? expect.fail('the catalogue has no fdb-flushed');
    const drilled = runDrill(runtime, standIns.fleet, fault, () => undefined, new AbortController().signal);
    await page.locator('#incidents button.item').getByText('gpu-1').waitFor();
    await page.getByRole('heading', { name: 'May bounce go ahead?' }).waitFor();
    await page.getByText('Answer it in Slack, or on the command line:').waitFor();
    await page.getByText(/^restitch approvals lab\.gpu-1\..* --stack Restitch$/).waitFor();
    for (const name of ['Approve', 'Deny', 'Answer it', 'Break it', 'Send'])
      expect([name, await page.getByRole('button', { name, exact: true }).count()]).toEqual([name, 0]);
    expect(await page.locator('#slack').isVisible()).toBe(false);
    expect(await page.locator('#try').isVisible()).toBe(false);
    expect(await page.locator('#picture .part').count()).toBeGreaterThan(3);
    expect(await seriousFindings(page)).toEqual([]);

    const approving = setInterval(() => void approveAll(standIns.slack), 500);
    const { healed } = await drilled.finally(() => clearInterval(approving));
    expect(healed).toBe(true);
    await page.locator('#incidents button.item').getByText('✓ repaired').waitFor();
    await page.getByRole('heading', { name: 'Question about bounce: approved by alice' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('Download the receipt').click(),
    ]);
    const { receipt } = z
      .object({ receipt: z.array(ReceiptEntry) })
      .parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
    expect(receipt.map(({ event }) => event)).toContain('approval-decided');

    expect(errors).toEqual([]);
    expect([...new Set(asked)]).toEqual([`GET ${consoleUrl}`]);
    expect(running.gate.refused).toEqual([]);
    await page.context().close();
    expect(await interrupt()).toBe(0);
  });
});
