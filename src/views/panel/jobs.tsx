import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes, seconds } from '../../charts/format';
import type { IAnalysis, IPhoenix, Recipe } from '../../tokens';
import { Glyph, readingLabel, stageLabel, useSignal } from '../parts';

/** How long, in ms, it stays on screen that something was done. */
const LINGER = 6000;

/** Something that is read or computed. */
interface IWork {
  readonly title: string;
  /** What is done, or how long it will take. */
  readonly detail: string;
  readonly fraction: number | null;
  readonly cancel: () => void;
}

interface IProps {
  readonly phoenix: IPhoenix;
  readonly trans: TranslationBundle;
}

/** What is being read and computed, and what just was. */
export function Jobs({ phoenix, trans }: IProps): React.ReactElement {
  useSignal(phoenix.worked);
  useSignal(phoenix.changed);
  const done = useLastDone(phoenix);
  const running =
    phoenix.current?.analyses.filter(
      // What nobody asked for says so where it is shown.
      ({ event, recipe }) =>
        event.state === 'running' && recipe.kind !== 'findings'
    ) ?? [];
  const { reading, frames } = phoenix;
  const embeddings = frames.filter(frame => frame.embeddings.length > 0).length;
  const [first, ...others]: IWork[] = [
    ...reading.map(job => ({
      title: trans.__('Reading %1', job.name),
      detail: job.nbytes === null ? '' : bytes(job.nbytes),
      fraction: null,
      cancel: () => job.cancel()
    })),
    ...running.map(analysis => {
      const { stage, fraction, remaining } = analysis.event;
      return {
        title: titleOf(analysis.recipe, trans),
        detail:
          remaining === null
            ? readingLabel(analysis.event, trans) || stageLabel(stage, trans)
            : trans.__('about %1 left', seconds(remaining)),
        fraction: fraction > 0 ? fraction : null,
        cancel: () => analysis.cancel()
      };
    })
  ];
  return (
    <div
      className="px-jobs"
      role="region"
      aria-label={trans.__('Work under way')}
    >
      {first && <Job {...first} more={others.length} trans={trans} />}
      {!first && (
        <div className="px-jobs-idle" role="status">
          {done ? (
            <>
              <Glyph name="check" size={13} />
              <span>{trans.__('%1 ready', titleOf(done.recipe, trans))}</span>
              <span className="px-spacer" />
              <span>
                {done.event.cached
                  ? trans.__('from the cache')
                  : seconds(done.event.elapsed)}
              </span>
            </>
          ) : embeddings > 0 ? (
            <>
              <Glyph name="check" size={13} />
              <span>
                {trans._n(
                  '%1 dataframe with embeddings',
                  '%1 dataframes with embeddings',
                  embeddings
                )}
              </span>
            </>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** One line, as high as what is said when nothing is under way: no list above it moves when work begins or ends. */
function Job(
  props: IWork & {
    /** How many wait behind it, or go on beside it. */
    readonly more: number;
    readonly trans: TranslationBundle;
  }
): React.ReactElement {
  const { title, detail, fraction, more, trans } = props;
  const percent = fraction === null ? undefined : Math.round(fraction * 100);
  return (
    <div className="px-jobs-one" role="group" aria-label={title}>
      <div
        className={`px-bar ${percent === undefined ? 'px-mod-waiting' : ''}`}
        role="progressbar"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <i style={{ width: `${percent ?? 100}%` }} />
      </div>
      <span className="px-jobs-title" title={title}>
        {title}
      </span>
      <span className="px-jobs-detail" title={detail}>
        {detail}
      </span>
      {more > 0 && (
        <span
          title={trans._n('and %1 more', 'and %1 more', more)}
        >{`+${more}`}</span>
      )}
      <button
        type="button"
        className="px-link"
        aria-label={trans.__('Cancel: %1', title)}
        onClick={props.cancel}
      >
        {trans.__('Cancel')}
      </button>
    </div>
  );
}

/** The analysis that was done last, for a while. */
function useLastDone(phoenix: IPhoenix): IAnalysis | null {
  const [done, setDone] = React.useState<IAnalysis | null>(null);
  React.useEffect(() => {
    let timer = 0;
    const slot = (_: IPhoenix, analysis: IAnalysis): void => {
      if (
        analysis.event.state === 'done' &&
        analysis.recipe.kind !== 'findings'
      ) {
        setDone(analysis);
        window.clearTimeout(timer);
        timer = window.setTimeout(() => setDone(null), LINGER);
      }
    };
    phoenix.worked.connect(slot);
    return () => {
      phoenix.worked.disconnect(slot);
      window.clearTimeout(timer);
    };
  }, [phoenix]);
  return done;
}

/** What a recipe makes, in words. */
export function titleOf(recipe: Recipe, trans: TranslationBundle): string {
  switch (recipe.kind) {
    case 'summary':
      return trans.__('Overview');
    case 'distribution':
      return trans.__('Distribution of %1', recipe.column);
    case 'time_series':
      return recipe.column
        ? trans.__('Series of %1', recipe.column)
        : recipe.retrieval
          ? trans.__('Retrieval through time')
          : trans.__('Predictions through time');
    case 'embedding_map':
      return trans.__('Map of %1', recipe.embedding);
    case 'cluster_means':
      return trans.__('%1 by cluster', recipe.column);
    case 'cluster_rules':
      return trans.__('What clusters of %1 share', recipe.map.embedding);
    case 'embedding_drift':
      return trans.__('Rows that carry the drift of %1', recipe.embedding);
    case 'response_drift':
      return trans.__('Responses given their prompts');
    case 'neighbors':
      return trans.__('Rows like row %1 in %2', recipe.row, recipe.embedding);
    case 'performance':
      return trans.__('Performance');
    case 'retrieval':
      return trans.__('Retrieval');
    case 'quality':
      return trans.__('Quality of the data');
    case 'findings':
      return trans.__('Findings');
    case 'slices':
      return trans.__('Slices');
    case 'cohort':
      return trans.__('Rows of a selection');
    case 'estimated_performance':
      return trans.__('Performance before labels arrive');
    case 'attribution':
      return trans.__('What a change is made of');
  }
}
