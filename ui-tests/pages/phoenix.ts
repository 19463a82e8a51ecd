import { type Locator, type Page } from '@playwright/test';

import type { Lab } from './lab';

/** The Phoenix panel and its views, found by their accessible roles and names. */
export class Phoenix {
  constructor(readonly lab: Lab) {
    this.page = lab.page;
  }

  readonly page: Page;

  get panel(): Locator {
    return this.page.locator('#phoenix-lab-panel');
  }
}
