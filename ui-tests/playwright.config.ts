import { randomBytes } from 'crypto';
import { existsSync } from 'fs';

import { defineConfig } from '@playwright/test';

// Worker processes read this file again and inherit the environment: what is drawn here once must be remembered there.
process.env.PHX_TOKEN ??= randomBytes(16).toString('hex');

const chromium = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // Most of a test is waiting, so two fill two cores; each worker has a Jupyter server of its own.
  workers: 2,
  fullyParallel: true,
  // Two browsers and two servers on two cores: what passes only the second time is listed as flaky, and is to be mended.
  retries: 1,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    actionTimeout: 30_000,
    // To record costs a quarter of a test's time, so that only what has failed once is recorded.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      // Playwright's own browser where the operating system has none.
      executablePath: existsSync(chromium) ? chromium : undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // WebGL without a graphics card.
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader'
      ]
    }
  }
});
