import type { IAnalysis, IAnswer } from '../tokens';
import { canonical } from './analyses';

/** So many are kept of an inspection: those that were asked last. */
const MOST = 40;

/** What was answered about two sets, each question once: what a notebook can be held to later. */
export class Answers {
  /** The one that was asked last is the last. */
  get all(): readonly IAnswer[] {
    return [...this._answers.values()];
  }

  /** Take an answer, if it is one to be held to. */
  add({ recipe, event }: IAnalysis): void {
    // What findings come to depends on the time that they were given.
    if (event.state === 'done' && event.trace && recipe.kind !== 'findings') {
      this._put({ recipe, ...event.trace });
    }
  }

  /** Take what was kept at an earlier time, of questions that have not been asked since. */
  adopt(kept: readonly IAnswer[]): void {
    const asked = this.all;
    this._answers.clear();
    [...kept, ...asked].forEach(answer => this._put(answer));
  }

  clear(): void {
    this._answers.clear();
  }

  private _put(answer: IAnswer): void {
    const key = canonical(answer.recipe);
    this._answers.delete(key);
    this._answers.set(key, answer);
    for (const oldest of this._answers.keys()) {
      if (this._answers.size <= MOST) {
        break;
      }
      this._answers.delete(oldest);
    }
  }

  private readonly _answers = new Map<string, IAnswer>();
}
