import { rm } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PageState } from '../../src/local/page-api.ts';
import { type Browser, collectErrors, startBrowser } from './browser.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { bundlePage } from './page-bundle.ts';
import { quietState } from './sample-state.ts';

/** The page on a fake server, opened anew by each test of a file. */
export interface PageHarness {
  readonly page: Page;
  readonly server: FakeServer;
  /** Opens the page; nothing else works before. */
  open(state?: PageState): Promise<void>;
  /** The messages of the open Slack channel. */
  readonly slackMessages: Locator;
  /** The bodies sent to a path so far. */
  sent(path: string): readonly Record<string, unknown>[];
  /** Waits for the nth body sent to a path. */
  body(path: string, nth?: number): Promise<Record<string, unknown>>;
}

/** Sets the harness up for this file: one browser, and after each test a look that the page had no errors. */
export function usePage(): PageHarness {
  let folder: string | undefined;
  let browser: Browser | undefined;
  let opened: { page: Page; server: FakeServer; errors: readonly string[] } | undefined;

  beforeAll(async () => {
    [folder, browser] = await Promise.all([bundlePage(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    const errors = opened?.errors ?? [];
    await opened?.page.close();
    await opened?.server.close();
    opened = undefined;
    if (errors.length > 0) throw new Error(`The page had errors: ${errors.join('; ')}`);
  });

  const now = (): NonNullable<typeof opened> => {
    if (!opened) throw new Error('Open the page first.');
    return opened;
  };
  const sent = (path: string): readonly Record<string, unknown>[] =>
    now()
      .server.calls.filter((call) => call.path === path)
      .map((call) => call.body);
  return {
    get page() {
      return now().page;
    },
    get server() {
      return now().server;
    },
    open: async (state = quietState()) => {
      if (!folder || !browser) throw new Error('The browser did not start.');
      const server = await startFakeServer(folder, state);
      const page = await browser.context.newPage();
      opened = { page, server, errors: collectErrors(page) };
      await page.goto(server.url);
      await page.getByTestId('slack-pane').waitFor();
    },
    get slackMessages() {
      return now().page.getByTestId('slack-messages').getByTestId('slack-message');
    },
    sent,
    body: async (path, nth = 1) => {
      await expect.poll(() => sent(path).length).toBeGreaterThanOrEqual(nth);
      return sent(path)[nth - 1] ?? {};
    },
  };
}
