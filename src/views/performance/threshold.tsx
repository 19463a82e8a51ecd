import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { estimate, measure } from '../../charts/format';

export interface IThresholdProps {
  /** The threshold in force; null where the labels are taken as they are and no threshold gives them. */
  value: number | null;
  /** The thresholds that there are, rising. */
  cuts: readonly number[];
  probabilities: boolean;
  positive: string;
  /** Whether it was moved. */
  isMoved: boolean;
  onMove: (value: number) => void;
  onReset: () => void;
  trans: TranslationBundle;
}

const STEPS = 200;

/** How a threshold is written. */
export function thresholdText(value: number, probabilities: boolean): string {
  return probabilities ? estimate(value) : measure(value);
}

/** The threshold from which on a class is predicted. */
export function Threshold(props: IThresholdProps): React.ReactElement {
  const { value, cuts, probabilities, positive, isMoved, trans } = props;
  const low = probabilities ? 0 : cuts[0];
  const high = probabilities ? 1 : cuts[cuts.length - 1];
  const step = probabilities ? 0.01 : (high - low) / STEPS || 1;
  const at = value ?? (low + high) / 2;
  const text = thresholdText(at, probabilities);
  return (
    <div className="px-threshold">
      <label>
        <span>{trans.__('%1 from', positive)}</span>
        <input
          type="range"
          min={low}
          max={high}
          step={step}
          value={at}
          aria-label={trans.__('Predict %1 from a score of', positive)}
          aria-valuetext={text}
          onChange={event => {
            const wanted = Number(event.target.value);
            props.onMove(
              probabilities
                ? Math.round(wanted * 100) / 100
                : nearest(cuts, wanted)
            );
          }}
        />
        <b>{value === null ? '—' : text}</b>
      </label>
      {isMoved ? (
        <button type="button" className="px-link" onClick={props.onReset}>
          {trans.__('As predicted')}
        </button>
      ) : (
        <span className="px-muted">
          {value === null
            ? trans.__('labels as they are; no one threshold gives them')
            : trans.__('as predicted')}
        </span>
      )}
    </div>
  );
}

function nearest(cuts: readonly number[], wanted: number): number {
  return cuts.reduce((best, cut) =>
    Math.abs(cut - wanted) < Math.abs(best - wanted) ? cut : best
  );
}
