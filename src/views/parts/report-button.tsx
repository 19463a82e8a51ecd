import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FileExistsError } from '../../api/problem';
import type { IInspection } from '../../tokens';
import { FormPopup } from './form-popup';
import type { IInsertion } from './insert';

/** The name of a report that nobody called otherwise, and the longest one. */
const FILE = 'report.html';
const MOST = 200;

export interface IReportButtonProps {
  /** What it is of; null where the dataframes are not there. */
  readonly inspection: Pick<IInspection, 'path' | 'unit' | 'limit'> | null;
  /** Why there can be none now; null where there can. */
  readonly obstacle: string | null;
  readonly insertion: Pick<IInsertion, 'insert' | 'busy'>;
  readonly trans: TranslationBundle;
}

/** Writes a report, once it is said as which file, and that one of that name is to be replaced. */
export function ReportButton(props: IReportButtonProps): React.ReactElement {
  const { inspection, obstacle, insertion, trans } = props;
  const button = React.useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = React.useState<{
    readonly file: string;
    /** Whether a file of that name is there. */
    readonly isThere: boolean;
  } | null>(null);
  const can = !insertion.busy && obstacle === null && inspection !== null;
  const write = (file: string, isReplacing: boolean): void => {
    if (inspection) {
      const { unit, limit } = inspection;
      insertion.insert(
        { kind: 'report', unit, limit, file, isReplacing },
        reason => {
          if (reason instanceof FileExistsError) {
            setAsked({ file, isThere: true });
            return true;
          }
          return false;
        }
      );
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="px-button px-mod-quiet"
        title={
          obstacle ??
          trans.__('Write what changed as a page for whoever has no notebook')
        }
        aria-haspopup="dialog"
        aria-disabled={!can}
        onClick={() => can && setAsked({ file: FILE, isThere: false })}
      >
        {trans.__('Report…')}
      </button>
      {asked && inspection && button.current && (
        <FormPopup
          key={asked.file + String(asked.isThere)}
          anchor={button.current}
          label={trans.__('Write a report')}
          fields={[
            {
              label: trans.__('File'),
              value: asked.file,
              most: MOST,
              isNeeded: true
            }
          ]}
          note={
            asked.isThere
              ? trans.__(
                  '%1 is there already. Replace it, or write another name.',
                  asked.file
                )
              : trans.__(
                  'A cell writes it beside %1. Texts of rows are not in it.',
                  PathExt.basename(inspection.path)
                )
          }
          done={asked.isThere ? trans.__('Replace') : trans.__('Write')}
          onDone={([file]) => write(file, asked.isThere && file === asked.file)}
          onClose={() => {
            setAsked(null);
            button.current?.focus();
          }}
        />
      )}
    </>
  );
}
