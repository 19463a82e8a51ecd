import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { binText, wholeBins, type IBin } from '../../charts/bins';
import {
  besideLimit,
  count,
  estimate,
  estimateBeside,
  finite,
  interval,
  measure,
  NONE,
  pValue,
  share,
  span,
  words,
  type TimeKind
} from '../../charts/format';
import type { Stretch } from '../../charts/brush';
import { wallTime } from '../../charts/zone';
import { moreText, type Verdict } from '../parts';
import {
  Besides,
  type IBeside,
  isShareChanged,
  missingChange
} from '../parts/besides';
import { verdictInSentence } from '../parts/verdict';
import { whyText } from '../parts/why';
import type { ISummaryRow } from '../overview/rows';
import { isBeyond, missingMark } from '../overview/words';
import {
  ALPHA,
  type IDistributionFacts,
  type IPickedFrom,
  type Values
} from './facts';

/** A window in words; its end is not in it. */
export function stretchText(
  value: Stretch,
  kind: TimeKind,
  zone: string | null = null
): string {
  return spanIn(zone, value[0], value[1], kind);
}

/** A span of time, its end not in it, by the clocks of a zone. */
export function spanIn(
  zone: string | null,
  start: number,
  end: number,
  kind: TimeKind,
  withYear?: boolean
): string {
  return span(wallTime(start, zone), wallTime(end - 1, zone), kind, withYear);
}

/** What a metric means, in one line. */
export function metricDetail(
  name: string,
  trans: TranslationBundle
): string | undefined {
  switch (name) {
    case 'psi':
      return trans.__(
        'How far the shares of the bins moved; the limit is in it.'
      );
    case 'js':
      return trans.__('From 0, the same shares, to 1, no value in common.');
    case 'ks':
      return trans.__('Largest gap between the two cumulative shares.');
    case 'wasserstein':
      return trans.__('How far values moved, in standard deviations.');
    case 'mean':
      return trans.__('The mean itself, in the units of the column.');
    case 'missing':
      return trans.__('Share of the rows without a value.');
    case 'count':
      return trans.__('How many rows there are.');
    case 'euclidean':
      return trans.__('How far the mean vector moved.');
    case 'cosine':
      return trans.__('How far the mean vector turned.');
    case 'accuracy':
      return trans.__('Share of the rows that are predicted right.');
    default:
      return undefined;
  }
}

/** How a metric's numbers are written. */
export function metricForm(name: string): (value: number | null) => string {
  switch (name) {
    case 'missing':
    case 'accuracy':
      return value => share(value).replace(/\.0(?=\D)/, '');
    case 'count':
      return count;
    case 'psi':
      return estimate;
    default:
      return measure;
  }
}

/** The name of a bin as it stands in a sentence. */
function binName(bin: IBin, whole: boolean, trans: TranslationBundle): string {
  if (bin.kind === 'range') {
    const text = binText(bin, whole);
    return text.startsWith('<')
      ? trans.__('below %1', text.slice(1))
      : text.startsWith('≥')
        ? trans.__('%1 and above', text.slice(1))
        : text;
  }
  return bin.kind === 'atom' ? binText(bin, false) : `“${bin.label}”`;
}

export interface IColumnSentenceProps {
  column: string;
  facts: IDistributionFacts;
  bins: readonly IBin[];
  values: { primary: Values | null; reference: Values | null };
  verdict: Verdict;
  /** From which distance on drift matters. */
  limit: number;
  window: string | null;
  /** Whether it is read where no other view can be opened. */
  isPage?: boolean;
  /** Show what is wrong with the column. */
  onQuality?: () => void;
  /** As the overview found it, corrected over all columns; not known of a window, or where nobody has asked. */
  summarised?: ISummaryRow | null;
  /** What else stands of the column. */
  standing?: React.ReactNode;
  trans: TranslationBundle;
}

/** What the median does where it goes the other way: a few large values move a mean, and not most rows. */
function turnText(
  { primary, reference }: IColumnSentenceProps['values'],
  trans: TranslationBundle
): string {
  const of = (set: typeof primary, name: 'mean' | 'q50'): number =>
    finite(set?.[name]) ?? NaN;
  const [before, now] = [of(reference, 'q50'), of(primary, 'q50')];
  const goesBack =
    (now - before) * (of(primary, 'mean') - of(reference, 'mean')) < 0;
  if (!goesBack || measure(before) === measure(now)) {
    return '';
  }
  return now > before
    ? trans.__(
        'The median rises, from %1 to %2: few rows move the mean. ',
        measure(before),
        measure(now)
      )
    : trans.__(
        'The median falls, from %1 to %2: few rows move the mean. ',
        measure(before),
        measure(now)
      );
}

/** What the verdict does not say: a distance is one between the values that are there, within the range of the reference. */
function besidesOf(props: IColumnSentenceProps): IBeside[] {
  const { facts, values, verdict, summarised, onQuality, trans } = props;
  const { missing } = facts;
  const isGone = summarised
    ? missingMark(summarised, ALPHA, trans) !== null
    : isShareChanged(missing.lower, missing.upper, missing.p_value, ALPHA);
  const isFar =
    verdict !== 'drift' && !!summarised && isBeyond(summarised, ALPHA);
  return [
    ...(isGone
      ? [
          missingChange(
            missingOf(values.reference),
            missingOf(values.primary),
            trans
          )
        ]
      : []),
    ...(isFar
      ? [
          trans.__(
            '%1 of the values lie beyond all of %2',
            share(summarised.beyond),
            facts.reference?.name ?? trans.__('reference')
          )
        ]
      : [])
  ].map(text => ({ text, onOpen: onQuality }));
}

/** The lead, what it rests on, and the numbers behind it. */
export function ColumnSentence(
  props: IColumnSentenceProps
): React.ReactElement {
  const { column, facts, bins, values, verdict, limit, window, trans } = props;
  const { primary, reference } = values;
  if (facts.reference === null) {
    return <Alone {...props} />;
  }
  const lead =
    verdict === 'drift'
      ? trans.__('%1 has drifted.', column)
      : verdict === 'none'
        ? trans.__('%1 has no drift that matters.', column)
        : verdict === 'moved'
          ? trans.__('%1 %2.', column, verdictInSentence('moved', trans))
          : verdict === 'undecided'
            ? trans.__('Not enough data to say whether %1 drifted.', column)
            : trans.__('%1 could not be compared.', column);
  const besides = besidesOf(props);
  const also = (besides.length > 0 || props.standing) && (
    <Besides besides={besides} last={props.standing} />
  );
  const parts: React.ReactNode[] = [];
  const length = facts.kind === 'text';
  const before = finite(reference?.mean);
  const now = finite(primary?.mean);
  if (before !== null && now !== null && facts.kind !== 'vector') {
    const moved = measure(before) !== measure(now);
    const from = measure(before);
    const to = <b key="mean">{measure(now)}</b>;
    parts.push(
      <React.Fragment key="means">
        {!moved
          ? length
            ? trans.__('The mean length stays at ')
            : trans.__('The mean stays at ')
          : now > before
            ? length
              ? trans.__('The mean length rises from %1 to ', from)
              : trans.__('The mean rises from %1 to ', from)
            : length
              ? trans.__('The mean length falls from %1 to ', from)
              : trans.__('The mean falls from %1 to ', from)}
        {to}
        {'. '}
        {turnText(values, trans)}
      </React.Fragment>
    );
  }
  const telling = bins.reduce<IBin | null>(
    (best, bin) =>
      // "30 others" tells nobody what changed.
      bin.kind !== 'rest' && (bin.contribution ?? 0) > (best?.contribution ?? 0)
        ? bin
        : best,
    null
  );
  if (
    telling &&
    verdict !== 'untested' &&
    (verdict === 'drift' || before === null) &&
    (telling.contribution ?? 0) > 0.005 &&
    facts.kind !== 'vector'
  ) {
    parts.push(
      <React.Fragment key="bin">
        {trans.__(
          '%1 now makes up %2 of the values, before %3. ',
          capital(binName(telling, wholeBins(bins), trans)),
          share(telling.primaryShare),
          share(telling.referenceShare)
        )}
      </React.Fragment>
    );
  }
  const beyond = beyondText(values, facts.kind, trans);
  if (beyond) {
    parts.push(
      <React.Fragment key="beyond">
        {props.isPage
          ? `${beyond}. `
          : trans.__('%1: see Quality in the overview. ', beyond)}
      </React.Fragment>
    );
  }
  const n = trans.__(
    'n\u00a0%1 of %2, %3 of %4',
    count(primary?.n ?? facts.primary?.rows ?? null),
    facts.primary?.name ?? trans.__('primary'),
    count(reference?.n ?? facts.reference.rows),
    facts.reference.name
  );
  const numbers =
    facts.estimate === null
      ? `${facts.reason ?? trans.__('No distance could be told')}; ${n}.`
      : trans.__(
          'PSI %1, 90 % interval %2; %3.',
          estimateBeside(facts.estimate, limit),
          interval(facts.lower, facts.upper, besideLimit(limit)),
          n
        );
  return (
    <>
      <b>
        {window ? `${window}: ` : ''}
        {also
          ? lead.replace(/\.$/, verdict === 'drift' ? '; ' : trans.__(', but '))
          : lead}
        {also}
        {also && '.'}
      </b>{' '}
      {parts}
      <span className="px-muted">{numbers}</span>
    </>
  );
}

/** Values far beyond all of the reference, which tenths do not show; null where there are none. */
function beyondText(
  { primary, reference }: { primary: Values | null; reference: Values | null },
  kind: string,
  trans: TranslationBundle
): string | null {
  const low = finite(reference?.min);
  const high = finite(reference?.max);
  const least = finite(primary?.min);
  const most = finite(primary?.max);
  if (
    kind !== 'number' ||
    low === null ||
    high === null ||
    least === null ||
    most === null
  ) {
    return null;
  }
  const far = (high - low) / 2;
  if (most > high + far) {
    return trans.__(
      'It goes up to %1, before to %2',
      measure(most),
      measure(high)
    );
  }
  if (least < low - far) {
    return trans.__(
      'It goes down to %1, before to %2',
      measure(least),
      measure(low)
    );
  }
  return null;
}

function Alone(props: IColumnSentenceProps): React.ReactElement {
  const { column, facts, values, window, trans } = props;
  const { primary } = values;
  const length = facts.kind === 'text';
  const facts2: string[] = [];
  if (primary && primary.mean !== null) {
    facts2.push(
      length
        ? trans.__('mean length %1', measure(primary.mean))
        : trans.__('mean %1', measure(primary.mean))
    );
    if (primary.q25 !== null && primary.q75 !== null) {
      facts2.push(
        trans.__(
          'half of the values lie between %1 and %2',
          measure(primary.q25),
          measure(primary.q75)
        )
      );
    }
  } else if (primary && primary.distinct !== null) {
    facts2.push(
      trans._n(
        '%2 distinct value',
        '%2 distinct values',
        primary.distinct,
        count(primary.distinct)
      )
    );
  }
  return (
    <>
      <b>
        {window ? `${window}: ` : ''}
        {column}
      </b>
      {facts2.length > 0 ? `: ${facts2.join(', ')}. ` : '. '}
      <span className="px-muted">
        {trans.__('n %1.', count(primary?.n ?? null))}{' '}
        {!props.isPage &&
          trans.__('One dataframe: choose a reference to see what changed.')}
      </span>
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A difference of PSI as measured and as estimated that a person would wonder about. */
const CHANCE = 0.02;

/** How much the verdict can be relied on. */
export function sureText(
  facts: IDistributionFacts,
  verdict: Verdict,
  limit: number,
  picked: boolean,
  /** The PSI that the bins add up to. */
  measured: number | null,
  trans: TranslationBundle
): string[] {
  const text: string[] = [];
  if (facts.estimate === null) {
    text.push(
      facts.reason
        ? `${capital(facts.reason)}.`
        : trans.__('No comparison could be made.')
    );
  } else if (facts.lower === null || facts.upper === null) {
    text.push(trans.__('How sure the estimate is could not be told.'));
  } else {
    text.push(
      whyText(
        {
          estimate: facts.estimate,
          lower: facts.lower,
          upper: facts.upper,
          p: facts.p_adjusted,
          isAdjusted: facts.picked !== null
        },
        verdict,
        limit,
        trans
      )
    );
    if (
      (verdict === 'moved' || verdict === 'undecided') &&
      facts.needed !== null &&
      facts.needed > 0
    ) {
      text.push(moreText(facts.needed, facts.unit?.column ?? null, trans));
    }
  }
  if (
    measured !== null &&
    facts.estimate !== null &&
    measured - facts.estimate > CHANCE
  ) {
    text.push(
      trans.__(
        'The bins add up to PSI %1; the part of it that chance alone makes is taken off.',
        estimate(measured)
      )
    );
  }
  if (facts.unit) {
    text.push(
      trans.__(
        'Rows of one %1 may be alike, so whole ones are shuffled, %3 of %5 and %2 of %4; where they are not alike in this column, the interval stays about as wide.',
        facts.unit.column,
        count(facts.unit.n_reference),
        count(facts.unit.n_primary),
        facts.reference?.name ?? '',
        facts.primary?.name ?? ''
      )
    );
  }
  if (facts.p_value !== null) {
    text.push(
      facts.picked
        ? pickedText(facts.picked, facts.p_value, facts.p_adjusted, trans)
        : picked
          ? trans.__(
              'p %1, for this column alone. The window was chosen by eye: take its p as a hint.',
              pValue(facts.p_value)
            )
          : trans.__(
              'p %1, for this column alone; the overview corrects over all columns.',
              pValue(facts.p_value)
            )
    );
  }
  if (facts.note) {
    text.push(words(facts.note));
  }
  return text;
}

/** What p is corrected for in a window that was picked on a series. */
export function pickedText(
  { windows, adjusted }: IPickedFrom,
  p: number | null,
  corrected: number | null,
  trans: TranslationBundle
): string {
  return trans._n(
    'p %3, and %4 corrected for the choice among %2 window (%5); other columns are not in it.',
    'p %3, and %4 corrected for the choice among %2 windows (%5); other columns are not in it.',
    windows,
    count(windows),
    pValue(p),
    pValue(corrected),
    adjusted
  );
}

/** How many rows a share was taken of. */
export function missingOf(values: Values | null): number | null {
  if (!values || values.n === null || values.missing === null) {
    return null;
  }
  const all = values.n + values.missing;
  return all > 0 ? values.missing / all : null;
}

/** A number, or the dash. */
export function valueText(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : measure(value);
}
