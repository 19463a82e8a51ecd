import type { TranslationBundle } from '@jupyterlab/translation';

import {
  count,
  finite,
  interval,
  measure,
  MINUS,
  NONE,
  percent,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import type { SetName } from '../../tokens';
import { verdictInSentence, verdictText } from '../parts/verdict';
import type { Change, Good, IMetric, IPerformanceFacts } from './facts';
import { thresholdText } from './threshold';

type Maybe = number | null | undefined;

/** How the numbers of a metric are written. */
export interface IMetricForm {
  /** Shares are written in per cent, their changes in points. */
  readonly isShare: boolean;
  readonly value: (value: Maybe) => string;
  readonly interval: (lower: Maybe, upper: Maybe) => string;
  readonly difference: (value: Maybe) => string;
  readonly differenceInterval: (lower: Maybe, upper: Maybe) => string;
}

/** Three decimals, for numbers about as large as 1: `.744`, `−.039`. */
export function decimals(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const size = Math.abs(number);
  if (size >= 9.9995) {
    return measure(number);
  }
  if (size > 0 && size < 0.0005) {
    return number < 0 ? `>${MINUS}.001` : '<.001';
  }
  const digits = size.toFixed(3).replace(/^0\./, '.');
  return number < 0 && /[1-9]/.test(digits) ? `${MINUS}${digits}` : digits;
}

function signed(form: (value: Maybe) => string): (value: Maybe) => string {
  return value => {
    const text = form(value);
    return (value ?? 0) > 0 && /^[\d.]*[1-9]/.test(text) ? `+${text}` : text;
  };
}

const SHARES: IMetricForm = {
  isShare: true,
  value: share,
  interval: (lower, upper) => interval(lower, upper, percent),
  difference: points,
  differenceInterval: pointsInterval
};
const DECIMALS: IMetricForm = {
  isShare: false,
  value: decimals,
  interval: (lower, upper) => interval(lower, upper, decimals),
  difference: signed(decimals),
  differenceInterval: (lower, upper) => interval(lower, upper, decimals)
};
const MEASURES: IMetricForm = {
  isShare: false,
  value: measure,
  interval: (lower, upper) => interval(lower, upper, measure),
  difference: signed(measure),
  differenceInterval: (lower, upper) => interval(lower, upper, measure)
};

export function metricForm(name: string): IMetricForm {
  switch (name) {
    case 'accuracy':
    case 'balanced_accuracy':
    case 'precision':
    case 'recall':
    case 'mape':
      return SHARES;
    case 'mae':
    case 'rmse':
    case 'bias':
      return MEASURES;
    default:
      return DECIMALS;
  }
}

/** What is better: a high number of it, a low one, or one near 0. */
export function goodOf(name: string): Good {
  switch (name) {
    case 'brier':
    case 'log_loss':
    case 'calibration_error':
    case 'mae':
    case 'rmse':
    case 'mape':
      return 'low';
    case 'bias':
    case 'calibration_bias':
      return 'zero';
    default:
      return 'high';
  }
}

/** What a metric is called. */
export function metricText(
  name: string,
  facts: Pick<IPerformanceFacts, 'positive' | 'average'>,
  trans: TranslationBundle
): string {
  const { positive, average } = facts;
  switch (name) {
    case 'accuracy':
      return trans.__('Accuracy');
    case 'balanced_accuracy':
      return trans.__('Balanced accuracy');
    case 'precision':
      return average !== null || positive === null
        ? trans.__('Precision, %1', average ?? 'macro')
        : trans.__('Precision of %1', positive);
    case 'recall':
      return average !== null || positive === null
        ? trans.__('Recall, %1', average ?? 'macro')
        : trans.__('Recall of %1', positive);
    case 'f1':
      return average !== null || positive === null
        ? trans.__('F1, %1', average ?? 'macro')
        : trans.__('F1 of %1', positive);
    case 'mcc':
      return trans.__('Matthews correlation');
    case 'roc_auc':
      return positive === null
        ? trans.__('ROC AUC, macro')
        : trans.__('ROC AUC');
    case 'average_precision':
      return positive === null
        ? trans.__('Average precision, macro')
        : trans.__('Average precision');
    case 'brier':
      return trans.__('Brier score');
    case 'log_loss':
      return trans.__('Log loss');
    case 'calibration_bias':
      return positive === null
        ? trans.__('Mean confidence minus accuracy')
        : trans.__('Mean score minus share of positives');
    case 'calibration_error':
      return trans.__('Calibration error');
    case 'mae':
      return trans.__('Mean absolute error');
    case 'rmse':
      return trans.__('Root mean squared error');
    case 'mape':
      return trans.__('Mean absolute percentage error');
    case 'r2':
      return trans.__('R²');
    case 'bias':
      return trans.__('Mean error');
    default:
      return name;
  }
}

/** Over what intervals are: whole units, or the rows one by one. */
export function overText(
  unit: { readonly column: string } | null,
  rows: string,
  trans: TranslationBundle
): string {
  return trans.__('90 % intervals over %1', unit?.column ?? rows);
}

/** A part of a change with its interval: `+2.1 pts [.3, 4.0]`. */
export function partText(
  meta: Readonly<Record<string, unknown>>,
  name: string,
  { difference, differenceInterval }: IMetricForm
): string {
  const [value, lower, upper] = ['', '_lower', '_upper'].map(end => {
    const found = meta[`${name}${end}`];
    return typeof found === 'number' ? found : null;
  });
  return lower === null
    ? difference(value)
    : `${difference(value)} ${differenceInterval(lower, upper)}`;
}

/** What an average over the classes does. */
export function averageDetail(
  average: 'macro' | 'weighted' | 'micro',
  trans: TranslationBundle
): string {
  switch (average) {
    case 'macro':
      return trans.__('mean over the classes, rare ones alike.');
    case 'weighted':
      return trans.__('mean over the classes, each by its rows.');
    case 'micro':
      return trans.__('all rows together: the accuracy.');
  }
}

/** What a metric means, in one line. */
export function metricDetail(
  name: string,
  facts: Pick<IPerformanceFacts, 'positive' | 'average' | 'calibration'>,
  trans: TranslationBundle
): string {
  switch (name) {
    case 'accuracy':
      return trans.__('Share of the rows that are predicted right.');
    case 'balanced_accuracy':
      return trans.__('Mean of the recalls of the classes, rare ones alike.');
    case 'precision':
      return facts.average !== null || facts.positive === null
        ? trans.__(
            'Of the rows said to be of a class, the share that is; %1',
            averageDetail(facts.average ?? 'macro', trans)
          )
        : trans.__(
            'Of the rows said to be %1, the share that is.',
            facts.positive
          );
    case 'recall':
      return facts.average !== null || facts.positive === null
        ? trans.__(
            'Of the rows of a class, the share that is found; %1',
            averageDetail(facts.average ?? 'macro', trans)
          )
        : trans.__(
            'Of the rows that are %1, the share that is found.',
            facts.positive
          );
    case 'f1':
      return trans.__('Harmonic mean of precision and recall.');
    case 'mcc':
      return trans.__(
        'Correlation of prediction and truth: 0 is chance, 1 always right.'
      );
    case 'roc_auc':
      return facts.positive === null
        ? trans.__(
            'Chance that a row of a class has the higher score for it than one of the rest; mean over the classes.'
          )
        : trans.__(
            'Chance that a row of the class has the higher score: .5 is chance.'
          );
    case 'average_precision':
      return trans.__(
        'Area under precision and recall; it moves with the share of the class.'
      );
    case 'brier':
      return trans.__('Mean squared distance of score and truth; low is good.');
    case 'log_loss':
      return trans.__('Mean surprise at the truth, in nats; low is good.');
    case 'calibration_bias':
      return facts.positive === null
        ? trans.__(
            'Calibration as a whole: above 0 the scores of the predicted labels promise more than comes true.'
          )
        : trans.__(
            'Calibration as a whole: above 0 the scores promise more than comes true.'
          );
    case 'calibration_error': {
      const chance = (set: SetName) =>
        facts.calibration[set]?.error_by_chance ?? null;
      const known = [chance('reference'), chance('primary')]
        .filter(value => value !== null)
        .map(decimals);
      return trans.__(
        'Mean distance of score and share by tenths. Chance alone gives %1, so there is no interval and no test.',
        known.join(' / ')
      );
    }
    case 'mae':
      return trans.__('How far predictions are off, either way.');
    case 'rmse':
      return trans.__('How far predictions are off; large errors weigh more.');
    case 'mape':
      return trans.__(
        'How far predictions are off, as a share of the actual value; rows with 0 have none.'
      );
    case 'r2':
      return trans.__(
        'Share of the variance that is explained; below 0 the mean would do better.'
      );
    case 'bias':
      return trans.__('Above 0 the predictions are too high.');
    default:
      return '';
  }
}

/** What a metric without a test can be held against. */
export function besideText(
  name: string,
  facts: Pick<IPerformanceFacts, 'calibration'>,
  trans: TranslationBundle
): string | null {
  const { reference, primary } = facts.calibration;
  return name === 'calibration_error' && (reference ?? primary)
    ? trans.__(
        'by chance alone %1',
        [reference, primary]
          .flatMap(set => (set ? [decimals(set.error_by_chance)] : []))
          .join(' / ')
      )
    : null;
}

/** The word for a change. */
export function changeText(change: Change, trans: TranslationBundle): string {
  switch (change) {
    case 'worse':
      return trans.__('Worse');
    case 'better':
      return trans.__('Better');
    case 'changed':
      return trans.__('Changed');
    case 'none':
      return trans.__('No change that matters');
    case 'moved':
    case 'undecided':
    case 'untested':
      return verdictText(change, trans);
  }
}

/** The lead of a view, and what follows it. */
export interface ISentence {
  readonly lead: string;
  /** Goes on with the lead, in less weight. */
  readonly rest: string;
  /** What is left out, and other small print. */
  readonly notes: readonly string[];
}

/** The sentence that a report could begin with. */
export function sentenceOf(
  facts: IPerformanceFacts,
  metrics: readonly IMetric[],
  trans: TranslationBundle
): ISentence {
  const [headline] = metrics;
  const what = metricText(headline.name, facts, trans);
  const form = metricForm(headline.name);
  const primary = facts.primary?.name ?? trans.__('primary');
  const notes = leftOut(facts, trans);
  const missing = (['primary', 'reference'] as const).flatMap(set => {
    const why = facts.absent[set];
    return why ? [`${facts[set]?.name ?? set} ${why}.`] : [];
  });
  const only =
    facts.reference === null || facts.absent.reference !== null
      ? headline.primary
      : facts.absent.primary !== null
        ? headline.reference
        : null;
  if (only) {
    const name =
      only === headline.primary ? primary : (facts.reference?.name ?? '');
    return {
      lead: trans.__('%1 on %2 is %3', what, name, form.value(only.value)),
      rest: trans.__(
        ' %1 (90 %), n %2.',
        form.interval(only.lower, only.upper),
        count(only.n)
      ),
      notes: [...missing, ...notes]
    };
  }
  const { reference, primary: now, difference, lower, upper, p } = headline;
  // Another threshold than the labels' own makes other predictions: a sentence on them says so.
  const moved =
    facts.threshold !== null &&
    facts.positive !== null &&
    headline.isThresholded
      ? trans.__(
          'With %1 from %2: ',
          facts.positive,
          thresholdText(facts.threshold, facts.probabilities)
        )
      : '';
  const from = form.value(reference.value);
  const to = form.value(now.value);
  const isSure = sure(headline);
  const said = !isSure
    ? headline.change === 'none'
      ? trans.__('%1 is %2, before %3: no change that matters', what, to, from)
      : headline.change === 'moved'
        ? trans.__(
            '%1 is %2, before %3: %4',
            what,
            to,
            from,
            verdictInSentence('moved', trans)
          )
        : trans.__(
            '%1 is %2, before %3: not enough data to say whether it changed',
            what,
            to,
            from
          )
    : (difference ?? 0) < 0
      ? trans.__('%1 fell from %2 to %3', what, from, to)
      : trans.__('%1 rose from %2 to %3', what, from, to);
  const lead = moved + said;
  const by = unsigned(form.difference(difference));
  const bounds = form.differenceInterval(
    isSure && (difference ?? 0) < 0 ? negative(upper) : lower,
    isSure && (difference ?? 0) < 0 ? negative(lower) : upper
  );
  const tested =
    p === null ? (headline.reason ?? '') : trans.__('adj. p %1', pValue(p));
  const rest = isSure
    ? trans.__(', by %1 %2; %3.', by, bounds, tested)
    : trans.__(
        ', a change of %1 %2; %3.',
        form.difference(difference),
        bounds,
        tested
      );
  // A headline that is open must not hide what is not: how scores rank, before the others.
  const surer = isSure
    ? undefined
    : (metrics.find(row => row.name === 'roc_auc' && sure(row)) ??
      metrics.find(sure));
  return {
    lead,
    rest,
    notes: [
      ...(surer ? [surerText(surer, facts, trans)] : []),
      ...calibration(facts, trans),
      ...notes
    ]
  };
}

function sure({ change }: IMetric): boolean {
  return change === 'worse' || change === 'better' || change === 'changed';
}

function surerText(
  metric: IMetric,
  facts: IPerformanceFacts,
  trans: TranslationBundle
): string {
  const form = metricForm(metric.name);
  return trans.__(
    'Surely changed: %1, from %2 to %3; adj. p %4.',
    metricText(metric.name, facts, trans),
    form.value(metric.reference.value),
    form.value(metric.primary.value),
    pValue(metric.p)
  );
}

function negative(value: number | null): number | null {
  return value === null ? null : -value;
}

function unsigned(text: string): string {
  return text.replace(/^[+\u2212]/, '');
}

/** What the scores promise, where that is not what came. */
function calibration(
  facts: IPerformanceFacts,
  trans: TranslationBundle
): string[] {
  const now = facts.calibration.primary;
  if (!now) {
    return [];
  }
  if (facts.positive === null) {
    return [
      trans.__(
        'Predictions are sure of %1; %2 are right.',
        share(now.mean_score),
        share(now.share)
      )
    ];
  }
  return [
    trans.__(
      'Scores expect %1 to be %2; %3 are.',
      share(now.mean_score),
      facts.positive,
      share(now.share)
    )
  ];
}

/** Rows without a prediction or an actual value. */
function leftOut(facts: IPerformanceFacts, trans: TranslationBundle): string[] {
  return (['reference', 'primary'] as const).flatMap(set => {
    const rows = facts.rows[set];
    if (!rows || facts.absent[set] !== null) {
      return [];
    }
    const name = facts[set]?.name ?? set;
    const parts: string[] = [];
    if (rows.missing_actual > 0) {
      parts.push(
        trans.__('%1 without an actual value', count(rows.missing_actual))
      );
    }
    if (rows.missing_prediction > 0) {
      parts.push(
        trans.__('%1 without a prediction', count(rows.missing_prediction))
      );
    }
    return parts.length > 0
      ? [trans.__('Rows of %1 left out: %2.', name, parts.join(', '))]
      : [];
  });
}
