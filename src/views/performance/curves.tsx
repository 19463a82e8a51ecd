import type { TranslationBundle } from '@jupyterlab/translation';
import { scaleLinear } from 'd3-scale';
import * as React from 'react';

import {
  bare01,
  Plot,
  type IPlotLine,
  type IPlotPoint,
  type IPlotProps
} from '../../charts/plot';
import { count, estimate, measure, NONE, share } from '../../charts/format';
import type { SetName } from '../../tokens';
import { ChartTable, TableSwitch, useSize, type IChartTable } from '../parts';
import type { IPerformance } from './answer';
import { type IConfusion, type IScores, ratesOf } from './confusion-facts';
import {
  type IBinned,
  type IMetric,
  type IPerformanceFacts,
  SETS
} from './facts';
import { thresholdText } from './threshold';
import { decimals } from './words';

type OfSets<T> = Readonly<Record<SetName, T>>;

export interface IPlotsProps
  extends
    Pick<IPerformance, 'scores' | 'reliability' | 'residuals' | 'facts'>,
    Pick<ICurvesProps, 'confusion' | 'metrics' | 'onThreshold' | 'trans'> {}

/** The charts that there are of the predictions: by their scores, or by how far numbers are off. */
export function Plots(props: IPlotsProps): React.ReactElement {
  const { scores, reliability, residuals, facts, trans } = props;
  const isScored = (scores.primary ?? scores.reference) !== null;
  return (
    <div className={`px-performance-plots ${isScored ? '' : 'px-mod-one'}`}>
      {isScored && (
        <Curves
          scores={scores}
          confusion={props.confusion}
          onThreshold={props.onThreshold}
          metrics={props.metrics}
          facts={facts}
          trans={trans}
        />
      )}
      {facts.probabilities && (
        <Reliability reliability={reliability} facts={facts} trans={trans} />
      )}
      {facts.task === 'regression' && (
        <Residuals residuals={residuals} facts={facts} trans={trans} />
      )}
    </div>
  );
}

/** A chart that can be shown as a table. */
function Panel(props: {
  title: string;
  detail: string;
  plot: Omit<IPlotProps, 'width' | 'height'>;
  table: IChartTable;
  trans: TranslationBundle;
}): React.ReactElement {
  const { title, detail, plot, table, trans } = props;
  const [asTable, setAsTable] = React.useState(false);
  const [measured, size] = useSize<HTMLDivElement>();
  const width = Math.floor(size.width);
  return (
    <section className="px-performance-plot">
      <h4>
        {title}
        <span>{detail}</span>
        <span className="px-spacer" />
        <TableSwitch shown={asTable} onChange={setAsTable} trans={trans} />
      </h4>
      <div ref={measured}>
        {asTable ? (
          <ChartTable label={plot.label} table={table} />
        ) : width > 0 ? (
          <Plot
            {...plot}
            width={width}
            height={Math.min(260, Math.max(190, width * 0.85))}
          />
        ) : null}
      </div>
    </section>
  );
}

const PART = {
  domain: [0, 1] as const,
  ticks: [0, 0.5, 1],
  form: bare01
};

interface ICurvesProps {
  scores: OfSets<IScores | null>;
  /** The confusion in force, whose point is marked. */
  confusion: OfSets<IConfusion | null>;
  metrics: readonly IMetric[];
  facts: IPerformanceFacts;
  /** A threshold was picked on a curve. */
  onThreshold: (threshold: number) => void;
  trans: TranslationBundle;
}

/** ROC, and precision and recall, both sets in each. */
function Curves(props: ICurvesProps): React.ReactElement {
  const { scores, confusion, metrics, facts, trans } = props;
  const positive = facts.positive ?? '';
  const sets = SETS.filter(set => scores[set]);
  const nameOf = (set: SetName): string => facts[set]?.name ?? set;
  const notes = (name: string) => {
    const metric = metrics.find(row => row.name === name);
    return sets.map(set => ({
      set,
      text: `${nameOf(set)} ${decimals(metric?.[set].value)}`
    }));
  };
  const marks = sets.flatMap(set => {
    const found = confusion[set];
    return found ? [{ set, ...ratesOf(found) }] : [];
  });
  const curves = React.useMemo(
    () => ({
      roc: linesOf(scores, roc),
      precision: linesOf(scores, precisionRecall)
    }),
    [scores]
  );
  const cuts = (scores.reference ?? scores.primary)?.cuts ?? [];
  const curve = {
    tip: (set: SetName, { id }: IPlotPoint) => {
      const found = scores[set];
      if (!found || id === undefined) {
        return nameOf(set);
      }
      const { hits, falseAlarms } = found;
      return trans.__(
        'from %1: finds %2, false alarms %3, precision %4',
        thresholdText(cuts[id], facts.probabilities),
        share(hits[id] / hits[0]),
        share(falseAlarms[id] / falseAlarms[0]),
        share(hits[id] / (hits[id] + falseAlarms[id]))
      );
    },
    onPick: ({ id }: IPlotPoint) => {
      if (id !== undefined) {
        props.onThreshold(
          facts.probabilities ? Math.round(cuts[id] * 100) / 100 : cuts[id]
        );
      }
    }
  };
  const said = (list: readonly { set: SetName; text: string }[]): string =>
    list.map(({ text }) => text).join(', ');
  const rocNotes = notes('roc_auc');
  const precisionNotes = notes('average_precision');
  return (
    <>
      <Panel
        title={trans.__('ROC')}
        detail={trans.__('and the area under it')}
        plot={{
          x: {
            ...PART,
            label: trans.__('false alarms')
          },
          y: { ...PART, label: trans.__('found') },
          lines: curves.roc,
          marks: marks.flatMap(({ set, falseAlarms, recall }) =>
            falseAlarms === null || recall === null
              ? []
              : [{ set, x: falseAlarms, y: recall }]
          ),
          rule: 'diagonal',
          ...curve,
          notes: rocNotes,
          corner: 'bottom-right',
          label: trans.__('ROC curve, area %1', said(rocNotes))
        }}
        table={thresholdTable(scores, sets, facts, nameOf, trans)}
        trans={trans}
      />
      <Panel
        title={trans.__('Precision and recall')}
        detail=""
        plot={{
          x: { ...PART, label: trans.__('share of %1 found', positive) },
          y: { ...PART, label: trans.__('precision') },
          lines: curves.precision,
          marks: marks.flatMap(({ set, recall, precision }) =>
            recall === null || precision === null
              ? []
              : [{ set, x: recall, y: precision }]
          ),
          ...curve,
          notes: precisionNotes,
          corner: 'bottom-left',
          label: trans.__(
            'Precision at each recall, average %1',
            said(precisionNotes)
          )
        }}
        table={thresholdTable(scores, sets, facts, nameOf, trans)}
        trans={trans}
      />
    </>
  );
}

interface IReliabilityProps {
  reliability: OfSets<readonly IBinned[]>;
  facts: IPerformanceFacts;
  trans: TranslationBundle;
}

/** Whether scores come true as often as they say. */
function Reliability(props: IReliabilityProps): React.ReactElement {
  const { reliability, facts, trans } = props;
  const { positive } = facts;
  const nameOf = (set: SetName): string => facts[set]?.name ?? set;
  const sets = SETS.filter(set => facts.calibration[set]);
  const kept =
    positive === null ? trans.__('share right') : trans.__('share that is');
  return (
    <Panel
      title={trans.__('Reliability')}
      detail={trans.__('by tenths, 90 %')}
      plot={{
        x: {
          ...PART,
          label:
            positive === null
              ? trans.__('score of the predicted label')
              : trans.__('score says %1', positive)
        },
        y: { ...PART, label: kept },
        lines: binnedLines(reliability),
        rule: 'diagonal',
        tip: (set, { x, y, lower, upper }) =>
          trans.__(
            '%1 says %2, true %3 [%4, %5]',
            nameOf(set),
            decimals(x),
            decimals(y),
            decimals(lower),
            decimals(upper)
          ),
        notes: sets.map(set => ({
          set,
          text: trans.__(
            '%1 says %2, true %3',
            nameOf(set),
            estimate(facts.calibration[set]?.mean_score),
            estimate(facts.calibration[set]?.share)
          )
        })),
        corner: 'top-left',
        label:
          positive === null
            ? trans.__(
                'Share that is right, by tenths of the score of the predicted label'
              )
            : trans.__('Share that is %1, by tenths of the score', positive)
      }}
      table={binnedTable(
        reliability,
        [trans.__('Score'), trans.__('mean score'), kept, trans.__('90 %')],
        decimals,
        nameOf,
        trans
      )}
      trans={trans}
    />
  );
}

interface IResidualsProps {
  residuals: OfSets<readonly IBinned[]>;
  facts: IPerformanceFacts;
  trans: TranslationBundle;
}

/** How far predicted numbers are off, by what was predicted. */
function Residuals(props: IResidualsProps): React.ReactElement {
  const { residuals, facts, trans } = props;
  const nameOf = (set: SetName): string => facts[set]?.name ?? set;
  const lines = binnedLines(residuals);
  const points = lines.flatMap(line => line.points);
  const xs = points.map(point => point.x);
  const ends = points.flatMap(({ y, lower, upper }) => [
    y,
    lower ?? y,
    upper ?? y
  ]);
  // One scale for both signs, which holds every whisker.
  const most = Math.max(...ends.map(Math.abs), 1e-9);
  const scale = scaleLinear().domain([-most, most]).nice(4);
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  // Points keep off the edges.
  const margin = (high - low) * 0.03 || 1;
  return (
    <Panel
      title={trans.__('Errors')}
      detail={trans.__('median and middle half, by tenths of the prediction')}
      plot={{
        x: {
          domain: [low - margin, high + margin],
          ticks: scaleLinear().domain([low, high]).ticks(5),
          form: measure,
          label: trans.__('predicted')
        },
        y: {
          domain: scale.domain() as [number, number],
          ticks: scale.ticks(4),
          form: measure,
          label: trans.__('predicted less actual')
        },
        lines,
        rule: 'zero',
        notes: lines.map(({ set }) => ({ set, text: nameOf(set) })),
        corner: 'top-left',
        label: trans.__('Errors by tenths of the prediction')
      }}
      table={binnedTable(
        residuals,
        [
          trans.__('Predicted'),
          trans.__('mean predicted'),
          trans.__('median error'),
          trans.__('middle half')
        ],
        measure,
        nameOf,
        trans
      )}
      trans={trans}
    />
  );
}

function linesOf(
  scores: OfSets<IScores | null>,
  pointsOf: (scores: IScores) => IPlotPoint[]
): IPlotLine[] {
  return SETS.flatMap(set => {
    const found = scores[set];
    return found ? [{ set, points: pointsOf(found) }] : [];
  });
}

function roc({ hits, falseAlarms }: IScores): IPlotPoint[] {
  const positives = hits[0] ?? 0;
  const negatives = falseAlarms[0] ?? 0;
  return positives === 0 || negatives === 0
    ? []
    : [
        { x: 0, y: 0 },
        ...hits
          .map((hit, i) => ({
            x: falseAlarms[i] / negatives,
            y: hit / positives,
            id: i
          }))
          .reverse()
      ];
}

function precisionRecall({ hits, falseAlarms }: IScores): IPlotPoint[] {
  const positives = hits[0] ?? 0;
  return hits
    .flatMap((hit, i) =>
      hit > 0
        ? [{ x: hit / positives, y: hit / (hit + falseAlarms[i]), id: i }]
        : []
    )
    .reverse();
}

function binnedLines(bins: OfSets<readonly IBinned[]>): IPlotLine[] {
  return SETS.flatMap(set => {
    const points = bins[set].flatMap(({ x, y, yLower, yUpper }) =>
      x === null || y === null ? [] : [{ x, y, lower: yLower, upper: yUpper }]
    );
    return points.length > 0 ? [{ set, points, dots: true }] : [];
  });
}

/** Thresholds in a table: more than these are for a plot. */
const MOST_ROWS = 21;

function thresholdTable(
  scores: OfSets<IScores | null>,
  sets: readonly SetName[],
  facts: IPerformanceFacts,
  nameOf: (set: SetName) => string,
  trans: TranslationBundle
): IChartTable {
  const cuts = scores[sets[0]]?.cuts ?? [];
  const isRound = (cut: number): boolean =>
    Math.abs(cut * 20 - Math.round(cut * 20)) < 1e-6;
  const wanted = facts.probabilities
    ? cuts.flatMap((cut, i) => (isRound(cut) ? [i] : []))
    : Array.from({ length: Math.min(MOST_ROWS, cuts.length) }, (_, k) =>
        Math.round(
          (k * (cuts.length - 1)) /
            Math.max(1, Math.min(MOST_ROWS, cuts.length) - 1)
        )
      );
  return {
    heads: [
      trans.__('From a score of'),
      ...sets.flatMap(set => [
        trans.__('%1: found', nameOf(set)),
        trans.__('%1: false alarms', nameOf(set)),
        trans.__('%1: precision', nameOf(set))
      ])
    ],
    rows: wanted.map(i => [
      thresholdText(cuts[i], facts.probabilities),
      ...sets.flatMap(set => {
        const { hits, falseAlarms } = scores[set] as IScores;
        const all = hits[i] + falseAlarms[i];
        return [
          hits[0] > 0 ? share(hits[i] / hits[0]) : NONE,
          falseAlarms[0] > 0 ? share(falseAlarms[i] / falseAlarms[0]) : NONE,
          all > 0 ? share(hits[i] / all) : NONE
        ];
      })
    ])
  };
}

function binnedTable(
  bins: OfSets<readonly IBinned[]>,
  heads: readonly [string, string, string, string],
  form: (value: number | null) => string,
  nameOf: (set: SetName) => string,
  trans: TranslationBundle
): IChartTable {
  const [range, x, y, ends] = heads;
  return {
    heads: [range, trans.__('set'), trans.__('n'), x, y, ends],
    rows: SETS.flatMap(set =>
      bins[set].map(bin => [
        `${bin.lower === null ? '…' : form(bin.lower)} – ${bin.upper === null ? '…' : form(bin.upper)}`,
        nameOf(set),
        count(bin.n),
        form(bin.x),
        form(bin.y),
        bin.yLower === null || bin.yUpper === null
          ? NONE
          : `[${form(bin.yLower)}, ${form(bin.yUpper)}]`
      ])
    )
  };
}
