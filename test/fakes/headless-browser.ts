import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-lcd-text',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumIsHere = existsSync(CHROMIUM);

/** For the name of tests that need it. */
export const whyNoBrowser = chromiumIsHere ? '' : ' (skipped: chromium is not installed)';

export interface PageOptions {
  /** 390 pixels wide, else 1440. */
  readonly phone?: boolean;
  readonly colorScheme?: 'light' | 'dark';
}

export interface HeadlessBrowser {
  /** A page with a profile of its own. `close` of its context takes it away. */
  newPage(options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<HeadlessBrowser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: quiet });
  return {
    newPage: async ({ phone = false, colorScheme = 'light' } = {}) => {
      const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
      const context = await browser.newContext({ viewport, colorScheme });
      return context.newPage();
    },
    close: () => browser.close(),
  };
}
