import type { AnalysisEvent } from '../../api/contract';
import type { IAnalysis, IAnswer, Recipe } from '../../tokens';
import { Answers } from '../answers';

const trace = { data: 'd', code: 'c', result: 'r' };
const ended = (recipe: Recipe, event: Partial<AnalysisEvent> = {}): IAnalysis =>
  ({ recipe, event: { state: 'done', trace, ...event } }) as IAnalysis;
const column = (name: string): Recipe => ({
  kind: 'distribution',
  column: name
});
const kept = (name: string, result: string): IAnswer => ({
  recipe: column(name),
  ...trace,
  result
});

it('An answer is known by its question, the last one counts', () => {
  const answers = new Answers();
  answers.add(ended(column('a')));
  answers.add(ended(column('a'), { trace: { ...trace, result: 'r2' } }));
  expect(answers.all).toEqual([kept('a', 'r2')]);
});

it('What runs, failed, or depends on a clock is none', () => {
  const answers = new Answers();
  answers.add(ended(column('a'), { state: 'running' }));
  answers.add(ended(column('a'), { trace: null }));
  answers.add(ended({ kind: 'findings' }));
  expect(answers.all).toEqual([]);
});

it('What was kept stays until it is asked again, and the oldest go', () => {
  const answers = new Answers();
  answers.add(ended(column('a')));
  answers.adopt([kept('a', 'old'), kept('b', 'old')]);
  expect(answers.all).toEqual([kept('b', 'old'), kept('a', 'r')]);
  for (let k = 0; k < 40; k++) {
    answers.add(ended(column(`c${k}`)));
  }
  expect(answers.all).toHaveLength(40);
  expect(answers.all[0]).toEqual(kept('c0', 'r'));
});
