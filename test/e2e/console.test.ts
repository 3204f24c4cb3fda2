import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namespacesOf, processesOf } from './left-behind.ts';
import {
  closedIncident,
  makeStateDir,
  type RestitchProcess,
  removeStateDir,
  startRestitch,
} from './restitch-process.ts';

const CHROMIUM = '/usr/bin/chromium';
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let stateDir = '';
let profile = '';
let restitch: RestitchProcess | undefined;
let browser: BrowserContext | undefined;

beforeEach(async () => {
  stateDir = await makeStateDir();
  profile = await mkdtemp(join(tmpdir(), 'restitch-chromium-'));
});

afterEach(async () => {
  await browser?.close();
  await restitch?.interrupt();
  browser = undefined;
  restitch = undefined;
  await Promise.all([removeStateDir(stateDir), rm(profile, { recursive: true, force: true })]);
});

const chromiumIsHere = existsSync(CHROMIUM);
const why = chromiumIsHere ? '' : ' (skipped: chromium is not installed)';

/** Of a drill that has ended. */
function expectNothingLeft(): void {
  expect(namespacesOf(stateDir)).toEqual([]);
  expect(processesOf(stateDir)).toEqual([]);
}

describe.skipIf(chromiumIsHere)('a drill where no browser is installed', () => {
  it('heals the node, and leaves nothing behind', async () => {
    restitch = await startRestitch(stateDir, ['--drill', 'vxlan-wedge']);
    expect(await restitch.ended).toBe(0);
    expect(restitch.lines.join('\n')).toContain('reconcile healed it');
    expectNothingLeft();
  });
});

describe.skipIf(!chromiumIsHere)(`when the reconcile fails${why}`, () => {
  it('asks on the console page, refuses who is no approver, heals by a bounce after Approve is clicked, and leaves nothing behind', async () => {
    restitch = await startRestitch(stateDir, ['--drill', 'vxlan-wedge', '--fail-apply']);
    browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: quiet });
    const page = await browser.newPage();
    // As long as the test itself may take: a busy machine needs longer for the looks before the question.
    page.setDefaultTimeout(150_000);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(restitch.consoleUrl);
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.waitFor();

    await expect(startRestitch(stateDir)).rejects.toThrow('is in use by process');
    await page.getByText('bounce waits for approval', { exact: true }).click();
    await page.getByText('"expiresAt":').waitFor();

    await page.getByLabel('Click as').selectOption('U0BOB');
    await approve.click();
    await page.getByText('Not done: you are not on the list of approvers.').waitFor();

    await page.getByLabel('Click as').selectOption('U0ALICE');
    await approve.click();
    await page.getByRole('heading', { name: 'bounce on gpu-1: approved by alice' }).waitFor();
    expect(await approve.count()).toBe(0);

    const incident = await closedIncident(restitch);
    expect(incident.outcome).toBe('repaired');
    expect(await restitch.ended).toBe(0);
    const told = restitch.lines.join('\n');
    expect(told).toContain('diagnosis: vxlan-wedge (fdb-missing) on gpu-1');
    expect(told).toContain('bounce healed it');
    expectNothingLeft();
  });
});
