import { afterEach, describe, expect, it } from 'vitest';
import { chromiumIsHere, type HeadlessBrowser, openBrowser, whyNoBrowser } from '../fakes/headless-browser.ts';
import { namespacesOf, processesOf } from './left-behind.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';
import { drillResult, startRestitch } from './restitch-process.ts';

const { stateDir, start } = restitchOfEachTest();
let browser: HeadlessBrowser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

/** Of a drill that has ended. */
function expectNothingLeft(): void {
  expect(namespacesOf(stateDir())).toEqual([]);
  expect(processesOf(stateDir())).toEqual([]);
}

describe.skipIf(chromiumIsHere)('a drill where no browser is installed', () => {
  it('heals the node, and leaves nothing behind', async () => {
    const restitch = await start(['--drill', 'vxlan-wedge']);
    expect(await restitch.ended).toBe(0);
    expect(restitch.lines.join('\n')).toContain('reconcile healed it');
    expectNothingLeft();
  });
});

describe.skipIf(!chromiumIsHere)(`when the reconcile fails${whyNoBrowser}`, () => {
  it('asks on the console page, refuses who is no approver, heals by a bounce after Approve is clicked, and leaves nothing behind', async () => {
    const restitch = await start(['--drill', 'vxlan-wedge', '--fail-apply']);
    browser = await openBrowser();
    const page = await browser.newPage();
    // As long as the test itself may take: a busy machine needs longer for the looks before the question.
    page.setDefaultTimeout(150_000);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(restitch.consoleUrl);
    const approve = page.getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();

    await expect(startRestitch(stateDir())).rejects.toThrow('is in use by process');
    await page.getByText('bounce waits for approval', { exact: true }).click();
    await page.getByText('"expiresAt":').waitFor();

    await page.getByLabel('Click as').selectOption('U0BOB');
    await approve.click();
    await page.getByText('Not done: you are not on the list of approvers.').waitFor();

    await page.getByLabel('Click as').selectOption('U0ALICE');
    await approve.click();
    await page.getByRole('heading', { name: 'bounce on gpu-1: approved by alice' }).waitFor();
    expect(await approve.count()).toBe(0);

    const { incident } = await drillResult(restitch);
    expect(incident.outcome).toBe('repaired');
    expect(await restitch.ended).toBe(0);
    const told = restitch.lines.join('\n');
    expect(told).toContain('diagnosis: vxlan-wedge (fdb-missing) on gpu-1');
    expect(told).toContain('bounce healed it');
    expectNothingLeft();
  });
});
