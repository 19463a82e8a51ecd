import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers, strings } from '../../api/arrow';
import type { EmbeddingMap } from '../../api/contract';
import { count, finite, pValue, share } from '../../charts/format';
import type { IInspection, IResult } from '../../tokens';
import { useAnalysis } from '../parts';

/** What tells a cluster from the other rows. */
export interface IRule {
  /** "year > 1998 and party = Republican"; null where nothing was found. */
  readonly text: string | null;
  readonly inside: number | null;
  readonly outside: number | null;
  readonly pAdjusted: number | null;
  /** The column whose values are missing most differently than elsewhere. */
  readonly gap: string | null;
  readonly missing: number | null;
  readonly missingOthers: number | null;
  readonly missingP: number | null;
}

/** What is known of a cluster's rule, and how it was found. */
export type RuleState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'known';
      readonly rule: IRule;
      /** How many columns there are to speak of. */
      readonly columns: number;
      readonly adjusted: string;
      /** How many rows were looked at, and of how many. */
      readonly used: number | null;
      readonly rows: number | null;
    };

/** Adjusted p from which a rule is no better than chance. */
const ALPHA = 0.05;

/** Read the rules of all clusters. */
export function readRules({ table }: IResult): Map<number, IRule> {
  const column = (name: string): ((i: number) => number | null) => {
    const values = numbers(table, name);
    return i => finite(values[i]);
  };
  const texts = strings(table, 'rule');
  const gaps = strings(table, 'missing_column');
  const [inside, outside, pAdjusted, missing, missingOthers, missingP] = [
    'inside',
    'outside',
    'p_adjusted',
    'missing',
    'missing_others',
    'missing_p_adjusted'
  ].map(column);
  return new Map(
    numbers(table, 'cluster').map((cluster, i) => [
      cluster ?? -1,
      {
        text: texts[i] ?? null,
        inside: inside(i),
        outside: outside(i),
        pAdjusted: pAdjusted(i),
        gap: gaps[i] ?? null,
        missing: missing(i),
        missingOthers: missingOthers(i),
        missingP: missingP(i)
      }
    ])
  );
}

/** The rules of the clusters of a map, asked for when the first cluster is looked at; null asks nothing. */
export function useRules(
  inspection: IInspection,
  map: EmbeddingMap | null
): (cluster: number) => RuleState {
  // What was asked once stays asked: other clusters have theirs from the same answer.
  const wanted = React.useRef<string | null>(null);
  if (map) {
    wanted.current = JSON.stringify(map);
  }
  const key = wanted.current;
  const asked = useAnalysis(
    inspection,
    key === null
      ? null
      : { kind: 'cluster_rules', map: JSON.parse(key) as EmbeddingMap }
  );
  const rules = React.useMemo(
    () => (asked.result && !asked.pending ? readRules(asked.result) : null),
    [asked.result, asked.pending]
  );
  const { error, result } = asked;
  return cluster => {
    const rule = rules?.get(cluster);
    if (rule && result) {
      const { columns, adjusted, n_used: used, n_rows: rows } = result.meta;
      return {
        kind: 'known',
        rule,
        columns: Array.isArray(columns) ? columns.length : 0,
        adjusted: typeof adjusted === 'string' ? adjusted : '',
        used: typeof used === 'number' ? used : null,
        rows: typeof rows === 'number' ? rows : null
      };
    }
    return error && !asked.pending
      ? { kind: 'failed', message: error.message }
      : { kind: 'pending' };
  };
}

/** The rule of a cluster in one line. */
export function RuleLine({
  state,
  unit,
  trans
}: {
  state: RuleState;
  unit: string | null;
  trans: TranslationBundle;
}): React.ReactElement | null {
  if (state.kind === 'pending') {
    return (
      <div className="px-tray-rule" aria-busy="true">
        {trans.__('Looking for what its rows share…')}
      </div>
    );
  }
  if (state.kind === 'failed') {
    return (
      <div className="px-tray-rule" role="alert">
        {state.message}
      </div>
    );
  }
  const { rule, columns, adjusted, used, rows } = state;
  if (columns === 0) {
    return null;
  }
  const among =
    used !== null && rows !== null && used < rows
      ? trans.__('%1 rows that were drawn of %2', count(used), count(rows))
      : trans.__('all rows');
  const how = trans.__(
    'Shares are of %1, both sets together. Found on one half of %2; p is that of the other half. At most two conditions over %3 columns; %4.',
    among,
    unit === null ? trans.__('the rows') : trans.__('the values of %1', unit),
    count(columns),
    adjusted
  );
  const found =
    rule.text !== null && rule.pAdjusted !== null && rule.pAdjusted < ALPHA;
  const gaps =
    rule.missing !== null &&
    rule.missingOthers !== null &&
    rule.missingP !== null &&
    rule.missingP < ALPHA
      ? trans.__(
          '%1 missing in %2 of its rows, %3 of all others, adj. p %4',
          rule.gap,
          share(rule.missing),
          share(rule.missingOthers),
          pValue(rule.missingP)
        )
      : null;
  return (
    <div className="px-tray-rule" title={how}>
      {found ? (
        <>
          <b>{rule.text}</b>{' '}
          {trans.__(
            'holds for %1 of its rows, %2 of all others, adj. p %3',
            share(rule.inside),
            share(rule.outside),
            pValue(rule.pAdjusted)
          )}
        </>
      ) : (
        trans.__(
          'No rule over the %1 other columns beats chance.',
          count(columns)
        )
      )}
      {gaps && ` · ${gaps}`}
    </div>
  );
}
