import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { chromiumIsHere, type HeadlessBrowser, openBrowser, whyNoBrowser } from '../fakes/headless-browser.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';

const { stateDir, start } = restitchOfEachTest();
let browser: HeadlessBrowser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

/** Even the gentlest rung is asked for, so that each incident asks at once. */
const asksAlways = { FLEET: 'simulated', APPROVAL_RULES: '[{"rung":"reconcile","ask":"one","onExpiry":"hold"}]' };

async function open(environment: Readonly<Record<string, string>> = {}): Promise<Page> {
  const { consoleUrl } = await start([], { ...asksAlways, ...environment });
  browser = await openBrowser();
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(consoleUrl);
  return page;
}

/** Breaks gpu-1 by the page's own button. */
async function breakNode(page: Page): Promise<void> {
  await page.locator('#try-node').selectOption('gpu-1');
  await page.locator('#try-fault').selectOption('fdb-flushed');
  await page.getByRole('button', { name: 'Break it' }).click();
  await page.getByText('fdb-flushed on gpu-1: broken, and the alert follows.').waitFor();
}

/** The host keeps a journal from its first operation on. */
const nothingRanOn = (host: string) => !existsSync(join(stateDir(), 'hosts', host, 'journal'));

describe.skipIf(!chromiumIsHere)(`a node that is broken from the page${whyNoBrowser}`, () => {
  it('is left alone after a no, and its question is gone', async () => {
    const page = await open();
    await breakNode(page);
    await page.getByRole('heading', { name: 'May reconcile go ahead?' }).waitFor();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: /Question about reconcile: denied by alice/ }).waitFor();
    await page.locator('#incidents').getByText('! handed over to a person').waitFor();
    expect(await page.getByRole('button', { name: 'Deny' }).count()).toBe(0);
    expect(nothingRanOn('gpu-1')).toBe(true);
  });

  it('is left alone when nobody answers in time', async () => {
    const page = await open({ APPROVAL_TIMEOUT_SECONDS: '8', SWEEP_SECONDS: '2' });
    await breakNode(page);
    await page.getByRole('heading', { name: /Question about reconcile: (expired|nobody answered in time)/ }).waitFor();
    await page.locator('#incidents').getByText('! handed over to a person').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(nothingRanOn('gpu-1')).toBe(true);
  });
});
