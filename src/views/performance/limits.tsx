import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Change, Good, ICompared } from './facts';
import { type IMetricForm, metricForm } from './words';

/** How much each metric has to change before it matters, where that is not as usual. */
export type Limits = Readonly<Record<string, number>>;

/** What a change is called when it has to be larger than a limit; as `phoenix_lab.recipes.performance` judges it. */
export function changeOf(
  { lower, upper, p, primary, reference }: ICompared,
  good: Good,
  limit: number,
  alpha: number
): Change {
  if (lower === null || upper === null || p === null) {
    return 'untested';
  }
  if (-limit < lower && upper < limit) {
    return 'none';
  }
  if (p >= alpha || !(lower > limit || upper < -limit)) {
    return p < alpha ? 'moved' : 'undecided';
  }
  const before = reference.value ?? 0;
  const now = primary.value ?? 0;
  if (good === 'zero') {
    return Math.abs(now) === Math.abs(before)
      ? 'changed'
      : Math.abs(now) > Math.abs(before)
        ? 'worse'
        : 'better';
  }
  return now < before === (good === 'high') ? 'worse' : 'better';
}

/** Rows as they are judged at a limit. */
export function judged<T extends ICompared>(
  rows: readonly T[],
  about: (row: T) => { readonly good: Good; readonly limit: number | null },
  alpha: number
): T[] {
  return rows.map(row => {
    const { good, limit } = about(row);
    const change = changeOf(row, good, limit ?? 0, alpha);
    return {
      ...row,
      change,
      needed: change === row.change ? row.needed : null
    };
  });
}

/** The limit of a metric in words: `2.0 pts`, `.020`. */
export function limitText(form: IMetricForm, limit: number): string {
  return form.difference(limit).replace(/^\+/, '');
}

export interface ILimitFieldProps {
  metric: string;
  /** What the metric is called. */
  name: string;
  limit: number;
  /** Where it is unless it is moved. */
  usual: number;
  onChange: (limit: number | null) => void;
  trans: TranslationBundle;
}

/** The limit of a metric, to be typed or stepped, in the unit that its changes are written in. */
export function LimitField(props: ILimitFieldProps): React.ReactElement {
  const { metric, name, limit, usual, onChange, trans } = props;
  const form = metricForm(metric);
  const scale = form.isShare ? 100 : 1;
  // An error has the unit of the data, which may be large or small.
  const digits = form.isShare ? 1 : digitsOf(usual);
  const shown = (limit * scale).toFixed(digits).replace(/^0(?=\.)/, '');
  const [text, setText] = React.useState(shown);
  React.useEffect(() => setText(shown), [shown]);
  return (
    <input
      className={`px-limit-field ${limit === usual ? '' : 'px-mod-moved'}`}
      type="number"
      min={0}
      step={form.isShare ? 0.5 : Number((usual / 4).toPrecision(1)) || 0.005}
      value={text}
      aria-label={
        form.isShare
          ? trans.__('%1 matters from, in points', name)
          : trans.__('%1 matters from', name)
      }
      title={trans.__(
        'A change of %1 matters from %2. Esc goes back to %3.',
        name,
        limitText(form, limit),
        limitText(form, usual)
      )}
      onChange={event => {
        setText(event.target.value);
        const next = event.target.valueAsNumber;
        if (Number.isFinite(next) && next >= 0) {
          onChange(next / scale);
        }
      }}
      onBlur={() => setText(shown)}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onChange(null);
        }
      }}
    />
  );
}

/** Decimals of which two tell. */
export function digitsOf(value: number): number {
  return value > 0
    ? Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(value))))
    : 3;
}
