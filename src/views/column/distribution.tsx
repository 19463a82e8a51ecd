import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  binFacts,
  Bins,
  binText,
  wholeBins,
  type IBin
} from '../../charts/bins';
import {
  count,
  estimate,
  measure,
  NONE,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import {
  barCondition,
  ChartTable,
  Glyph,
  type IBarOf,
  Popup,
  RowsMenu,
  SetMark,
  TableSwitch,
  useSize,
  type IAnchor,
  type Verdict
} from '../parts';
import type { IDistributionFacts, ValueName, Values } from './facts';
import { shareDifference, shareWithin } from '../parts/proportions';
import { missingOf, sureText, valueText } from './words';

export interface IDistributionProps {
  column: string;
  facts: IDistributionFacts;
  bins: readonly IBin[];
  /** Whether the bins are of equal width rather than tenths. */
  even: boolean;
  values: { primary: Values | null; reference: Values | null };
  verdict: Verdict;
  limit: number;
  /** The chosen window in words. */
  window: string | null;
  /** The sets that rows can be taken from; without them bars can be looked at, and no more. */
  rows: {
    readonly inspection: IInspection;
    /** What the window leaves of the rows. */
    readonly within: readonly IChosen[];
    readonly onInsert: (selection: ISelection) => void;
  } | null;
  trans: TranslationBundle;
}

/** The distribution, set beside set, and the facts beside it. */
export function DistributionSection(
  props: IDistributionProps
): React.ReactElement {
  const { column, facts, bins, window, rows, trans } = props;
  const [measured, size] = useSize<HTMLDivElement>();
  const [asTable, setAsTable] = React.useState(false);
  const [look, setLook] = React.useState<{
    index: number;
    anchor: Element;
  } | null>(null);
  const primary = facts.primary?.name ?? trans.__('primary');
  const reference = facts.reference?.name ?? null;
  const ordered = bins.every(b => b.kind === 'range' || b.kind === 'atom');
  const onLook = React.useCallback(
    (index: number | null, anchor: Element | null) =>
      setLook(index === null || !anchor ? null : { index, anchor }),
    []
  );
  const looked = look ? bins[look.index] : undefined;
  const [picked, setPicked] = React.useState<{
    index: number;
    anchor: Element;
  } | null>(null);
  const info = rows?.inspection.primary.columns.find(
    ({ name }) => name === column
  );
  // The scores that tell vectors apart are of no column.
  const conditionAt = (index: number) =>
    info && info.kind !== 'vector' && bins[index]
      ? barCondition(column, asBar(bins[index]), bins.map(asBar), info)
      : null;
  const condition = picked ? conditionAt(picked.index) : null;
  const bin = picked ? bins[picked.index] : undefined;
  const how = howText(facts, reference, ordered, props.even, bins, trans);
  const label =
    reference === null
      ? trans.__('Distribution of %1', column)
      : trans.__('Distribution of %1 in both sets', column);
  return (
    <div className="px-column-upper">
      <section className="px-column-bins">
        <h4>
          {trans.__('Distribution')}
          <span>{window ? `${window}, ${how}` : how}</span>
          <span className="px-column-legend">
            {reference !== null && (
              <>
                <SetMark set="reference" />
                <span className="px-code">{reference}</span>
              </>
            )}
            <SetMark set="primary" />
            <span className="px-code">{primary}</span>
            <TableSwitch shown={asTable} onChange={setAsTable} trans={trans} />
          </span>
        </h4>
        <div ref={measured} className="px-column-chart">
          {bins.length === 0 ? (
            <p className="px-column-none">
              {facts.reason ?? trans.__('There are no values to count.')}
            </p>
          ) : asTable ? (
            <ChartTable
              label={label}
              table={{
                heads: [
                  trans.__('Bin'),
                  ...(reference === null
                    ? []
                    : [reference, trans.__('%1, share', reference)]),
                  primary,
                  trans.__('%1, share', primary),
                  ...(reference === null ? [] : [trans.__('PSI')])
                ],
                rows: bins.map(bin => [
                  bin.label,
                  ...(reference === null
                    ? []
                    : [count(bin.reference), share(bin.referenceShare)]),
                  count(bin.primary),
                  share(bin.primaryShare),
                  ...(reference === null ? [] : [estimate(bin.contribution)])
                ])
              }}
            />
          ) : size.width > 0 ? (
            <Bins
              bins={bins}
              ordered={ordered}
              width={Math.floor(size.width)}
              primary={primary}
              reference={reference}
              label={label}
              looked={look?.index ?? null}
              onLook={onLook}
              onPick={
                info && info.kind !== 'vector'
                  ? (index, anchor) => {
                      setLook(null);
                      setPicked({ index, anchor });
                    }
                  : undefined
              }
              trans={trans}
            />
          ) : null}
        </div>
        {rows && picked && bin && condition && (
          <RowsMenu
            anchor={ordered ? picked.anchor : beside(picked.anchor)}
            inspection={rows.inspection}
            chosen={[{ condition }, ...rows.within]}
            // Even bins are cut as they are drawn, not as the column has its numbers.
            counts={
              props.even
                ? { primary: null, reference: null }
                : { primary: bin.primary, reference: bin.reference }
            }
            sure={barSure(bin, facts, props.even, trans)}
            onInsert={rows.onInsert}
            onClose={() => {
              setPicked(null);
              picked.anchor.closest('svg')?.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        )}
        {look && looked && !picked && (
          <Popup
            anchor={ordered ? look.anchor : beside(look.anchor)}
            className="px-tip"
            role="tooltip"
            passive
          >
            <p>
              <b>
                {looked.kind === 'range' || looked.kind === 'atom'
                  ? binText(looked, wholeBins(bins))
                  : looked.label || trans.__('(empty)')}
              </b>
            </p>
            {binFacts(looked, primary, reference, trans).map(fact => (
              <p key={fact}>{fact}</p>
            ))}
            {reference !== null && looked.contribution !== null && (
              <p className="px-muted">
                {trans.__(
                  '%1 of the PSI %2 that all bins add up to; the headline leaves out of it what chance alone adds.',
                  estimate(looked.contribution),
                  estimate(sumOf(bins))
                )}
              </p>
            )}
          </Popup>
        )}
      </section>
      <Facts {...props} />
    </div>
  );
}

/** The PSI that the bins add up to; null where they have no part in it. */
function sumOf(bins: readonly IBin[]): number | null {
  return bins.some(b => b.contribution !== null)
    ? bins.reduce((sum, b) => sum + (b.contribution ?? 0), 0)
    : null;
}

/** How a bar's share differs between the sets, for the comment of its cell. */
export function barSure(
  bin: Pick<IBin, 'primary' | 'reference' | 'primaryShare' | 'referenceShare'>,
  facts: Pick<IDistributionFacts, 'primary' | 'reference' | 'unit'>,
  even: boolean,
  trans: TranslationBundle
): string[] {
  const { primary, reference, primaryShare, referenceShare } = bin;
  if (
    even ||
    facts.reference === null ||
    primary === null ||
    reference === null ||
    !primaryShare ||
    !referenceShare
  ) {
    return [];
  }
  const shares = trans.__(
    '%1 of the values of %2, %3 of those of %4',
    share(primaryShare),
    facts.primary?.name ?? '',
    share(referenceShare),
    facts.reference.name
  );
  const [now, before] = [
    { count: primary, of: Math.round(primary / primaryShare) },
    { count: reference, of: Math.round(reference / referenceShare) }
  ].map(part => shareWithin(part));
  if (facts.unit !== null || !now || !before) {
    return [shares];
  }
  const { value, lower, upper } = shareDifference(now, before);
  return [
    trans.__(
      '%1: %2 %3, 90 % interval of one bar that was chosen by looking',
      shares,
      points(value),
      pointsInterval(lower, upper)
    )
  ];
}

function asBar({ label, kind, low = null, high = null }: IBin): IBarOf {
  return { label, kind, low, high };
}

/** Beside the bars of a row, so that those below stay in sight. */
function beside(row: Element): IAnchor {
  return {
    getBoundingClientRect: () => {
      const box = row.getBoundingClientRect();
      return new DOMRect(
        box.left + box.width * 0.6,
        box.top,
        box.width * 0.4,
        box.height
      );
    }
  };
}

function howText(
  facts: IDistributionFacts,
  reference: string | null,
  ordered: boolean,
  even: boolean,
  bins: readonly IBin[],
  trans: TranslationBundle
): string {
  if (facts.kind === 'vector') {
    return trans.__('scores of a classifier that tells the sets apart');
  }
  if (!ordered) {
    return trans.__('by category');
  }
  if (facts.kind === 'text') {
    return trans.__('by length in characters');
  }
  if (even) {
    return trans.__('in even steps');
  }
  if (bins.filter(({ kind }) => kind === 'range').length < 10) {
    // Values that repeat make several tenths one.
    return reference === null
      ? trans.__('by quantiles of the values')
      : trans.__('by quantiles of %1', reference);
  }
  return reference === null
    ? trans.__('by tenths of the values')
    : trans.__('by tenths of %1', reference);
}

function Facts(props: IDistributionProps): React.ReactElement {
  const { facts, bins, values, verdict, limit, window, rows, trans } = props;
  const compared = facts.reference !== null;
  const before = missingOf(values.reference);
  const now = missingOf(values.primary);
  const { missing } = facts;
  const [anchor, setAnchor] = React.useState<HTMLElement | null>(null);
  return (
    <section className="px-column-facts">
      <h4>
        {facts.kind === 'text' ? trans.__('Lengths') : trans.__('Values')}
      </h4>
      <ValuesTable values={values} trans={trans} />
      <h4>
        {trans.__('Missing')}
        <span>
          {compared ? trans.__('counted apart, not part of the drift') : ''}
        </span>
      </h4>
      <div className="px-column-missing">
        {compared && (
          <span>
            <SetMark set="reference" />
            <b>{share(before)}</b>
          </span>
        )}
        <span>
          <SetMark set="primary" />
          <b>{share(now)}</b>
        </span>
        {rows && (before || now) ? (
          <button
            type="button"
            className="px-link"
            aria-haspopup="listbox"
            onClick={event => setAnchor(event.currentTarget)}
          >
            {trans.__('Rows')}
          </button>
        ) : null}
        {rows && anchor && (
          <RowsMenu
            anchor={anchor}
            inspection={rows.inspection}
            chosen={[
              { condition: { kind: 'missing', column: props.column } },
              ...rows.within
            ]}
            counts={{
              primary: values.primary?.missing ?? null,
              reference: values.reference?.missing ?? null
            }}
            onInsert={rows.onInsert}
            onClose={() => {
              setAnchor(null);
              anchor.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        )}
        {compared && missing.difference !== null && (before || now) ? (
          <span className="px-muted">
            {points(missing.difference)}{' '}
            {missing.lower !== null && missing.upper !== null
              ? pointsInterval(missing.lower, missing.upper)
              : ''}
            {missing.p_value !== null
              ? `, ${trans.__('p %1', pValue(missing.p_value))}`
              : ''}
          </span>
        ) : null}
      </div>
      {compared && (
        <>
          <h4>{trans.__('How sure')}</h4>
          <p className="px-column-sure">
            {sureText(
              facts,
              verdict,
              limit,
              window !== null,
              sumOf(bins),
              trans
            ).map((sentence, i) => (
              <span key={i} className={i === 0 ? '' : 'px-muted'}>
                {sentence}{' '}
              </span>
            ))}
          </p>
          <Metrics facts={facts} trans={trans} />
        </>
      )}
    </section>
  );
}

const COUNTS: ReadonlySet<ValueName> = new Set(['n', 'distinct', 'missing']);

function ValuesTable({
  values,
  trans
}: {
  values: IDistributionProps['values'];
  trans: TranslationBundle;
}): React.ReactElement {
  const sets = (['reference', 'primary'] as const).filter(
    set => values[set] !== null
  );
  const numeric = sets.some(set => values[set]?.mean !== null);
  const heads: [ValueName, string][] = numeric
    ? [
        ['n', trans.__('n')],
        ['mean', trans.__('mean')],
        ['q05', '5 %'],
        ['q25', '25'],
        ['q50', '50'],
        ['q75', '75'],
        ['q95', '95 %']
      ]
    : [
        ['n', trans.__('n')],
        ['distinct', trans.__('distinct')],
        ['missing', trans.__('missing')]
      ];
  return (
    <table className="px-values" aria-label={trans.__('Values')}>
      <thead>
        <tr>
          <th>
            <span className="px-hidden">{trans.__('Set')}</span>
          </th>
          {heads.map(([name, head]) => (
            <th key={name} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sets.map(set => {
          const row = values[set];
          const range =
            row && row.min !== null && row.max !== null
              ? trans.__(
                  'From %1 to %2, standard deviation %3',
                  valueText(row.min),
                  valueText(row.max),
                  valueText(row.std)
                )
              : undefined;
          return (
            <tr key={set} title={range}>
              <th scope="row">
                <SetMark set={set} />
                <span className="px-hidden">
                  {set === 'primary'
                    ? trans.__('primary')
                    : trans.__('reference')}
                </span>
              </th>
              {heads.map(([name]) => (
                <td key={name}>
                  {(COUNTS.has(name) ? count : measure)(row?.[name])}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Every distance between the sets, for those who want to see them. */
function Metrics({
  facts,
  trans
}: {
  facts: IDistributionFacts;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const [open, setOpen] = React.useState(false);
  if (facts.metrics.length === 0) {
    return null;
  }
  return (
    <>
      <button
        type="button"
        className="px-disclosure"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Glyph name={open ? 'down' : 'right'} size={11} />
        {trans._n(
          '%2 other measure',
          '%2 other measures',
          facts.metrics.length,
          count(facts.metrics.length)
        )}
      </button>
      {open && (
        <table className="px-values px-metrics">
          <thead>
            <tr>
              <th scope="col">
                <span className="px-hidden">{trans.__('Measure')}</span>
              </th>
              <th scope="col">{trans.__('value')}</th>
              <th scope="col">{trans.__('p')}</th>
            </tr>
          </thead>
          <tbody>
            {facts.metrics.map(metric => (
              <tr key={metric.name} title={metric.reason ?? undefined}>
                <th scope="row">{metric.label}</th>
                <td>{valueText(metric.value)}</td>
                <td>
                  {metric.p_value === null ? NONE : pValue(metric.p_value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
