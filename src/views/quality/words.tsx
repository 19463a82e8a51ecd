import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  points,
  pointsInterval,
  pValue,
  share,
  shareLimit,
  words
} from '../../charts/format';
import {
  isOfValues,
  shareOf,
  type IQualityFacts,
  type IQualityRow,
  type Status
} from './facts';
import { whyUnsure } from '../parts/unsure';
import { verdictText } from '../parts/verdict';

/** What a check found, after the name of the column. */
export function checkText(
  row: IQualityRow,
  facts: IQualityFacts,
  trans: TranslationBundle
): string {
  const reference = facts.reference?.name ?? trans.__('the reference');
  switch (row.check) {
    case 'missing':
      return trans.__('no value');
    case 'empty':
      return trans.__('empty text');
    case 'stand_in':
      return trans.__('text that stands for no value');
    case 'infinite':
      return row.kind === 'vector'
        ? trans.__('vectors with NaN or infinity')
        : trans.__('infinite');
    case 'zero':
      return trans.__('vectors of nothing but zeros');
    case 'above':
      return trans.__('above all that %1 holds', reference);
    case 'below':
      return trans.__('below all that %1 holds', reference);
    case 'new':
      return trans.__('values that %1 does not have', reference);
    case 'gone':
      return trans.__('values of %1 that are gone', reference);
    case 'constant':
      return trans.__('one value throughout');
    case 'stuck':
      return trans.__('one value again and again');
    case 'spelling':
      return trans.__('another spelling of a value');
    case 'date_form':
      return trans.__('dates in another form than most');
    case 'repeated':
      return row.column === null
        ? trans.__('equal in every column to a row before')
        : trans.__('repeat an earlier value');
    case 'shared':
      return row.column === null
        ? trans.__('equal in every column to a row of %1', reference)
        : trans.__('have a value that %1 has too', reference);
    case 'type':
      return trans.__('another type');
    case 'only_primary':
    case 'only_reference':
      return trans.__('in one set alone');
    case 'unreadable':
      return trans.__('cannot be read');
    default:
      return row.check;
  }
}

/** Examples and remarks, in one line; empty when there is nothing to add. */
export function detailText(row: IQualityRow): string {
  // Text keeps its commas.
  const example = (text: string): string =>
    row.kind === 'number' ? words(text) : text;
  const parts = [row.examples.map(example).join(', '), words(row.note ?? '')];
  return parts.filter(part => part !== '').join(' · ');
}

/** What a group is called. */
export function statusText(
  status: Status,
  compared: boolean,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'changed':
      return compared ? trans.__('Changed') : trans.__('Look here first');
    case 'moved':
    case 'undecided':
      return verdictText(status, trans);
    case 'fact':
      return compared ? trans.__('Facts, not tested') : trans.__('Found');
    case 'same':
      return trans.__('No change that matters');
  }
}

/** What a group's head explains. */
export function statusDetail(
  status: Status,
  facts: IQualityFacts,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'changed':
      return trans.__(
        'adjusted p < .05, and by more than %1 of the rows; of what was never there before any amount',
        shareLimit(facts.limit)
      );
    case 'moved':
      return trans.__(
        'adjusted p < .05, and the interval spans %1 of the rows',
        shareLimit(facts.limit)
      );
    case 'undecided':
      return trans.__(
        'adjusted p is not below .05, and the interval is not below %1 of the rows',
        shareLimit(facts.limit)
      );
    case 'fact':
      return '';
    case 'same':
      return trans.__(
        'by less than %1 of the rows, or no more than chance makes',
        shareLimit(facts.limit)
      );
  }
}

/** A row for those who cannot see it. */
export function rowLabel(
  row: IQualityRow,
  facts: IQualityFacts,
  trans: TranslationBundle
): string {
  const parts = [
    row.column ?? trans.__('Whole rows'),
    checkText(row, facts, trans)
  ];
  if (row.primary) {
    parts.push(share(shareOf(row.primary)));
  }
  if (row.reference) {
    parts.push(trans.__('before %1', share(shareOf(row.reference))));
  }
  if (row.pAdjusted !== null) {
    parts.push(trans.__('adjusted p %1', pValue(row.pAdjusted)));
  }
  return parts.join(', ');
}

/** How far the share moved. */
export function changeText(row: IQualityRow): string | null {
  if (row.difference === null) {
    return null;
  }
  return row.lower === null || row.upper === null
    ? points(row.difference)
    : `${points(row.difference)} ${pointsInterval(row.lower, row.upper)}`;
}

/** Why a row is not said to have changed though its interval leaves out 0; null where there is nothing to explain. */
export function unsureText(
  row: IQualityRow,
  facts: IQualityFacts,
  trans: TranslationBundle
): string | null {
  const why = whyUnsure(
    { ...row, p: row.pAdjusted },
    !['undecided', 'same'].includes(row.status),
    facts.adjusted,
    trans
  );
  // Of rare values some are always new, and others gone.
  return why !== null && ['new', 'gone'].includes(row.check)
    ? trans.__('by chance alone')
    : why;
}

/** What one would write into a report. */
export function QualitySentence({
  rows,
  facts,
  trans
}: {
  rows: readonly IQualityRow[];
  facts: IQualityFacts;
  trans: TranslationBundle;
}): React.ReactElement {
  const looked = trans._n(
    '%2 check was made.',
    '%2 checks were made.',
    facts.checks,
    count(facts.checks)
  );
  if (facts.reference === null) {
    const columns = new Set(rows.map(row => row.column)).size;
    return (
      <>
        <b>
          {rows.length === 0
            ? trans.__('Nothing is wrong with the data as such.')
            : trans._n(
                'Something to look at in %2 column.',
                'Something to look at in %2 columns.',
                columns,
                count(columns)
              )}
        </b>{' '}
        <span className="px-muted">
          {looked} {trans.__('With a reference it is told what is new.')}
        </span>
      </>
    );
  }
  const changed = rows.filter(row => row.status === 'changed');
  const first = changed[0];
  return (
    <>
      <b>
        {changed.length === 0
          ? trans.__(
              'The quality of the data has not changed, as far as can be told.'
            )
          : trans._n(
              '%2 thing is not as it was.',
              '%2 things are not as they were.',
              changed.length,
              count(changed.length)
            )}
      </b>{' '}
      {first && first.column !== null && first.primary && (
        <>
          {trans.__('Most: ')}
          <span className="px-code">{first.column}</span>
          {`, ${checkText(first, facts, trans)}, `}
          {first.check === 'gone'
            ? trans.__(
                '%1 of the values there. ',
                share(shareOf(first.reference))
              )
            : isOfValues(first)
              ? trans.__('%1 of the values. ', share(shareOf(first.primary)))
              : trans.__('%1 of the rows. ', share(shareOf(first.primary)))}
        </>
      )}
      <span className="px-muted">{looked}</span>
    </>
  );
}
