import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { AnalysisEvent } from '../../api/contract';
import { bytesOf, seconds } from '../../charts/format';
import { Glyph } from './icons';

/** A stage of the work, by the name that the server gives it. */
export interface IStage {
  readonly name: string;
  readonly label: string;
}

export interface IJobStripProps {
  event: AnalysisEvent | null;
  /** What is being done: "Summary of 22 columns". */
  title: string;
  /** The stages to come, if known; others are listed as they are met. */
  stages?: readonly IStage[];
  onCancel?: () => void;
  trans: TranslationBundle;
}

/** The words for a stage that is not in the caller's list. */
export function stageLabel(name: string, trans: TranslationBundle): string {
  switch (name) {
    case '':
    case 'queued':
    case 'waiting':
      return trans.__('Waiting for its turn');
    case 'busy':
      return trans.__('Kernel busy, will read when idle');
    case 'reading':
      return trans.__('Reading');
    case 'summary':
    case 'columns':
      return trans.__('Columns');
    case 'drift':
      return trans.__('Drift');
    case 'neighbors':
      return trans.__('Neighbours');
    case 'layout':
      return trans.__('Map');
    case 'clusters':
      return trans.__('Clusters');
    case 'names':
      return trans.__('Names');
    case 'tests':
      return trans.__('Tests');
    default:
      return name.charAt(0).toUpperCase() + name.slice(1);
  }
}

/** How much has come from the kernel, in words; empty when nothing is being read, or it is too little to speak of. */
export function readingLabel(
  event: AnalysisEvent | null,
  trans: TranslationBundle
): string {
  const reading = event?.stage === 'reading' ? event.reading : null;
  if (!reading || reading.total < 1e6) {
    return '';
  }
  const [done, total] = bytesOf(reading.done, reading.total);
  return trans.__('Reading %1 · %2 of %3', reading.name, done, total);
}

/** Stages done, under way and to come; the bar; what remains; Cancel. */
export function JobStrip(props: IJobStripProps): React.ReactElement {
  const { event, title, stages = [], onCancel, trans } = props;
  const [met, setMet] = React.useState<readonly string[]>([]);
  const stage = event?.stage ?? '';
  React.useEffect(() => {
    if (stage) {
      setMet(old => (old.includes(stage) ? old : [...old, stage]));
    }
  }, [stage]);
  const listed = stages.map(s => s.name);
  const names = [...met.filter(name => !listed.includes(name)), ...listed];
  if (names.length === 0) {
    names.push(stage);
  }
  const current = names.indexOf(stage);
  const fraction = Math.max(0, Math.min(1, event?.fraction ?? 0));
  const percent = Math.round(fraction * 100);
  const remaining = event?.remaining;
  const reading = readingLabel(event, trans);
  return (
    <div className="px-job" role="group" aria-label={title}>
      <div className="px-job-title">
        <span>{title}</span>
      </div>
      <ol>
        {names.map((name, i) => {
          const label =
            stages.find(s => s.name === name)?.label ?? stageLabel(name, trans);
          const state = i < current ? 'done' : i === current ? 'now' : 'next';
          return (
            <li key={name} className={`px-mod-${state}`}>
              {state === 'done' ? (
                <Glyph name="check" size={13} />
              ) : (
                <Glyph name="unknown" size={13} />
              )}
              <span>{label}</span>
              {state === 'now' && fraction > 0 && <b>{`${percent} %`}</b>}
            </li>
          );
        })}
      </ol>
      <div
        className={`px-bar ${fraction > 0 ? '' : 'px-mod-waiting'}`}
        role="progressbar"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={fraction > 0 ? percent : undefined}
      >
        <i style={{ width: `${fraction > 0 ? percent : 100}%` }} />
      </div>
      <div className="px-job-foot">
        <span>
          {reading !== ''
            ? reading
            : remaining !== null && remaining !== undefined
              ? trans.__('about %1 left', seconds(remaining))
              : event && event.elapsed >= 1
                ? trans.__('%1 so far', seconds(event.elapsed))
                : ''}
        </span>
        {onCancel && (
          <button type="button" className="px-link" onClick={onCancel}>
            {trans.__('Cancel')}
          </button>
        )}
      </div>
    </div>
  );
}

/** What was done and how long it took; goes away by itself. */
export function JobDone({
  event,
  title,
  trans
}: {
  event: AnalysisEvent;
  title: string;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const [shown, setShown] = React.useState(true);
  React.useEffect(() => {
    setShown(true);
    const timer = window.setTimeout(() => setShown(false), 6000);
    return () => window.clearTimeout(timer);
  }, [event]);
  if (!shown || event.state !== 'done') {
    return null;
  }
  return (
    <div className="px-job-done" role="status">
      <Glyph name="check" size={12} />
      <span>{title}</span>
      <span className="px-faint">
        {event.cached ? trans.__('from the cache') : seconds(event.elapsed)}
      </span>
    </div>
  );
}
