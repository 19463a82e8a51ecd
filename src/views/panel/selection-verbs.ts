import type { TranslationBundle } from '@jupyterlab/translation';

import { combine } from '../../model/combine';
import { conditionFor } from '../../model/combining';
import type { IInspection, ISelection } from '../../tokens';
import type { Verb } from './selection-menu';

/** Do with a selection what needs nothing else to be said. */
export async function doVerb(
  verb: Exclude<Verb, 'combine' | 'edit' | 'remove' | 'direction' | 'prompt'>,
  selection: ISelection,
  inspection: IInspection,
  trans: TranslationBundle
): Promise<void> {
  const { kept } = inspection;
  switch (verb) {
    case 'show':
      return inspection.show(selection);
    case 'only': {
      const condition = conditionFor(
        await kept.whole(selection),
        inspection.reference !== null
      );
      if (condition) {
        inspection.narrow([{ condition, label: selection.label }]);
        inspection.openOverview();
      }
      return;
    }
    case 'not':
      return kept.keep(
        combine('not', await kept.whole(selection), null, inspection, trans)
      );
    case 'freeze':
      return kept.freeze(selection.id);
    case 'again':
      return kept.again(selection.id);
  }
}
