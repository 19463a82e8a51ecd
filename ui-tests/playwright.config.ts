import { execFileSync } from 'child_process';
import { randomBytes } from 'crypto';
import { existsSync } from 'fs';
import * as path from 'path';

import { defineConfig } from '@playwright/test';

// Worker processes read this file again and inherit the environment: what is drawn here once must be remembered there.
process.env.PHX_TOKEN ??= randomBytes(16).toString('hex');
process.env.PHX_PORT ??= freePort();

const port = process.env.PHX_PORT;
const chromium = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // One server, one set of workers, two cores: tests wait for each other. A test that fails sometimes is a test that fails.
  workers: 1,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    actionTimeout: 30_000,
    trace: 'retain-on-failure',
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
  },
  webServer: {
    command: `jupyter lab --config=${path.join(__dirname, 'jupyter_config.py')}`,
    url: `http://127.0.0.1:${port}/api`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    stdout: 'ignore',
    stderr: process.env.PHX_SERVER_LOG ? 'pipe' : 'ignore',
    env: {
      ...(process.env as Record<string, string>),
      JUPYTER_TOKEN: process.env.PHX_TOKEN
    }
  }
});

/** A port that nobody listens on, so that two clones can be tested at once. */
function freePort(): string {
  const code =
    'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })';
  return execFileSync(process.execPath, ['-e', code]).toString().trim();
}
