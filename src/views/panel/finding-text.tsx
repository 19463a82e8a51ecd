import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  besideLimit,
  count,
  estimate,
  interval,
  points,
  pointsInterval,
  pValue,
  share,
  words as withThousands
} from '../../charts/format';
import type { IFinding } from '../../model/findings';
import { metricForm } from '../performance/words';

/** Names of the sets that a finding is about. */
export interface IFindingSets {
  readonly primary: string;
  readonly reference: string | null;
}

/** A finding's sentence, and under it the numbers that it rests on. */
export function FindingText({
  words,
  numbers
}: {
  readonly words: IFinding['words'];
  readonly numbers: readonly string[];
}): React.ReactElement {
  return (
    <>
      <span className="px-finding-words">
        {words.map(({ mark, text }, i) =>
          mark === '' ? (
            withThousands(text)
          ) : (
            <span key={i} className={`px-finding-${mark}`}>
              {mark === 'number' ? withThousands(text) : text}
            </span>
          )
        )}
      </span>
      <span className="px-finding-numbers">
        {numbers.map((text, i) => (
          <React.Fragment key={i}>
            {i > 0 && ' · '}
            <span>{text}</span>
          </React.Fragment>
        ))}
      </span>
    </>
  );
}

/** The effect with its interval, the p-value, the rows: what is needed to trust the sentence. */
export function numbersOf(
  face: IFinding,
  { primary, reference }: IFindingSets,
  trans: TranslationBundle
): string[] {
  const { effect, lower, upper, pAdjusted, n } = face;
  const parts: string[] = [];
  const distance = face.limit === null ? estimate : besideLimit(face.limit);
  if (face.estimate !== null) {
    const ends =
      lower === null || upper === null ? null : ([lower, upper] as const);
    const [value, range] =
      effect === 'psi'
        ? [
            trans.__('PSI %1', distance(face.estimate)),
            ends && interval(...ends, distance)
          ]
        : effect === 'points'
          ? [points(face.estimate), ends && pointsInterval(...ends)]
          : effect === 'share'
            ? [
                share(face.estimate),
                ends && `[${share(ends[0])}, ${share(ends[1])}]`
              ]
            : [
                metricForm(effect).difference(face.estimate),
                ends && metricForm(effect).differenceInterval(...ends)
              ];
    parts.push(range ? `${value} ${range}` : value);
  }
  if (pAdjusted !== null) {
    parts.push(trans.__('adj. p %1', pValue(pAdjusted)));
  }
  if (n.primary !== null) {
    const of = (rows: number, set: string): string =>
      trans.__('n %1 of %2', count(rows), set);
    parts.push(of(n.primary, primary));
    if (n.reference !== null && reference !== null) {
      parts.push(of(n.reference, reference));
    }
  }
  return parts;
}
