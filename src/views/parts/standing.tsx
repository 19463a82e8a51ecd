import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import {
  type IFinding,
  openFinding,
  readFindings,
  underGivenName
} from '../../model/findings';
import type { IAnalysis, IInspection, IResult, Recipe } from '../../tokens';
import { Menu } from './menu';

/**
 * The last answer to a question that somebody else has asked of the rows on screen, and of the same unit; null where there is none.
 *
 * @param isIt - Whether a recipe is that question; of one function while it is the same question.
 */
export function useAnswered(
  inspection: IInspection,
  isIt: (recipe: Recipe, inspection: IInspection) => boolean
): IResult | null {
  const [found, setFound] = React.useState<{
    readonly analysis: IAnalysis;
    readonly result: IResult;
  } | null>(null);
  React.useEffect(() => {
    let last: IAnalysis | null = null;
    const look = (): void => {
      const where = JSON.stringify(
        inspection.where.map(({ condition }) => condition)
      );
      const analysis =
        [...inspection.analyses]
          .reverse()
          .find(
            ({ recipe, event }) =>
              event.state === 'done' &&
              (('unit' in recipe ? recipe.unit : null) ?? null) ===
                inspection.unit &&
              JSON.stringify(recipe.where ?? []) === where &&
              isIt(recipe, inspection)
          ) ?? null;
      if (analysis === last) {
        return;
      }
      last = analysis;
      // What was found in other rows says nothing of these.
      setFound(null);
      analysis?.done.then(
        result => analysis === last && setFound({ analysis, result }),
        () => undefined
      );
    };
    look();
    inspection.changed.connect(look);
    inspection.worked.connect(look);
    return () => {
      last = null;
      inspection.changed.disconnect(look);
      inspection.worked.disconnect(look);
    };
  }, [inspection, isIt]);
  return found?.result ?? null;
}

const areFindings = (recipe: Recipe, { limit }: IInspection): boolean =>
  recipe.kind === 'findings' && recipe.limit === limit;

/** The findings that stand in the rows on screen, each with its faces; none where nobody has looked for any. */
export function useStanding(
  inspection: IInspection
): readonly (readonly IFinding[])[] {
  const result = useAnswered(inspection, areFindings);
  return React.useMemo(
    () =>
      result ? readFindings(result).filter(([first]) => first.stands) : [],
    [result]
  );
}

/** Those about a column, but for the one that says no more than the verdict on it, where that is drift. */
export function standingOf(
  standing: readonly (readonly IFinding[])[],
  column: string,
  isDrift: boolean
): readonly (readonly IFinding[])[] {
  return standing.filter(
    faces =>
      faces.some(face => face.column === column) &&
      !(
        isDrift &&
        faces.every(({ kind }) => kind === 'drift' || kind === 'embedding')
      )
  );
}

/** How many findings stand, with the list of them. */
export function StandingLink(props: {
  readonly standing: readonly (readonly IFinding[])[];
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { standing, inspection, trans } = props;
  const [anchor, setAnchor] = React.useState<HTMLElement | null>(null);
  return (
    <>
      {trans._n(
        '%2 finding stands: ',
        '%2 findings stand: ',
        standing.length,
        count(standing.length)
      )}
      <button
        type="button"
        className="px-link"
        aria-haspopup="listbox"
        onClick={event => setAnchor(event.currentTarget)}
      >
        {standing.length === 1 ? trans.__('see it') : trans.__('see them')}
      </button>
      {anchor && (
        <Menu<IFinding>
          anchor={anchor}
          label={trans.__('Findings that stand')}
          choices={standing.map(([first]) => ({
            value: first,
            label: underGivenName(first, inspection).sentence,
            checked: false
          }))}
          onChoose={face => openFinding(face, inspection)}
          onClose={() => {
            setAnchor(null);
            anchor.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}
