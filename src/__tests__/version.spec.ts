import { readFileSync } from 'fs';

import { VERSION } from '../version';

describe('VERSION', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      version: string;
    };
    expect(VERSION).toBe(version);
  });
});
