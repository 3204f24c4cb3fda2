import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { fleetOf, lookOf, openIncidentOf, startConsoleUnderTest } from '../../fakes/console-under-test.ts';
import {
  chromiumIsHere,
  type HeadlessBrowser,
  openBrowser,
  type PageOptions,
  whyNoBrowser,
} from '../../fakes/headless-browser.ts';
import { approvalOf, briefOf, receiptOf } from '../../fakes/sample-records.ts';
import { seriousFindings } from '../../fakes/serious-findings.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';

type Console = Awaited<ReturnType<typeof startConsoleUnderTest>>;

const evidence = evidenceOf('path-mtu-1400');
const faults = [{ name: 'path-mtu-1400', node: 'gpu-1', class: 'mtu-black-hole', story: 'A path carries less.' }];

let browser: HeadlessBrowser | undefined;
let opened: { readonly page: Page; readonly errors: string[] } | undefined;
let shown: Console | undefined;

beforeAll(async () => {
  if (chromiumIsHere) browser = await openBrowser();
});

afterAll(() => browser?.close());

afterEach(async () => {
  await opened?.page.context().close();
  shown?.close();
  expect(opened?.errors).toEqual([]);
});

/** The console of a fleet, with an incident of gpu-1 that waits for a yes or no. */
async function consoleWithQuestion(nodes: readonly NodeObject[]): Promise<Console> {
  const drills = { faults, start: async () => undefined, clear: async () => undefined };
  const console = await startConsoleUnderTest(nodes, drills);
  shown = console;
  const at = Date.now() - 40_000;
  const approvalId = 'lab.gpu-1.1-x.bounce.1';
  console.store.seed(
    openIncidentOf(1, { phase: 'awaiting-approval', openedAt: at, pending: { approvalId, callbackId: 'c' } }),
  );
  await console.store.appendReceipt(lookOf('lab.gpu-1.1-x', { ...evidence, collectedAt: at }, at));
  await console.store.appendReceipt(
    receiptOf({
      incidentId: 'lab.gpu-1.1-x',
      entryId: 'r0001.0003',
      at: at + 1_000,
      event: 'approval-requested',
      stage: 'bounce',
      operationKey: approvalId,
      summary: 'bounce waits for approval',
      detail: { lines: ['gpu-1: link mtu wg0 1328', 'gpu-1: link flannel.1 down, then up'] },
    }),
  );
  const until = { requestedAt: at, expiresAt: Date.now() + 600_000 };
  await console.approvals.create(approvalOf({ approvalId, incidentId: 'lab.gpu-1.1-x', brief: briefOf(), ...until }));
  return console;
}

async function open(url: string, options: PageOptions = {}): Promise<Page> {
  if (browser === undefined) throw new Error('no browser was opened');
  const page = await browser.newPage(options);
  const errors: string[] = [];
  opened = { page, errors };
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await page.getByText('live', { exact: true }).waitFor();
  await page.locator('#picture .part').first().waitFor();
  return page;
}

const openAll = (page: Page) =>
  page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');

describe.skipIf(!chromiumIsHere)(`the console page in a browser${whyNoBrowser}`, () => {
  it.each([
    { phone: false, colorScheme: 'light' },
    { phone: false, colorScheme: 'dark' },
    { phone: true, colorScheme: 'light' },
    { phone: true, colorScheme: 'dark' },
  ] as const)('has nothing serious for an accessibility checker, and fits its width: %j', async (options) => {
    const { url } = await consoleWithQuestion(fleetOf(1, 4, 10));
    const page = await open(url, options);
    await page.getByRole('heading', { name: 'May bounce go ahead?' }).waitFor();
    await openAll(page);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.phone ? 390 : 1440);
  });

  it('is checked by a checker that finds something', async () => {
    const { url } = await consoleWithQuestion(fleetOf(1, 1, 3));
    const page = await open(url);
    await page.evaluate('document.querySelector("#find").parentElement.replaceWith(document.querySelector("#find"))');
    await openAll(page);
    expect((await seriousFindings(page)).join('\n')).toContain('label #find');
  });

  it('shows the question, the evidence and the plan of an incident, and offers its receipt', async () => {
    const { url } = await consoleWithQuestion(fleetOf(1, 1, 3));
    const page = await open(url);
    await page.getByRole('heading', { name: 'May bounce go ahead?' }).waitFor();
    expect(await page.locator('.countdown').textContent()).toMatch(/^\d\d?:\d\d$/);
    expect(await page.getByText('U0ALICE').count()).toBe(1);
    expect(await page.locator('.diff ins').allTextContents()).toEqual(['+changes: link mtu wg0 1328']);
    expect(await page.locator('.diff del').allTextContents()).toEqual(['−now: 1420']);
    expect(await page.locator('.compared tbody tr').count()).toBeGreaterThan(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('Download the receipt').click(),
    ]);
    expect(download.suggestedFilename()).toBe('lab.gpu-1.1-x.json');
    expect(JSON.parse(readFileSync(await download.path(), 'utf8')).receipt).toHaveLength(2);
  });

  it('draws few elements for a thousand nodes and three thousand incidents', async () => {
    const console = await consoleWithQuestion(fleetOf(2, 20, 25));
    for (let each = 2; each <= 3_000; each++)
      console.store.seed({
        ...openIncidentOf(each % 1_000, { phase: each < 100 ? 'held' : 'closed', openedAt: Date.now() - each * 1_000 }),
        incidentId: `lab.gpu-${each % 1_000}.${each}-x`,
      });
    const page = await open(console.url);
    await page.getByText(/2\d{3} incidents/).waitFor();
    expect(await page.locator('#incidents button.item').count()).toBe(25);
    expect(await page.locator('#fleet-rows tbody tr').count()).toBe(25);
    const elements = await page.evaluate('document.querySelectorAll("*").length');
    expect(elements).toBeLessThan(2_500);
    await page.getByRole('button', { name: 'Next' }).first().waitFor();
    await page.getByRole('navigation', { name: 'Pages of incidents' }).getByRole('button', { name: 'Next' }).click();
    await page.getByText('page 2 of').first().waitFor();
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(2_500);
  });

  it('shows thirty incidents that come at once, keeps the focus, and tells a screen reader a count', async () => {
    const console = await consoleWithQuestion(fleetOf(1, 4, 10));
    const page = await open(console.url);
    await page.locator('#incidents button.item').first().focus();
    for (let each = 2; each <= 31; each++) console.store.seed(openIncidentOf(each, { openedAt: Date.now() }));
    await page.getByText('31 open').waitFor();
    await page.getByText('30 incidents changed.').waitFor({ state: 'attached' });
    expect(await page.evaluate('document.activeElement.dataset.incident')).toBe('lab.gpu-1.1-x');
    expect(await page.locator('#picture .part').count()).toBeLessThan(40);
  });

  it('keeps the filter in its address, and takes it from there', async () => {
    const console = await consoleWithQuestion(fleetOf(1, 4, 10));
    for (let each = 2; each <= 12; each++) console.store.seed(openIncidentOf(each));
    const page = await open(console.url);
    await page.getByLabel('State').selectOption('working');
    await page.getByLabel('Node', { exact: true }).first().fill('gpu-1');
    await page.getByText('3 of 12 incidents').waitFor();
    expect(new URL(page.url()).searchParams.get('state')).toBe('working');
    await page.reload();
    await page.getByText('3 of 12 incidents').waitFor();
    expect(await page.getByLabel('Node', { exact: true }).first().inputValue()).toBe('gpu-1');
  });

  it('is reached by keys alone: one stop for the drawing, arrows in it, Enter opens the incident', async () => {
    const { url } = await consoleWithQuestion(fleetOf(1, 1, 3));
    const page = await open(url);
    const label = () => page.evaluate('document.activeElement.querySelector(":scope > title")?.textContent ?? ""');
    for (let tabs = 0; tabs < 5 && !String(await label()).startsWith('gpu-1'); tabs++) await page.keyboard.press('Tab');
    expect(await label()).toMatch(
      /^gpu-1, site dc-1, pool pool-1: .*From hub-1 to gpu-1: small packets pass, full size lost/,
    );
    await page.keyboard.press('ArrowDown');
    await expect.poll(label).toMatch(/^gpu-2, .*not measured/);
    await page.keyboard.press('End');
    await expect.poll(label).toMatch(/^Hub hub-1/);
    await page.keyboard.press('Home');
    await expect.poll(label).toMatch(/^gpu-1, /);
    await page.evaluate('window.history.replaceState(null, "", "/")');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('incident')).toBe('lab.gpu-1.1-x');
  });

  it('shows text from outside as text', async () => {
    const console = await consoleWithQuestion(fleetOf(1, 1, 3));
    const summary = '<img src=x onerror="document.title=1"> <!channel>';
    await console.store.appendReceipt(
      receiptOf({ incidentId: 'lab.gpu-1.1-x', entryId: 'r0001.0004', at: Date.now(), event: 'verification', summary }),
    );
    const page = await open(console.url);
    await page.getByText(summary).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });
});
