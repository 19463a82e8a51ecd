import type { Verdict } from '../../views/parts';
import type { Standing } from './drawing';

/** What a verdict is to the sentence above all tiles. */
export function standingOf(verdict: Verdict): Standing | null {
  switch (verdict) {
    case 'drift':
      return 'beyond';
    case 'none':
      return 'within';
    case 'untested':
      return null;
    default:
      return 'open';
  }
}
