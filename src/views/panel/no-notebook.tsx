import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Empty } from './empty';

interface IProps {
  /** Look for the example; gives what opens it, or null where there is none. */
  readonly findExample: () => Promise<(() => void) | null>;
  readonly trans: TranslationBundle;
}

/** What is said without a notebook in front; where the example lies at hand, it is offered. */
export function NoNotebook({ findExample, trans }: IProps): React.ReactElement {
  const [example, setExample] = React.useState<(() => void) | null>(null);
  React.useEffect(() => {
    let live = true;
    findExample().then(
      open => live && setExample(() => open),
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [findExample]);
  return (
    <Empty
      icon={<notebookIcon.react width="26px" height="26px" />}
      title={trans.__('No notebook in front')}
      text={trans.__(
        'Open a notebook with a dataframe in it, and it will be listed here.'
      )}
      action={
        example
          ? { label: trans.__('Open the example'), onClick: example }
          : undefined
      }
    />
  );
}
