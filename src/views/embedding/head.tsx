import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { InferencesModel } from '../../api/contract';
import {
  besideLimit,
  count,
  estimateBeside,
  interval,
  isoSpan,
  measure,
  pValue,
  share
} from '../../charts/format';
import type { IFinding } from '../../model/findings';
import type { IInspection, ISelection, SetName } from '../../tokens';
import {
  KindIcon,
  RemovableChip,
  RowsMenu,
  rowsOf,
  SetPair,
  StandingLink,
  VerdictMark,
  windowChosen
} from '../parts';
import { type IDrift, verdictAt } from './facts';
import type { IWindow } from './state';

export interface IHeadProps {
  inspection: IInspection;
  embedding: string;
  rawData: string | null;
  drift: IDrift | null;
  window: IWindow | null;
  /** Rows of the primary set in the window; null while they are not known. */
  windowRows: number | null;
  /** Value of the series in the window, when the window is one of its own. */
  windowValue: number | null;
  /** What windows of the reference, as long as this, stay below. */
  windowUsual: number | null;
  /** The findings about it that stand, beside what the verdict says. */
  standing: readonly (readonly IFinding[])[];
  onClearWindow: () => void;
  onInsert: (selection: ISelection) => void;
  onSwap: () => void;
  /** Without the spans of the sets. */
  narrow: boolean;
  /** With the facts on a line of their own. */
  tight: boolean;
  trans: TranslationBundle;
}

/** What is looked at, and the verdict on it, in one line. */
export function Head(props: IHeadProps): React.ReactElement {
  const {
    inspection,
    embedding,
    rawData,
    drift,
    window: chosen,
    trans
  } = props;
  const { primary, reference } = inspection;
  const [menu, setMenu] = React.useState<Element | null>(null);
  const time = primary.columns.find(
    c => c.role === 'timestamp' && c.problem === null
  );
  // One set alone has nothing to be judged by.
  const verdict = drift && reference && verdictAt(drift, inspection.limit);
  const facts = drift ? driftFacts(drift, inspection.limit, trans) : [];
  const least = drift && reference && leastText(drift, reference.name, trans);
  if (props.narrow) {
    // Where one of them has no room, it is not the one that the verdict rests on.
    facts.reverse();
  }
  if (drift && drift.pValue !== null) {
    facts.push(trans.__('p %1, unadjusted', pValue(drift.pValue)));
  }
  if (least) {
    facts.push(least);
  }
  const { windowRows, windowValue, windowUsual } = props;
  const windowFacts =
    windowRows === 0
      ? [trans.__('No rows. Not zero, not drift.')]
      : [
          windowValue !== null && trans.__('distance %1', measure(windowValue)),
          windowUsual !== null &&
            reference &&
            trans.__('usually below %1', measure(windowUsual)),
          ...(drift ? driftFacts(drift, inspection.limit, trans) : []),
          drift !== null &&
            drift.windows !== null &&
            trans.__(
              'p %1, corrected for %2 windows',
              pValue(drift.pAdjusted),
              count(drift.windows)
            )
        ].filter((fact): fact is string => !!fact);
  const windowTitle =
    windowUsual === null || !reference
      ? windowFacts
      : [
          ...windowFacts,
          trans.__(
            '95 % of such windows of %1 stay below %2',
            reference.name,
            measure(windowUsual)
          )
        ];
  const chip = ({ name, span }: InferencesModel, set: SetName) =>
    props.narrow
      ? { name }
      : { name, ...rowsOf(inspection, set), span: isoSpan(span) };
  return (
    <header
      className={`px-embedding-head ${props.tight ? 'px-mod-tight' : ''}`}
    >
      <span className="px-muted">
        <KindIcon kind="vector" size={16} />
      </span>
      <h2 className="px-code">{embedding}</h2>
      {rawData && !props.narrow && (
        <span className="px-muted px-embedding-of">
          {trans.__('of')} <span className="px-code">{rawData}</span>
        </span>
      )}
      {chosen ? (
        <>
          <RemovableChip
            label={
              windowRows === null
                ? chosen.label
                : trans.__(
                    '%1 · %2',
                    chosen.label,
                    trans._n('%2 row', '%2 rows', windowRows, count(windowRows))
                  )
            }
            remove={trans.__('Clear the window')}
            onRemove={props.onClearWindow}
            pick={trans.__('Rows of %1', chosen.label)}
            onPick={setMenu}
          />
          {menu && time && (
            <RowsMenu
              anchor={menu}
              inspection={inspection}
              chosen={[windowChosen(time.name, chosen.iso, reference !== null)]}
              // Rows without a usable vector are not on the map.
              counts={{ primary: null, reference: null }}
              only="primary"
              onInsert={props.onInsert}
              onClose={() => setMenu(null)}
              trans={trans}
            />
          )}
          <Facts facts={windowFacts} title={windowTitle.join(' · ')} />
        </>
      ) : (
        <>
          {verdict && <VerdictMark verdict={verdict} trans={trans} />}
          {props.standing.length > 0 && (
            <span className="px-embedding-standing">
              <StandingLink
                standing={props.standing}
                inspection={inspection}
                trans={trans}
              />
            </span>
          )}
          <Facts
            facts={facts}
            title={
              drift?.reason ??
              [
                facts.join(' · '),
                ...(least
                  ? [
                      trans.__(
                        'At least: a lower bound that holds with 95 %, from rows that the classifier has not seen.'
                      )
                    ]
                  : []),
                trans.__(
                  'Interval: 90 %, two-sided. p: this one test alone; the overview adjusts it over all columns.'
                )
              ].join('\n')
            }
          />
        </>
      )}
      <SetPair
        primary={chip(primary, 'primary')}
        reference={reference && chip(reference, 'reference')}
        onSwap={props.onSwap}
        trans={trans}
      />
    </header>
  );
}

/** As many facts as there is room for, the weightiest first. */
function Facts({
  facts,
  title
}: {
  facts: readonly string[];
  title: string;
}): React.ReactElement {
  return (
    <span
      className="px-muted px-embedding-facts px-fits"
      title={facts.length > 0 ? title : undefined}
    >
      {facts.map((fact, i) => (
        <span key={fact}>{i === 0 ? fact : ` · ${fact}`}</span>
      ))}
    </span>
  );
}

/** "AUC .832 held out", "PSI 1.73 [1.29, 2.21]". */
export function driftFacts(
  drift: IDrift,
  limit: number,
  trans: TranslationBundle
): string[] {
  const facts: string[] = [];
  if (drift.auc !== null) {
    facts.push(trans.__('AUC %1 held out', measure(drift.auc)));
  }
  if (drift.estimate !== null) {
    const name = drift.statistic.toUpperCase();
    const bounds =
      drift.lower === null
        ? ''
        : trans.__(
            ', 90 % %1',
            interval(drift.lower, drift.upper, besideLimit(limit))
          );
    facts.push(`${name} ${estimateBeside(drift.estimate, limit)}${bounds}`);
  }
  return facts;
}

/** How large the drift is at the least: rows from where the reference has next to none, or else rows that are more than it would have. */
export function leastText(
  { leastBeyond, leastOther }: Pick<IDrift, 'leastBeyond' | 'leastOther'>,
  reference: string,
  trans: TranslationBundle
): string | null {
  return leastBeyond !== null
    ? trans.__(
        'at least %1 from where %2 has next to none',
        share(leastBeyond),
        reference
      )
    : leastOther !== null
      ? trans.__('at least %1 other than in %2', share(leastOther), reference)
      : null;
}
