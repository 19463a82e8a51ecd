import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../charts/format';
import { wholeOf } from '../model/alike';
import type { IInspection, IPhoenix, SetName } from '../tokens';
import { Banner, useAttempt, useSignal } from './parts';

/** Says, as long as it is so, that a set is an output such as `df.head()` and not `df`, and offers that. */
export function PartNotice(props: {
  readonly phoenix: Pick<IPhoenix, 'framesOf' | 'changed'>;
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { phoenix, inspection, trans } = props;
  useSignal(phoenix.changed);
  useSignal(inspection.changed);
  const taking = useAttempt(inspection, trans);
  const frames = phoenix.framesOf(inspection.path) ?? [];
  const isCompared = inspection.reference !== null;
  if (inspection.stale?.instead) {
    return <>{taking.notice}</>;
  }
  return (
    <>
      {(['primary', 'reference'] as const).map((set: SetName) => {
        const model = inspection[set];
        const whole = model && wholeOf(frames, model);
        if (!whole) {
          return null;
        }
        const { frame, name } = whole;
        return (
          <Banner
            key={set}
            tone="warn"
            actions={[
              {
                label: isCompared
                  ? trans.__('Compare all of %1', name)
                  : trans.__('Inspect all of %1', name),
                primary: true,
                onClick: () =>
                  taking.attempt(inspection.take(set, { ref: frame.ref, name }))
              }
            ]}
          >
            {trans._n(
              'This is %3 with its %2 row, not %4.',
              'This is %3 with its %2 rows, not %4.',
              model.n_rows,
              count(model.n_rows),
              model.name,
              frame.n_rows === null
                ? name
                : trans._n(
                    '%3 with its %2 row',
                    '%3 with its %2',
                    frame.n_rows,
                    count(frame.n_rows),
                    name
                  )
            )}
            {inspection.older.includes(set) &&
              ` ${trans.__('It is older: %1 has changed since.', name)}`}
          </Banner>
        );
      })}
      {taking.notice}
    </>
  );
}
