import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../charts/format';
import { recipeText } from '../notebook/recipe-code';
import { freeName, isName } from '../notebook/python';
import type { IAnswered, IContents } from './contents';

/** The code that gives the same numbers again. */
export function Recipes({
  contents,
  trans
}: {
  contents: IContents;
  trans: TranslationBundle;
}): React.ReactElement {
  const { primary, reference } = contents;
  const first = isName(primary.name) ? primary.name : 'primary';
  const second =
    reference &&
    (isName(reference.name) && reference.name !== first
      ? reference.name
      : freeName('reference', new Set([first])));
  const asked: IAnswered[] = [
    contents.findings,
    contents.summary,
    ...contents.columns.flatMap(one => [one.distribution, one.series]),
    ...contents.maps.flatMap(one => [one.map, one.series]),
    contents.performance
  ].filter((one): one is IAnswered => one !== null);
  const call = (answered: IAnswered): string => {
    const lines = recipeText(answered.recipe, 'px');
    const sets = second === null ? first : `${first}, ${second}`;
    return `px.run(${lines.join('\n')}, ${sets})`;
  };
  const code = ['import phoenix_lab as px', '', ...asked.map(call)].join('\n');
  return (
    <>
      <p>
        {trans.__(
          'Each number of this report is the answer to one of these, with %1 as the dataframe of %2 rows',
          first,
          count(primary.rows)
        )}
        {reference &&
          trans.__(
            ' and %1 as that of %2 rows',
            second ?? '',
            count(reference.rows)
          )}
        {trans.__(
          '. The same rows and the same version of phoenix_lab give the same numbers.'
        )}
      </p>
      <pre className="px-report-code" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </>
  );
}
