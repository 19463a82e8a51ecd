import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, NONE } from '../../charts/format';
import type { IInspection } from '../../tokens';
import { SetMark } from '../parts';
import { aloneText, type IRetrieved, type IServed } from './served';

/** The texts of some documents, read when they are asked for; null where there is none, or not yet. */
export function useDocumentTexts(
  inspection: IInspection,
  rows: readonly number[]
): ReadonlyMap<number, string> {
  const { corpus } = inspection;
  const [known, setKnown] = React.useState<{
    readonly of: string;
    readonly texts: ReadonlyMap<number, string>;
  } | null>(null);
  const column = corpus?.columns.find(
    ({ kind, role, problem }) =>
      problem === null && (role === 'document' || kind === 'text')
  )?.name;
  const of = `${corpus?.id ?? ''} ${rows.join(' ')}`;
  React.useEffect(() => {
    if (column === undefined || rows.length === 0) {
      return;
    }
    let live = true;
    inspection.columns('corpus', [column], rows).then(
      table => {
        const values = table.getChild(column);
        const texts = new Map(
          rows.map((row, i) => [row, String(values?.get(i) ?? '')])
        );
        if (live) {
          setKnown({ of, texts });
        }
      },
      // Documents without their texts are still documents.
      () => undefined
    );
    return () => {
      live = false;
    };
    // The text stands for the rows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [inspection, column, of]);
  return known?.of === of ? known.texts : new Map();
}

/** What was retrieved for a query, best first. */
export function Retrieved(props: {
  readonly inspection: IInspection;
  readonly documents: readonly IRetrieved[];
  readonly query: string;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { inspection, documents, trans } = props;
  const rows = documents.flatMap(({ row }) => row ?? []);
  const texts = useDocumentTexts(inspection, rows);
  return (
    <ol
      className="px-retrieved"
      aria-label={trans.__('Documents retrieved for %1', props.query)}
    >
      {documents.map(({ rank, row, distance, relevance }) => (
        <li key={rank}>
          <span className="px-muted">{rank}</span>
          <SetMark set="corpus" />
          <span className="px-retrieved-text" title={texts.get(row ?? -1)}>
            {row === null
              ? trans.__('The corpus has no document of this id.')
              : (texts.get(row) ?? trans.__('row %1', count(row)))}
          </span>
          {relevance !== null && (
            <span className={relevance > 0 ? '' : 'px-muted'}>
              {relevance > 0 ? trans.__('relevant') : trans.__('not relevant')}
            </span>
          )}
          <span
            className="px-muted"
            title={trans.__('Distance from the query')}
          >
            {distance === null ? NONE : estimate(distance)}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** How the queries are served, and the ways to those that are not. */
export function ServedNote(props: {
  readonly served: IServed;
  readonly onAlone: () => void;
  readonly onOpen: () => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { served, trans } = props;
  return (
    <div className="px-served px-muted">
      <SetMark set="corpus" />
      <span title={served.source}>{served.text}</span>
      {served.alone.length > 0 && (
        <button
          type="button"
          className="px-link"
          title={trans.__('The queries without a near document')}
          onClick={props.onAlone}
        >
          {aloneText(served, trans)}
        </button>
      )}
      <button type="button" className="px-link" onClick={props.onOpen}>
        {trans.__('Retrieval')}
      </button>
    </div>
  );
}
