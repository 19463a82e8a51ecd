import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { WrongFileError } from './document';
import type { Standing } from './drawings';
import type { Whereabouts } from './live';

/** Why a file is shown by nothing but this sentence. */
export function wrongFileText(
  { reason, where }: WrongFileError,
  name: string,
  trans: TranslationBundle
): string {
  switch (reason) {
    case 'no-json':
      return trans.__(
        '%1 is no dashboard that can be read: it is not whole, or no JSON (%2).',
        name,
        where
      );
    case 'too-large':
      return trans.__('%1 is too large to be a dashboard.', name);
    case 'no-dashboard':
      return trans.__('%1 holds something else than a dashboard.', name);
    case 'newer':
      return trans.__(
        '%1 was written by a newer phoenix_lab: its version is %2. Update phoenix_lab to see it.',
        name,
        where
      );
    case 'unknown':
      return trans.__(
        '%1 says something that this phoenix_lab does not know: %2.',
        name,
        where
      );
    case 'wrong':
      return trans.__(
        '%1 is no dashboard that can be read: %2 makes no sense.',
        name,
        where
      );
  }
}

/** What stands in a tile beside its verdict. */
export interface IBeside {
  readonly title: string;
  readonly what: string;
}

/** What the tiles come to, in one sentence, and what else stands in them. */
export function Sentence({
  standings,
  beside,
  failed,
  trans
}: {
  /** Tiles that could not be answered. */
  readonly failed: number;
  readonly standings: readonly Standing[];
  readonly beside: readonly IBeside[];
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const n = (standing: Standing): number =>
    standings.filter(one => one === standing).length;
  const beyond = n('beyond');
  const rest = [
    ...(n('within') > 0
      ? [trans._n('%1 is within', '%1 are within', n('within'))]
      : []),
    ...(n('open') > 0
      ? [trans._n('%1 is undecided', '%1 are undecided', n('open'))]
      : []),
    ...(failed > 0 ? [trans.__('%1 could not be answered', failed)] : [])
  ];
  if (standings.length === 0 && failed === 0) {
    return null;
  }
  const [first] = beside;
  return (
    <>
      <b>
        {beyond > 0
          ? trans._n(
              '%1 tile is beyond its limit',
              '%1 tiles are beyond their limit',
              beyond
            )
          : trans.__('No tile is beyond its limit')}
      </b>
      {rest.length > 0 && `, ${rest.join(', ')}`}
      {'.'}
      {first && (
        <>
          {' '}
          <b>
            {trans._n(
              'In %1 tile something else changed',
              'In %1 tiles something else changed',
              beside.length
            )}
          </b>
          {beside.length === 1
            ? `: ${first.title}, ${first.what}.`
            : trans.__(', as in %1: %2.', first.title, first.what)}
        </>
      )}
    </>
  );
}

/** How to get dataframes that are not there; null where they are. */
export function whereaboutsText(
  where: Whereabouts,
  notebook: string,
  primary: string,
  reference: string | null,
  trans: TranslationBundle
): string | null {
  const both =
    reference === null ? primary : trans.__('%1 and %2', primary, reference);
  switch (where) {
    case 'there':
    case 'unset':
      return null;
    case 'closed':
      return trans.__(
        'Last results, for %1 is not open. Open it, run the cells that make %2, and press Refresh.',
        notebook,
        both
      );
    case 'no-kernel':
      return trans.__(
        'Last results, for %1 has no kernel. Run the cells of it that make %2, and press Refresh.',
        notebook,
        both
      );
    case 'looking':
      return trans.__('Looking for %1 in the kernel of %2…', both, notebook);
    case 'gone':
      return trans.__(
        'Last results, for the kernel of %1 does not hold %2. Run the cells that make them, and press Refresh.',
        notebook,
        both
      );
  }
}
