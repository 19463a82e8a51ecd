import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FrameListing, InferencesModel } from '../../api/contract';
import { bytes } from '../../charts/format';
import { shape } from '../../model/shape';
import type { IInspection, SetName } from '../../tokens';
import { Glyph, useSize } from '../parts';

type Role = SetName | 'corpus' | null;

interface IProps {
  readonly frames: readonly FrameListing[];
  readonly inspection: IInspection | null;
  readonly trans: TranslationBundle;
  readonly onInspect: (frame: FrameListing) => void;
  readonly onCompare: (frame: FrameListing, anchor: Element) => void;
  /** Take a dataframe as the corpus, or none. */
  readonly onCorpus: (frame: FrameListing | null) => void;
}

/** The dataframes of the kernel. */
export function FrameList(props: IProps): React.ReactElement {
  const { frames, inspection, trans, onInspect, onCompare } = props;
  const list = React.useRef<HTMLDivElement | null>(null);
  const [measured, { height }] = useSize<HTMLDivElement>();
  const box = React.useCallback(
    (element: HTMLDivElement | null) => {
      list.current = element;
      measured(element);
    },
    [measured]
  );
  const [active, setActive] = React.useState<string | null>(null);
  const current = frames.find(({ ref }) => ref === active) ?? frames[0];

  // Of more dataframes than there is room for, the one that is looked at is in sight.
  const looked = frames.findIndex(
    frame => roleOf(frame, inspection) === 'primary'
  );
  React.useEffect(() => {
    list.current?.children[looked]?.scrollIntoView?.({ block: 'nearest' });
    // The sections below it come a moment later, and take room.
  }, [looked, height]);

  const go = (step: number): void => {
    const index = frames.indexOf(current) + step;
    if (index >= 0 && index < frames.length) {
      setActive(frames[index].ref);
      (list.current?.children[index] as HTMLElement | undefined)?.focus();
    }
  };
  const toggle = (frame: FrameListing): void =>
    props.onCorpus(roleOf(frame, inspection) === 'corpus' ? null : frame);
  const onKeyDown = (event: React.KeyboardEvent, frame: FrameListing): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    if (event.key === 'ArrowDown') {
      go(1);
    } else if (event.key === 'ArrowUp') {
      go(-1);
    } else if (event.key === 'Enter') {
      onInspect(frame);
    } else if (event.key === 'c') {
      onCompare(frame, event.currentTarget);
    } else if (event.key === 'd' && canServe(frame, inspection)) {
      toggle(frame);
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      className="px-frames"
      role="listbox"
      aria-label={trans.__('Dataframes')}
    >
      {frames.map(frame => {
        const role = roleOf(frame, inspection);
        const name = frame.names.join(' = ') || trans.__('(no name)');
        const { type, nbytes, embeddings } = frame;
        const n = embeddings.length;
        const facts = [
          shape(frame),
          ...(nbytes === null ? [] : [bytes(nbytes)])
        ];
        const said = trans._n('%1 embedding', '%1 embeddings', n);
        const verb = verbOf(frame, trans);
        const isStale =
          role !== null &&
          role !== 'corpus' &&
          inspection?.stale?.sets.includes(role) === true;
        return (
          <div
            key={frame.ref}
            className="px-frame"
            role="option"
            aria-selected={role !== null}
            aria-keyshortcuts={
              canServe(frame, inspection) ? 'Enter c d' : 'Enter c'
            }
            aria-label={[
              name,
              type,
              ...facts,
              ...(frame.query === null ? [] : [trans.__('lazy')]),
              ...(n > 0 ? [said] : []),
              ...(role ? [label(role, trans)] : []),
              ...(isStale ? [trans.__('changed since it was read')] : [])
            ].join(', ')}
            title={[
              trans.__('%1 of %2', type, frame.library),
              ...(frame.query === null ? [] : [costOf(frame, trans)])
            ].join('\n')}
            tabIndex={frame === current ? 0 : -1}
            data-phoenix-ref={frame.ref}
            onFocus={() => setActive(frame.ref)}
            onKeyDown={event => onKeyDown(event, frame)}
            onDoubleClick={() => onInspect(frame)}
          >
            <Glyph name="table" size={15} />
            <span className="px-frame-name px-code">
              {name}
              {isStale && (
                <i
                  className="px-frame-dot"
                  title={trans.__('Changed since it was read')}
                />
              )}
            </span>
            {role && (
              <span className={`px-chip px-mod-small px-mod-${role}`}>
                {label(role, trans)}
              </span>
            )}
            <span className="px-frame-facts">
              <span>{facts[0]}</span>
              {facts[1] && <span className="px-frame-size">{facts[1]}</span>}
              {n > 0 && (
                <span className="px-frame-embeddings" title={said}>
                  <Glyph name="vector" size={12} />
                  {n}
                </span>
              )}
              <span className="px-frame-actions">
                <button
                  type="button"
                  className="px-button"
                  tabIndex={frame === current ? 0 : -1}
                  aria-label={trans.__('%1 %2', verb, name)}
                  title={
                    frame.query === null ? undefined : costOf(frame, trans)
                  }
                  onClick={() => onInspect(frame)}
                >
                  {verb}
                </button>
                {canServe(frame, inspection) && (
                  <button
                    type="button"
                    className="px-button"
                    tabIndex={frame === current ? 0 : -1}
                    aria-pressed={role === 'corpus'}
                    aria-label={trans.__('Take %1 as the corpus', name)}
                    title={trans.__(
                      'The documents that rows of %1 are queries for',
                      inspection?.primary.name ?? ''
                    )}
                    onClick={() => toggle(frame)}
                  >
                    {trans.__('Corpus')}
                  </button>
                )}
                {frames.length > 1 && (
                  <button
                    type="button"
                    className="px-button"
                    tabIndex={frame === current ? 0 : -1}
                    aria-haspopup="listbox"
                    aria-label={trans.__('Compare %1 with…', name)}
                    onClick={event => onCompare(frame, event.currentTarget)}
                  >
                    {trans.__('Compare…')}
                  </button>
                )}
              </span>
            </span>
          </div>
        );
      })}
    </div>
  );
}

function roleOf(frame: FrameListing, inspection: IInspection | null): Role {
  const is = (set: InferencesModel | null | undefined): boolean =>
    set !== null &&
    set !== undefined &&
    (set.variable === null
      ? frame.ref === set.ref
      : // Whatever the variable holds now; the dot says that it is another.
        frame.names.includes(set.variable));
  return is(inspection?.primary)
    ? 'primary'
    : is(inspection?.reference)
      ? 'reference'
      : is(inspection?.corpus)
        ? 'corpus'
        : null;
}

/** Whether a dataframe can be the corpus of what is inspected: it has vectors, and is none of its sets. */
function canServe(
  frame: FrameListing,
  inspection: IInspection | null
): boolean {
  const role = roleOf(frame, inspection);
  return (
    inspection !== null &&
    frame.embeddings.length > 0 &&
    (role === null || role === 'corpus')
  );
}

/** What a press does: a query has no rows until it is run. */
function verbOf({ query }: FrameListing, trans: TranslationBundle): string {
  return query === 'collect'
    ? trans.__('Collect')
    : query === 'run'
      ? trans.__('Run')
      : trans.__('Inspect');
}

/** What a query costs. */
function costOf({ query }: FrameListing, trans: TranslationBundle): string {
  return query === 'collect'
    ? trans.__(
        'Lazy: Collect runs it once in the kernel, and keeps all its rows in memory there until the view is closed.'
      )
    : trans.__(
        'A query: Run runs it once in the kernel, and keeps all its rows in memory there until the view is closed.'
      );
}

function label(role: SetName | 'corpus', trans: TranslationBundle): string {
  return role === 'primary'
    ? trans.__('Primary')
    : role === 'corpus'
      ? trans.__('Corpus')
      : trans.__('Reference');
}
