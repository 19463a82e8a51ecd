import * as React from 'react';

import { binFacts, Bins, binText, wholeBins } from '../../charts/bins';
import { count, estimate, interval, points } from '../../charts/format';
import type { IResult } from '../../tokens';
import { ALPHA, binsOf, distributionFacts } from '../../views/column/facts';
import { judge } from '../../views/overview/arrange';
import { type ISize, Popup, verdictText, VerdictMark } from '../../views/parts';
import { isShareChanged } from '../../views/parts/besides';
import type { IDrawing, IDrawingOf } from './drawing';
import { standingOf } from './standing';

/** A column's distribution, set beside set. */
export function drawDistribution(result: IResult, of: IDrawingOf): IDrawing {
  const { limit, reference, trans } = of;
  const facts = distributionFacts(result);
  const verdict = judge(
    { ...facts, pAdjusted: facts.p_adjusted },
    limit,
    ALPHA
  );
  const text =
    reference === null
      ? trans.__('n %1', count(facts.primary?.rows ?? null))
      : facts.estimate === null
        ? (facts.reason ?? trans.__('No distance could be told'))
        : trans.__(
            'PSI %1 %2',
            estimate(facts.estimate),
            interval(facts.lower, facts.upper)
          );
  const { missing } = facts;
  const beside =
    reference !== null &&
    isShareChanged(missing.lower, missing.upper, missing.p_value, ALPHA)
      ? trans.__('missing %1', points(missing.difference))
      : null;
  return {
    mark:
      reference === null ? null : (
        <VerdictMark verdict={verdict} trans={trans} />
      ),
    standing: reference === null ? null : standingOf(verdict),
    beside,
    facts: text,
    words:
      reference === null
        ? text
        : [verdictText(verdict, trans), text, beside]
            .filter(Boolean)
            .join(', '),
    isList: !isOrdered(result),
    draw: size => <Chart result={result} size={size} {...of} />
  };
}

function isOrdered(result: IResult): boolean {
  return binsOf(result).every(
    ({ kind }) => kind === 'range' || kind === 'atom'
  );
}

function Chart({
  result,
  size,
  primary,
  reference,
  trans
}: IDrawingOf & {
  readonly result: IResult;
  readonly size: ISize;
}): React.ReactElement {
  const bins = React.useMemo(() => binsOf(result), [result]);
  const [look, setLook] = React.useState<{
    readonly index: number;
    readonly anchor: Element;
  } | null>(null);
  const onLook = React.useCallback(
    (index: number | null, anchor: Element | null) =>
      setLook(index === null || !anchor ? null : { index, anchor }),
    []
  );
  const ordered = isOrdered(result);
  const looked = look ? bins[look.index] : undefined;
  if (bins.length === 0) {
    return (
      <p className="px-muted">{trans.__('There are no values to count.')}</p>
    );
  }
  return (
    <>
      <Bins
        bins={bins}
        ordered={ordered}
        width={Math.floor(size.width)}
        height={Math.floor(size.height)}
        primary={primary}
        reference={reference}
        label={trans.__('Distribution')}
        looked={look?.index ?? null}
        onLook={onLook}
        trans={trans}
      />
      {look && looked && (
        <Popup anchor={look.anchor} className="px-tip" role="tooltip" passive>
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
        </Popup>
      )}
    </>
  );
}
