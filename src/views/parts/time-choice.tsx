import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { asProblem } from '../../api/problem';
import type { IInspection } from '../../tokens';
import { Banner, type IBannerAction } from './banner';
import { useSignal } from './signal';

/** Says that what was chosen as the time is likely none, with the way back to the column before. */
export function TimeDoubt(props: {
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { inspection, trans } = props;
  useSignal(inspection.changed);
  const { timeChoice } = inspection;
  const back = wayBack(inspection, trans);
  if (!timeChoice?.doubt || !back) {
    return null;
  }
  return (
    <Banner
      tone="warn"
      actions={[
        { ...back, primary: true },
        {
          label: trans.__('Keep it'),
          onClick: () => inspection.chooseTime({ ...timeChoice, doubt: null })
        }
      ]}
    >
      {timeChoice.doubt}
    </Banner>
  );
}

/** What makes an answer work that failed by the time column that somebody chose; null where it is none's fault. */
export function timeRemedy(
  inspection: IInspection,
  error: Error,
  trans: TranslationBundle
): IBannerAction | null {
  const { columns, corrections } = inspection.primary;
  const time = columns.find(({ role }) => role === 'timestamp')?.name;
  const isIts =
    time !== undefined &&
    (asProblem(error).column === time ||
      error.message.includes(`column "${time}"`));
  if (!isIts) {
    return null;
  }
  return (
    wayBack(inspection, trans) ??
    (corrections.some(({ column, role }) => column === time && role)
      ? {
          label: trans.__('Back to what was guessed'),
          onClick: () => {
            inspection.correct(time, null).catch(() => undefined);
          }
        }
      : null)
  );
}

function wayBack(
  { timeChoice }: IInspection,
  trans: TranslationBundle
): IBannerAction | null {
  return (
    timeChoice && {
      label:
        timeChoice.before === null
          ? trans.__('Back to no time')
          : trans.__('Back to %1', timeChoice.before),
      onClick: () => {
        timeChoice.back().catch(() => undefined);
      }
    }
  );
}
