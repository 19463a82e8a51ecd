import type { IAnswer } from '../tokens';
import { fieldsOf, isText, readRecipe } from './recipes';

/** Characters of all answers of an inspection, and of one, in a notebook that is to stay small. */
const MOST_TEXT = 12_000;
const MOST_ONE = 2_000;
const MOST_READ = 200;
const MOST_DIGEST = 100;

/** What a notebook keeps of answers: the last ones that there is room for, in an order that does not depend on when they were asked. */
export function writeAnswers(answers: readonly IAnswer[]): IAnswer[] {
  let left = MOST_TEXT;
  // By question, for two inspections may have the same sets; of these the last answer.
  const written = new Map<string, IAnswer>();
  for (const { recipe, data, code, result } of [...answers].reverse()) {
    const asked = Object.fromEntries(
      Object.entries(recipe)
        .filter(([, value]) => value !== null && value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    ) as unknown as IAnswer['recipe'];
    const question = JSON.stringify(asked);
    const answer = { recipe: asked, data, code, result };
    const { length } = JSON.stringify(answer);
    if (length <= Math.min(left, MOST_ONE) && !written.has(question)) {
      left -= length;
      written.set(question, answer);
    }
  }
  return [...written]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, answer]) => answer);
}

/** Read what a notebook keeps; what makes no sense is left out. */
export function readAnswers(saved: unknown): IAnswer[] {
  return !Array.isArray(saved)
    ? []
    : saved.slice(0, MOST_READ).flatMap((one: unknown) => {
        const { recipe: asked, data, code, result } = fieldsOf(one);
        const recipe = readRecipe(asked);
        return recipe &&
          isText(data, MOST_DIGEST) &&
          isText(code, MOST_DIGEST) &&
          isText(result, MOST_DIGEST)
          ? [{ recipe, data, code, result }]
          : [];
      });
}
