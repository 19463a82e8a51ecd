import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, NONE } from '../../charts/format';
import { toName } from '../../notebook/python';
import type { IInspection, IResult, ISelection } from '../../tokens';
import { useDocumentTexts } from '../embedding/documents';
import { useRows } from '../embedding/rows';
import { InsertButton, SetMark } from '../parts';
import { type ILonely, type IRetrievalFacts, lonely } from './facts';

/** Rows that are listed; a cell has them all. */
const LISTED = 100;

export interface IAloneProps {
  inspection: IInspection;
  result: IResult;
  facts: IRetrievalFacts;
  onInsert: (selection: ISelection) => void;
  trans: TranslationBundle;
}

/** The queries that have no near document, the farthest first, with what is nearest to them. */
export function Alone(props: IAloneProps): React.ReactElement {
  const { inspection, result, facts, trans } = props;
  const { primary, corpus } = inspection;
  const rows = React.useMemo(
    () => lonely(result).filter(({ set }) => set === 'primary'),
    [result]
  );
  const reader = useRows(inspection, facts.embedding, null);
  const listed = rows.slice(0, LISTED);
  const documents = [
    ...new Set(listed.flatMap(({ document }) => document ?? []))
  ];
  const texts = useDocumentTexts(inspection, documents);
  return (
    <section className="px-alone">
      <h4>
        {trans.__('Queries without a near document')}
        <span>
          {rows.length > LISTED
            ? trans.__(
                'farthest first, %1 of %2',
                count(LISTED),
                count(rows.length)
              )
            : trans.__('farthest first')}
        </span>
        <span className="px-spacer" />
        <button
          type="button"
          className="px-button px-mod-quiet"
          onClick={() => inspection.openColumn(facts.embedding)}
        >
          {trans.__('Show on the map')}
        </button>
        <InsertButton
          label={trans.__('Insert')}
          amount={trans._n(
            '%2 row',
            '%2 rows',
            rows.length,
            count(rows.length)
          )}
          busy={rows.length === 0}
          onInsert={() =>
            props.onInsert(selectionOf(rows, facts, primary.name, trans))
          }
          trans={trans}
        />
      </h4>
      {rows.length === 0 ? (
        <p className="px-muted">{trans.__('There are none.')}</p>
      ) : (
        <table className="px-alone-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('row')}</th>
              <th scope="col">{trans.__('query')}</th>
              <th scope="col">
                <SetMark set="corpus" />{' '}
                {trans.__('nearest in %1', corpus?.name ?? '')}
              </th>
              <th scope="col" className="px-mod-number">
                {trans.__('distance')}
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map(({ row, document, distance }) => (
              <tr key={row}>
                <td className="px-muted">{row}</td>
                <td>
                  <div className="px-alone-text">
                    {reader.get('primary', row)?.text ?? NONE}
                  </div>
                </td>
                <td>
                  <div className="px-alone-text">
                    {document === null
                      ? NONE
                      : (texts.get(document) ??
                        trans.__('row %1', count(document)))}
                  </div>
                </td>
                <td className="px-mod-number">{estimate(distance)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function selectionOf(
  rows: readonly ILonely[],
  facts: IRetrievalFacts,
  name: string,
  trans: TranslationBundle
): ISelection {
  const found = rows.map(({ row }) => row).sort((a, b) => a - b);
  return {
    id: `no-near-document:${facts.limit}:${found.length}`,
    label: trans.__('no near document'),
    rows: [{ set: 'primary', rows: found }],
    variable: toName('no_near_document', 'rows'),
    comment: [
      trans.__(
        'queries of %1 without a document within %2',
        name,
        estimate(facts.limit)
      ),
      trans._n('%2 row', '%2 rows', found.length, count(found.length))
    ],
    source: null,
    view: facts.embedding
  };
}
