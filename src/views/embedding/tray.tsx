import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { TimeKind } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { MarksOf } from '../../model/labels';
import type { SetName } from '../../tokens';
import { ElsewhereNote, Gallery, type ImageReader } from '../images';
import { Picker } from '../parts';
import type { RowLabels } from './row-labels';
import { type INoting, RowNote } from './row-note';
import type { RowReader } from './rows';
import { RuleLine, type RuleState } from './rules';
import type { IPicked } from './state';
import type { ITaking } from './taking';
import { TrayHead } from './tray-head';
import { TrayList } from './tray-list';

export interface ITrayProps extends ITaking, INoting {
  map: IMapPoints;
  reader: RowReader;
  rowLabels: RowLabels;
  label: string;
  /** Ask for another name of the cluster that is listed; null where none is. */
  onRename: ((anchor: HTMLElement) => void) | null;
  /** Nothing was picked: the list holds all rows. */
  whole: boolean;
  /** Indices of the points, in the order of the list. */
  indices: Int32Array;
  primary: { readonly name: string; readonly n: number };
  reference: { readonly name: string; readonly n: number } | null;
  /** Of each set, the primary first: "8.7 % of prod [6.2, 11.5]", ".2 % of train [.1, .5]". */
  shares: readonly string[];
  /** How an area that was drawn differs between the sets; null where none was. */
  area: string | null;
  /** The set whose rows alone are listed; null for both. */
  only: SetName | null;
  onOnly: (set: SetName | null) => void;
  timeKind: TimeKind;
  timeName: string | null;
  terms: readonly string[];
  query: string;
  /** Index of the point that is pointed at, or −1. */
  point: number;
  onPoint: (index: number) => void;
  onOpenRow: (index: number) => void;
  /** What the rows are like, where that is why they are listed. */
  neighbors: INeighbors | null;
  /** Rows that carry the drift, where those were picked. */
  carriers: Extract<IPicked['how'], { kind: 'carriers' }> | null;
  /** Whether the rows at the edge of a cluster come first; null where no cluster is listed. */
  borderline: boolean | null;
  onBorderline: (borderline: boolean) => void;
  /** What tells the cluster from the other rows; null where no cluster is listed. */
  rule: RuleState | null;
  /** The column of whole units, of which one half finds rules and one judges them; null for rows. */
  unit: string | null;
  /** Index of the point whose like are being looked for, or −1. */
  searching: number;
  onSimilar: (index: number, k?: number) => void;
  onMenu: (index: number, x: number, y: number) => void;
  /** What was said of a row. */
  marksOf: MarksOf;
  /** The labels and their keys; null while nobody labels. */
  labels: React.ReactElement | null;
  onLabels: () => void;
  folded: boolean;
  onFold: () => void;
  /** What else can be done with the rows. */
  verbs: React.ReactNode;
  windowed: boolean;
  /** Short words on the buttons. */
  compact: boolean;
  /** Icons alone, and fewer columns. */
  narrow: boolean;
  /** Pictures of rows; null where they have none. */
  images: ImageReader | null;
  /** What belongs to the one row that is picked. */
  about: React.ReactNode;
  trans: TranslationBundle;
}

/** Rows that are listed for being near to another. */
export type INeighbors = Extract<IPicked['how'], { kind: 'neighbors' }>;

/** The rows that are selected: how many, of which set, what they say, and what can be done with them. */
export function Tray(props: ITrayProps): React.ReactElement {
  const [asGallery, setAsGallery] = React.useState(false);
  const { map, indices, point, folded, trans } = props;
  const id = React.useId();
  const section = React.useRef<HTMLElement>(null);
  return (
    <section
      ref={section}
      className={`px-tray ${folded ? 'px-mod-folded' : ''}`}
      aria-label={trans.__('Selected rows')}
    >
      <TrayHead {...props} asGallery={asGallery} onGallery={setAsGallery} />
      {!folded && (
        <div className="px-tray-body">
          {props.area && (
            <div className="px-tray-about">
              <div className="px-tray-rule px-tray-area">{props.area}</div>
            </div>
          )}
          {props.about}
          {props.images && (
            <ElsewhereNote reader={props.images} trans={trans} />
          )}
          {props.rule && (
            <div className="px-tray-about">
              <RuleLine state={props.rule} unit={props.unit} trans={trans} />
              {props.borderline !== null && (
                <Picker<boolean>
                  label={trans.__('first')}
                  quiet
                  value={props.borderline}
                  choices={[
                    {
                      value: false,
                      label: trans.__('typical'),
                      detail: trans.__(
                        'Those nearest to the middle of the cluster.'
                      )
                    },
                    {
                      value: true,
                      label: trans.__('borderline'),
                      detail: trans.__(
                        'Those whose nearest rows are in other clusters.'
                      )
                    }
                  ]}
                  onChange={props.onBorderline}
                />
              )}
            </div>
          )}
          {asGallery && props.images ? (
            <Gallery
              map={map}
              reader={props.images}
              indices={indices}
              nameOf={set => (props[set] ?? props.primary).name}
              point={point}
              onPoint={props.onPoint}
              onOpenRow={props.onOpenRow}
              onMenu={props.onMenu}
              trans={trans}
            />
          ) : (
            <TrayList {...props} id={id} />
          )}
        </div>
      )}
      {/* Below the list: what comes and goes here moves no row under the pointer. */}
      {props.labels}
      {props.noting !== null && section.current && (
        <RowNote
          row={map.row[props.noting]}
          note={
            props.marksOf(
              map.primary[props.noting] ? 'primary' : 'reference',
              map.row[props.noting]
            ).note ?? ''
          }
          anchor={
            document.getElementById(`${id}-${props.noting}`) ?? section.current
          }
          onNote={props.onNote}
          trans={trans}
        />
      )}
      {props.notice}
    </section>
  );
}
