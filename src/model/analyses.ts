import type { Recipe } from '../tokens';
import type { Analysis } from './analysis';

/** The questions that were asked of two sets, each once. */
export class Analyses {
  /**
   * @param start - Asks a question.
   * @param onMove - An analysis started or moved on.
   */
  constructor(
    start: (recipe: Recipe) => Analysis,
    onMove: (analysis: Analysis) => void
  ) {
    this._start = start;
    this._onMove = onMove;
  }

  /** All of them, the last asked last. */
  get all(): readonly Analysis[] {
    return [...this._asked.values()];
  }

  run(recipe: Recipe): Analysis {
    const key = canonical(recipe);
    const known = this._asked.get(key);
    if (known) {
      return known;
    }
    const analysis = this._start(recipe);
    this._asked.set(key, analysis);
    analysis.changed.connect((_, event) => {
      // What failed or was cancelled may be asked again.
      if (
        (event.state === 'failed' || event.state === 'cancelled') &&
        this._asked.get(key) === analysis
      ) {
        this._asked.delete(key);
      }
      this._onMove(analysis);
    });
    this._onMove(analysis);
    return analysis;
  }

  cancel(): void {
    const all = this.all;
    this._asked.clear();
    for (const analysis of all) {
      analysis.cancel();
    }
  }

  private readonly _start: (recipe: Recipe) => Analysis;
  private readonly _onMove: (analysis: Analysis) => void;
  private readonly _asked = new Map<string, Analysis>();
}

/** The same text for the same recipe, whatever the order of its fields and whether defaults are written out. */
export function canonical(recipe: Recipe): string {
  const entries = Object.entries(recipe)
    .filter(([, value]) => value !== null && value !== undefined)
    .filter(([name, value]) => name !== 'where' || value.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}
