import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  besideLimit,
  count,
  estimate,
  estimateBeside,
  interval,
  measure,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import type { ColumnInfo } from '../../api/contract';
import { type Verdict, verdictInSentence } from '../parts/verdict';
import {
  Besides,
  type IBeside,
  isShareChanged,
  MATTERS,
  missingChange
} from '../parts/besides';
import { roleText } from '../parts/role';
import { whyText as whyDrift } from '../parts/why';
import type { ISummaryFacts } from './facts';
import { isImages, missingShare, type IPair, type ISummaryRow } from './rows';
import type { ITally } from './tally';

/** The words for a role, when it says more than "feature". */
export function roleWords(
  row: ISummaryRow,
  trans: TranslationBundle
): string | null {
  if (row.role === 'feature') {
    return null;
  }
  return row.rawData
    ? trans.__('of %1', row.rawData)
    : roleText(row.role as ColumnInfo['role'], trans);
}

/** What a group's head explains. */
export function groupText(
  verdict: Verdict,
  facts: ISummaryFacts,
  trans: TranslationBundle
): string {
  switch (verdict) {
    case 'drift':
      return trans.__(
        'the whole interval lies beyond the limit, adjusted p < %1',
        measure(facts.alpha)
      );
    case 'moved':
      return trans.__(
        'adjusted p < %1, and the interval spans the limit',
        measure(facts.alpha)
      );
    case 'undecided':
      return trans.__(
        'adjusted p is not below %1, and the interval is not below the limit',
        measure(facts.alpha)
      );
    case 'none':
      return trans.__('the whole interval lies below the limit');
    case 'untested':
      return trans.__('no comparison could be made');
  }
}

/** How many more rows, or units, would decide. */
export function neededText(
  row: ISummaryRow,
  facts: ISummaryFacts,
  trans: TranslationBundle
): string | null {
  const { needed } = row;
  if (needed === null || needed <= 0) {
    return null;
  }
  if (facts.unit) {
    return trans._n(
      'About %2 more value of %3 in %4 would be enough to tell.',
      'About %2 more values of %3 in %4 would be enough to tell.',
      needed,
      count(needed),
      facts.unit.column,
      facts.primary?.name ?? trans.__('the primary set')
    );
  }
  return trans._n(
    'About %2 more row in %3 would be enough to tell.',
    'About %2 more rows in %3 would be enough to tell.',
    needed,
    count(needed),
    facts.primary?.name ?? trans.__('the primary set')
  );
}

/** Why the verdict is what it is, in sentences. */
export function whyText(
  row: ISummaryRow,
  verdict: Verdict,
  limit: number,
  trans: TranslationBundle
): string {
  if (row.problem) {
    return row.problem;
  }
  if (verdict === 'untested') {
    return row.reason ?? trans.__('No comparison could be made.');
  }
  const { lower, upper } = row;
  return lower === null || upper === null
    ? trans.__(
        'PSI %1; how sure that is could not be told.',
        estimate(row.estimate)
      )
    : whyDrift(
        {
          estimate: row.estimate,
          lower,
          upper,
          p: row.pAdjusted,
          isAdjusted: true
        },
        verdict,
        limit,
        trans
      );
}

/** What the sets are called; the primary is told first, as in the head of every view. */
export interface INames {
  readonly primary: string;
  readonly reference: string;
}

export function namesOf(
  facts: ISummaryFacts,
  trans: TranslationBundle
): INames {
  return {
    primary: facts.primary?.name ?? trans.__('primary'),
    reference: facts.reference?.name ?? trans.__('reference')
  };
}

/** How the share of missing values changed; null where none is missing. */
export function missingText(
  row: ISummaryRow,
  names: INames,
  trans: TranslationBundle
): string | null {
  const primary = missingShare(row, 'primary');
  const reference = missingShare(row, 'reference');
  if (!primary && !reference) {
    return null;
  }
  if (reference === null) {
    return trans.__('%1 missing.', share(primary));
  }
  if (primary === null) {
    return null;
  }
  const difference = row.missingDifference ?? primary - reference;
  const text =
    row.missingLower !== null && row.missingUpper !== null
      ? `${points(difference)} ${pointsInterval(row.missingLower, row.missingUpper)}`
      : points(difference);
  return row.missingPAdjusted === null
    ? trans.__(
        'Missing: %4 %1, %5 %2; %3 (90 %).',
        share(primary),
        share(reference),
        text,
        names.primary,
        names.reference
      )
    : trans.__(
        'Missing: %5 %1, %6 %2; %3 (90 %), adjusted p %4.',
        share(primary),
        share(reference),
        text,
        pValue(row.missingPAdjusted),
        names.primary,
        names.reference
      );
}

/** The row for those who cannot see it. */
export function rowLabel(
  row: ISummaryRow,
  verdictWords: string | null,
  limit: number,
  trans: TranslationBundle
): string {
  const form = besideLimit(limit);
  const parts = [row.column, row.kind];
  if (row.problem) {
    parts.push(
      isImages(row) ? row.problem : trans.__('not read: %1', row.problem)
    );
    return parts.join(', ');
  }
  if (verdictWords !== null) {
    parts.push(verdictWords);
    if (row.estimate !== null) {
      parts.push(
        trans.__(
          'PSI %1, %2 to %3, adjusted p %4',
          form(row.estimate),
          form(row.lower),
          form(row.upper),
          pValue(row.pAdjusted)
        )
      );
    }
  }
  const primary = missingShare(row, 'primary');
  const reference = missingShare(row, 'reference');
  if (primary || reference) {
    parts.push(
      reference === null
        ? trans.__('%1 missing', share(primary))
        : trans.__('%1 missing, before %2', share(primary), share(reference))
    );
  }
  return parts.join(', ');
}

/** What a sparkline shows, in words. */
export function sparkLabel(
  row: ISummaryRow,
  compared: boolean,
  trans: TranslationBundle
): string {
  return compared
    ? trans.__('Distribution of %1 in both sets', row.column)
    : trans.__('Distribution of %1', row.column);
}

/** What became of the columns themselves; empty where both sets have the same. */
function shapeText(facts: ISummaryFacts, trans: TranslationBundle): string {
  const { retyped, renamed } = facts;
  // What perhaps only has another name is told apart.
  const [added, removed] = [
    facts.added.filter(name => renamed.every(one => one.primary !== name)),
    facts.removed.filter(name => renamed.every(one => one.reference !== name))
  ];
  const parts: string[] = [];
  if (retyped.length > 0) {
    parts.push(
      retyped.length === 1
        ? trans.__('%1 has values of another kind. ', retyped[0])
        : trans.__(
            '%1 columns have values of another kind, %2 among them. ',
            count(retyped.length),
            retyped[0]
          )
    );
  }
  if (added.length > 0) {
    parts.push(
      added.length === 1
        ? trans.__('%1 is new. ', added[0])
        : trans.__('%1 columns are new. ', count(added.length))
    );
  }
  if (removed.length > 0) {
    parts.push(
      removed.length === 1
        ? trans.__('%1 is gone. ', removed[0])
        : trans.__('%1 columns are gone. ', count(removed.length))
    );
  }
  return parts.join('');
}

export interface ISentenceProps {
  counts: ITally;
  rows: readonly ISummaryRow[];
  facts: ISummaryFacts;
  limit: number;
  verdictOf: (row: ISummaryRow) => Verdict;
  /** Show what is wrong with a column; without it nothing can be opened. */
  onQuality?: (column: string) => void;
  /** What else stands, beside what the columns tell by themselves. */
  standing?: React.ReactNode;
  trans: TranslationBundle;
}

/** What the verdicts of all columns do not say: missing values and the range are no part of a distance between distributions. */
function besidesOf(
  { rows, facts, verdictOf, onQuality, trans }: ISentenceProps,
  names: INames
): IBeside[] {
  const gone = missingChanged(rows, facts.alpha);
  const far = beyondRange(
    rows.filter(row => verdictOf(row) !== 'drift'),
    facts.alpha
  );
  const about = (
    found: readonly ISummaryRow[],
    words: (row: ISummaryRow) => string
  ): IBeside[] =>
    found.length === 0
      ? []
      : [
          {
            text:
              found.length === 1
                ? words(found[0])
                : trans._n(
                    '%2, and of %3 more column',
                    '%2, and of %3 more columns',
                    found.length - 1,
                    words(found[0]),
                    count(found.length - 1)
                  ),
            onOpen:
              onQuality &&
              // Of more than one column the checks of all are the place to look.
              (() => onQuality(found.length === 1 ? found[0].column : ''))
          }
        ];
  return [
    ...about(gone, row =>
      missingChange(
        missingShare(row, 'reference'),
        missingShare(row, 'primary'),
        trans,
        row.column
      )
    ),
    ...about(far, row =>
      trans.__(
        '%2 of the values of %1 lie beyond all of %3',
        row.column,
        share(row.beyond),
        names.reference
      )
    )
  ];
}

/** What one would write into a report about both sets. */
export function Sentence(props: ISentenceProps): React.ReactElement {
  const { counts, rows, facts, limit, verdictOf, standing, trans } = props;
  const tested = counts.drift + counts.moved + counts.none + counts.undecided;
  const besides = besidesOf(props, namesOf(facts, trans));
  const isAll = besides.length === 0 && !standing;
  const also = !isAll && <Besides besides={besides} last={standing} />;
  if (tested === 0) {
    return (
      <b>
        {isAll
          ? trans.__('No column could be compared.')
          : trans.__('No column could be compared, but ')}
        {also}
        {also && '.'}
      </b>
    );
  }
  const { moved, undecided: open } = counts;
  const shape = shapeText(facts, trans);
  if (open === tested && shape === '') {
    return (
      <b>
        {trans._n(
          'Not enough data to say whether %2 column drifted',
          'Not enough data to say whether any of %2 columns drifted',
          tested,
          count(tested)
        )}
        {also && trans.__('; but ')}
        {also}.
      </b>
    );
  }
  // Those that changed in another way are told beside; they are none that did not.
  const same = counts.none - counts.otherwise;
  const unsure = verdictInSentence('moved', trans);
  const lead =
    counts.drift > 0
      ? trans._n(
          '%3 of %2 column drifted',
          '%3 of %2 columns drifted',
          tested,
          count(tested),
          count(counts.drift)
        )
      : moved > 0
        ? trans._n(
            '%3 of %2 column %4',
            '%3 of %2 columns %4',
            tested,
            count(tested),
            count(moved),
            unsure
          )
        : open > 0
          ? trans.__('No drift shown in %1 columns', count(tested))
          : trans.__('None of %1 columns drifted as a whole', count(tested));
  const rest: string[] = [];
  if (same > 0 && tested > same) {
    rest.push(
      also
        ? // What stands before it may be of findings, or of values.
          trans._n(
            '%2 column shows no change that matters',
            '%2 columns show no change that matters',
            same,
            count(same)
          )
        : counts.drift > 0 || moved > 0
          ? trans.__('%1 did not', count(same))
          : trans.__('%1 certainly did not', count(same))
    );
  }
  if (moved > 0 && counts.drift > 0) {
    rest.push(trans.__('%1 %2', count(moved), unsure));
  }
  if (open > 0) {
    rest.push(
      trans._n(
        '%2 has not enough data',
        '%2 have not enough data',
        open,
        count(open)
      )
    );
  }
  const extras: string[] = [];
  const telling = rows.find(
    row => row.auc !== null && verdictOf(row) === 'drift'
  );
  if (telling) {
    extras.push(
      trans.__(
        'By %1 a classifier tells the two sets apart with AUC %2.',
        telling.column,
        measure(telling.auc)
      )
    );
  }
  if (limit !== facts.limit) {
    extras.push(trans.__('Limit PSI %1.', estimate(limit)));
  }
  return (
    <>
      <b>
        {lead}
        {also && (counts.drift + moved === 0 ? trans.__(', but ') : '; ')}
        {also}
        {also && '.'}
      </b>
      {rest.length === 0
        ? also
          ? ' '
          : '. '
        : `${also ? ' ' : ', '}${rest.join(', ')}. `}
      {shape}
      {extras.length > 0 && (
        <span className="px-muted">{extras.join(' ')}</span>
      )}
    </>
  );
}

/** Whether the share of missing values surely changed by as much as matters. */
export function isMissingChanged(row: ISummaryRow, alpha: number): boolean {
  const { missingLower, missingUpper, missingPAdjusted } = row;
  return isShareChanged(missingLower, missingUpper, missingPAdjusted, alpha);
}

/** The mark on a row whose share of missing values surely changed, whatever became of those that are there; else null. */
export function missingMark(
  row: ISummaryRow,
  alpha: number,
  trans: TranslationBundle
): string | null {
  return isMissingChanged(row, alpha)
    ? trans.__('missing %1', points(row.missingDifference))
    : null;
}

/** The mark on a row some of whose numbers are beyond all of the reference's; else null. */
export function beyondMark(
  row: ISummaryRow,
  alpha: number,
  trans: TranslationBundle
): string | null {
  return isBeyond(row, alpha) ? trans.__('%1 beyond', share(row.beyond)) : null;
}

/** How many numbers are beyond all of the reference's; null where that may be chance. */
export function beyondText(
  row: ISummaryRow,
  alpha: number,
  names: INames,
  trans: TranslationBundle
): string | null {
  return isBeyond(row, alpha)
    ? trans.__(
        '%2 of the values are beyond all of %1, which go from %3 to %4; these from %5 to %6; adjusted p %7.',
        names.reference,
        share(row.beyond),
        measure(row.min.reference),
        measure(row.max.reference),
        measure(row.min.primary),
        measure(row.max.primary),
        pValue(row.beyondPAdjusted)
      )
    : null;
}

/** The columns of which that is so, those with most such numbers first. */
export function beyondRange(
  rows: readonly ISummaryRow[],
  alpha: number
): ISummaryRow[] {
  return rows
    .filter(row => isBeyond(row, alpha))
    .sort((a, b) => (b.beyond ?? 0) - (a.beyond ?? 0));
}

export function isBeyond(
  { beyondLower, beyondPAdjusted }: ISummaryRow,
  alpha: number
): boolean {
  return (
    beyondLower !== null &&
    beyondPAdjusted !== null &&
    beyondPAdjusted < alpha &&
    beyondLower >= MATTERS
  );
}

/** The columns whose share of missing values surely changed, by a good deal; the most changed first. */
export function missingChanged(
  rows: readonly ISummaryRow[],
  alpha: number
): ISummaryRow[] {
  return rows
    .filter(row => isMissingChanged(row, alpha))
    .sort(
      (a, b) =>
        Math.abs(b.missingDifference ?? 0) - Math.abs(a.missingDifference ?? 0)
    );
}

/** Title of the cells that show an estimate. */
export function estimateTitle(
  row: ISummaryRow,
  limit: number,
  trans: TranslationBundle
): string {
  return row.estimate === null
    ? (row.reason ?? trans.__('No comparison could be made.'))
    : trans.__(
        'PSI %1, 90 % interval %2',
        estimateBeside(row.estimate, limit),
        interval(row.lower, row.upper, besideLimit(limit))
      );
}

/** How many values each set has, how many differ, and the p-value: what narrow tables leave out. */
export function countsText(
  row: ISummaryRow,
  names: INames,
  trans: TranslationBundle
): string {
  const pair = (what: string, { primary, reference }: IPair): string =>
    trans.__(
      '%1: %2 %3, %4 %5',
      what,
      names.primary,
      count(primary),
      names.reference,
      count(reference)
    );
  const parts = [pair(trans.__('n'), row.n)];
  if (row.distinct.primary !== null) {
    parts.push(pair(trans.__('distinct'), row.distinct));
  }
  if (row.pAdjusted !== null) {
    parts.push(trans.__('adjusted\u00a0p\u00a0%1', pValue(row.pAdjusted)));
  }
  return parts.join(' · ');
}

/** Why a table has no line. */
export function emptyText(
  rows: readonly ISummaryRow[],
  name: string,
  search: string,
  trans: TranslationBundle
): string {
  return rows.length === 0
    ? trans.__('%1 has no columns.', name)
    : search
      ? trans.__('No column is called like “%1”.', search)
      : trans.__('No column here.');
}
