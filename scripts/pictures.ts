import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { makeStateDir, removeStateDir, startRestitch } from '../test/e2e/restitch-process.ts';
import { openBrowser, type PageOptions } from '../test/fakes/headless-browser.ts';

/** Takes the pictures of docs/console.md: a node of the simulated fleet is broken from the page, and the question waits. */

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'pictures');
/** They are kept in the repository. */
const MOST_BYTES = 150 * 1024;

/** `top`: what is scrolled to. `height`: in pixels. */
interface Picture extends PageOptions {
  readonly name: string;
  readonly top?: string;
  readonly height: number;
}

const pictures: readonly Picture[] = [
  { name: 'console-light', colorScheme: 'light', height: 780 },
  { name: 'console-evidence-dark', colorScheme: 'dark', top: 'Where the time went', height: 560 },
  { name: 'console-phone-light', phone: true, colorScheme: 'light', height: 844 },
  { name: 'console-phone-dark', phone: true, colorScheme: 'dark', top: 'What happened', height: 844 },
];

async function breakSomething(page: Page): Promise<void> {
  await page.locator('#try-node').selectOption('gpu-1');
  await page.locator('#try-fault').selectOption('fdb-flushed');
  await page.getByRole('button', { name: 'Break it' }).click();
}

async function take(page: Page, { name, top, height }: Picture): Promise<void> {
  await page.getByRole('heading', { name: 'May reconcile go ahead?' }).waitFor();
  await page.getByText('1 waits for a yes or no').waitFor();
  if (top !== undefined)
    await page.getByRole('heading', { name: top }).evaluate((heading) => heading.scrollIntoView({ block: 'start' }));
  const path = join(FOLDER, `${name}.png`);
  const { width } = page.viewportSize() ?? { width: 0 };
  await page.screenshot({ path, clip: { x: 0, y: 0, width, height } });
  const { size } = statSync(path);
  process.stdout.write(`${relative(ROOT, path)}  ${Math.round(size / 1024)} KiB\n`);
  if (size > MOST_BYTES) throw new Error(`${name} is larger than ${MOST_BYTES / 1024} KiB`);
}

const stateDir = await makeStateDir();
const rules = JSON.stringify([{ rung: 'reconcile', ask: 'one' }]);
const restitch = await startRestitch(stateDir, [], { FLEET: 'simulated', APPROVAL_RULES: rules });
const browser = await openBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const [index, picture] of pictures.entries()) {
    const page = await browser.newPage(picture);
    page.setDefaultTimeout(120_000);
    await page.goto(restitch.consoleUrl);
    await page.getByText('live', { exact: true }).waitFor();
    if (index === 0) await breakSomething(page);
    await take(page, picture);
    await page.context().close();
  }
} finally {
  await browser.close();
  await restitch.interrupt();
  await removeStateDir(stateDir);
}
