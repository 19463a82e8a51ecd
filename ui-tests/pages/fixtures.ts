import { test as base } from '@playwright/test';

import { Lab } from './lab';
import { Phoenix } from './phoenix';
import { Server } from './server';

export { expect } from '@playwright/test';

interface IFixtures {
  lab: Lab;
  phoenix: Phoenix;
  /** Errors of the page and its console; a test that ends with any has failed. */
  pageErrors: string[];
}

/** JupyterLab's own complaints that are no one's concern here, each with its reason. */
const KNOWN: readonly RegExp[] = [
  // The debugger's own request is cancelled when the kernel restarts.
  /^console: Could not restore the debugger state: Canceled future/,
  // In Notebook 7, JupyterLab's own shortcuts look up the settings of a plugin that is still being loaded.
  /^page: TypeError: Cannot read properties of undefined \(reading 'schema'\)\n\s+at \S+\/static\/notebook\/notebook_core\./,
  // JupyterLab's router in it looks for a command that only Notebook 7's page of files has.
  /^page: Error: Command 'filebrowser:open-path' not registered\.\n[^\n]*\/static\/notebook\/notebook_core\./
];

export const test = base.extend<
  IFixtures,
  { server: Server; basePath: string }
>({
  basePath: ['/', { option: true, scope: 'worker' }],
  server: [
    async ({ basePath }, use, { parallelIndex }) => {
      const server = await Server.start(parallelIndex, basePath);
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 150_000 }
  ],
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  pageErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', error => {
        errors.push(`page: ${error.stack ?? error.message}`);
      });
      page.on('console', message => {
        if (message.type() === 'error') {
          errors.push(`console: ${message.text()} (${message.location().url})`);
        }
      });
      await use(errors);
      const unknown = errors.filter(
        error => !KNOWN.some(known => known.test(error))
      );
      if (unknown.length) {
        throw new Error(
          `The browser's console has errors:\n${unknown.join('\n')}`
        );
      }
    },
    { auto: true }
  ],
  lab: async ({ page }, use) => {
    await use(new Lab(page));
  },
  phoenix: async ({ lab }, use) => {
    await use(new Phoenix(lab));
  }
});
