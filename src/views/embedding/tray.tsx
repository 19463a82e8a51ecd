import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { count, type TimeKind } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { MarksOf } from '../../model/labels';
import type { SetName } from '../../tokens';
import {
  FormPopup,
  Glyph,
  InsertButton,
  NamePopup,
  Picker,
  SetMark
} from '../parts';
import { ElsewhereNote, Gallery, type ImageReader } from '../images';
import { MapGlyph } from './glyphs';
import type { RowLabels } from './row-labels';
import type { RowReader } from './rows';
import { RuleLine, type RuleState } from './rules';
import { AMOUNTS } from './similar';
import type { IPicked } from './state';
import { TrayRow } from './tray-row';

export interface ITrayProps {
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
  /** Index of the point that something is being noted of. */
  noting: number | null;
  /** Called with what was noted; null for nothing new. */
  onNote: (text: string | null) => void;
  folded: boolean;
  onFold: () => void;
  saved: boolean;
  onSave: () => void;
  /** Show these rows alone in every view; null where nothing but their places says which they are. */
  onOnlyThese: (() => void) | null;
  onExport: (name: string) => void;
  /** What the variable would be called. */
  exportName: () => string;
  exporting: boolean;
  onInsert: () => void;
  inserting: boolean;
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
  /** What was just done with the rows; lies over the foot of the list and moves nothing. */
  notice: React.ReactNode;
  trans: TranslationBundle;
}

/** Rows that are listed for being near to another. */
export type INeighbors = Extract<IPicked['how'], { kind: 'neighbors' }>;

const ROW = 36;

/** The rows that are selected: how many, of which set, what they say, and what can be done with them. */
export function Tray(props: ITrayProps): React.ReactElement {
  const [asGallery, setAsGallery] = React.useState(false);
  const [naming, setNaming] = React.useState<HTMLElement | null>(null);
  const { map, reader, indices, point, folded, neighbors, trans } = props;
  const { carriers } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const id = React.useId();
  const columns = reader.columns;
  const has = (name: 'predicted' | 'actual' | 'score' | 'time'): boolean =>
    columns.primary[name] !== null ||
    (columns.reference !== null && columns.reference[name] !== null);
  const shown = {
    time: has('time'),
    predicted: has('predicted') && !props.narrow,
    actual: has('actual') && !props.narrow,
    score: has('score') && !props.narrow,
    distance: neighbors !== null || carriers !== null
  };
  const grid = [
    '48px',
    'minmax(64px, max-content)',
    'minmax(0, 1fr)',
    ...(shown.predicted ? ['minmax(40px, 76px)'] : []),
    ...(shown.actual ? ['minmax(40px, 76px)'] : []),
    ...(shown.score ? ['44px'] : []),
    ...(shown.distance ? ['52px'] : []),
    '22px'
  ].join(' ');

  const virtual = useVirtualizer({
    count: indices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6
  });
  React.useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
  }, [indices]);

  const distances = React.useMemo(
    () =>
      new Map(
        neighbors
          ? Array.from(neighbors.order, (i, place) => [
              i,
              neighbors.distances[place]
            ])
          : carriers
            ? Array.from(carriers.order, (i, place) => [
                i,
                carriers.scores[place]
              ])
            : []
      ),
    [neighbors, carriers]
  );
  const rowOf = (index: number): React.ComponentProps<typeof TrayRow> => {
    const set = map.primary[index] ? 'primary' : 'reference';
    return {
      id: `${id}-${index}`,
      top: 0,
      place: 0,
      total: indices.length,
      index,
      set,
      setName:
        set === 'primary' ? props.primary.name : (props.reference?.name ?? ''),
      row: map.row[index],
      indexLabel: props.rowLabels.get(set, map.row[index]),
      detail: reader.get(set, map.row[index]),
      look: props.images && props.images.get(set, map.row[index]),
      isPictured: props.images !== null,
      columns: shown,
      grid,
      timeKind: props.timeKind,
      terms: props.terms,
      query: props.query,
      on: index === point,
      distance: distances.get(index) ?? null,
      marks: props.marksOf(set, map.row[index]),
      searching: index === props.searching,
      onPoint: props.onPoint,
      onOpenRow: props.onOpenRow,
      onSimilar: props.onSimilar,
      onMenu: props.onMenu,
      trans
    };
  };

  const at = point < 0 ? -1 : indices.indexOf(point);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    let next: number;
    switch (event.key) {
      case 'ArrowDown':
        next = Math.min(at + 1, indices.length - 1);
        break;
      case 'ArrowUp':
        next = Math.max(at - 1, 0);
        break;
      case 'Home':
        next = 0;
        break;
      case 'End':
        next = indices.length - 1;
        break;
      case 'Enter':
        if (at >= 0) {
          event.preventDefault();
          event.stopPropagation();
          props.onOpenRow(indices[at]);
        }
        return;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (next >= 0 && next < indices.length) {
      virtual.scrollToIndex(next);
      props.onPoint(indices[next]);
    }
  };

  const n = indices.length;
  const amount = trans._n('%2 row', '%2 rows', n, count(n));
  return (
    <section
      className={`px-tray ${folded ? 'px-mod-folded' : ''}`}
      aria-label={trans.__('Selected rows')}
    >
      <div className="px-tray-head">
        <button
          type="button"
          className="px-icon-button"
          aria-expanded={!folded}
          aria-label={
            folded ? trans.__('Show the rows') : trans.__('Fold the rows')
          }
          title={folded ? trans.__('Show the rows') : trans.__('Fold the rows')}
          onClick={props.onFold}
        >
          <Glyph name={folded ? 'right' : 'down'} size={12} />
        </button>
        <b className="px-tray-label" title={props.label}>
          {props.label}
        </b>
        {props.onRename && (
          <button
            type="button"
            className="px-icon-button px-tray-rename"
            aria-label={trans.__('Rename cluster')}
            aria-haspopup="dialog"
            aria-keyshortcuts="F2"
            title={trans.__('Rename cluster (F2)')}
            onClick={event => props.onRename?.(event.currentTarget)}
          >
            <MapGlyph name="pencil" size={13} />
          </button>
        )}
        {neighbors && (
          <Picker<number>
            label={trans.__('nearest')}
            quiet
            value={neighbors.recipe.k ?? AMOUNTS[0]}
            choices={AMOUNTS.map(k => ({ value: k, label: count(k) }))}
            onChange={k => props.onSimilar(neighbors.point, k)}
          />
        )}
        {props.reference ? (
          (['primary', 'reference'] as const).map((set, i) => (
            <Choice
              key={set}
              set={set}
              {...(props[set] ?? props.primary)}
              share={props.shares[i]}
              only={props.only}
              onOnly={props.onOnly}
              trans={trans}
            />
          ))
        ) : (
          <span
            className="px-chip px-mod-small px-mod-primary"
            title={[`${props.primary.name}: ${count(props.primary.n)}`]
              .concat(props.shares)
              .join('\n')}
          >
            <SetMark set="primary" />
            {count(props.primary.n)}
          </span>
        )}
        <span
          className="px-tray-shares px-fits"
          title={trans.__('In brackets 90 % intervals, two-sided')}
        >
          {props.shares.map((text, i) => (
            <span key={i}>{i === 0 ? text : trans.__('against %1', text)}</span>
          ))}
        </span>
        {props.images && (
          <button
            type="button"
            className="px-button px-mod-quiet"
            aria-pressed={asGallery}
            title={trans.__('Pictures side by side')}
            onClick={() => setAsGallery(!asGallery)}
          >
            {trans.__('Gallery')}
          </button>
        )}
        {props.onOnlyThese && (
          <button
            type="button"
            className="px-button px-mod-quiet"
            title={trans.__(
              'Show only these rows, in every view: how they differ in the other columns'
            )}
            aria-label={trans.__('Only these rows')}
            disabled={n === 0}
            onClick={props.onOnlyThese}
          >
            <Glyph name="filter" size={14} />
            {!props.narrow &&
              (props.compact
                ? trans.__('Only these')
                : trans.__('Only these rows'))}
          </button>
        )}
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__(
            'Label rows by the keys 1 to 9, or note something of them by M'
          )}
          aria-label={trans.__('Label rows')}
          aria-expanded={props.labels !== null}
          onClick={props.onLabels}
        >
          <MapGlyph name="label" size={14} />
          {!props.narrow && !props.compact && trans.__('Label')}
        </button>
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__('Make these rows a variable of the kernel, now')}
          aria-label={trans.__('Export to kernel')}
          aria-keyshortcuts="E"
          aria-haspopup="dialog"
          aria-expanded={naming !== null}
          aria-disabled={props.exporting}
          disabled={n === 0 || props.whole}
          onClick={event =>
            props.exporting || setNaming(naming ? null : event.currentTarget)
          }
        >
          <MapGlyph name="export" size={14} />
          {!props.narrow &&
            (props.compact ? trans.__('Export') : trans.__('Export to kernel'))}
        </button>
        {naming && (
          <NamePopup
            anchor={naming}
            name={props.exportName()}
            onName={props.onExport}
            onClose={() => {
              setNaming(null);
              naming.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        )}
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__(
            'Keep this selection in the panel, under a name that can be changed there'
          )}
          aria-label={trans.__('Keep selection')}
          aria-keyshortcuts="S"
          disabled={n === 0 || props.saved || props.whole}
          onClick={props.onSave}
        >
          {props.narrow ? (
            props.saved ? (
              <Glyph name="check" size={14} />
            ) : (
              <MapGlyph name="save" size={14} />
            )
          ) : (
            // Both take their room, so that nothing moves when it is saved.
            <span className="px-tray-save">
              <span hidden={props.saved}>{trans.__('Keep')}</span>
              <span hidden={!props.saved}>
                <Glyph name="check" size={13} />
                {trans.__('Kept')}
              </span>
            </span>
          )}
        </button>
        <InsertButton
          primary
          label={
            props.whole && !props.narrow
              ? trans.__('Insert this map')
              : props.compact
                ? trans.__('Insert')
                : props.windowed
                  ? trans.__('Insert this view')
                  : trans.__('Insert into notebook')
          }
          amount={props.whole ? undefined : amount}
          busy={props.inserting || n === 0}
          onInsert={props.onInsert}
          trans={trans}
        />
        {props.verbs}
      </div>
      {!folded && (
        <div className="px-tray-body">
          {props.labels}
          {props.noting !== null && scroller.current && (
            <FormPopup
              anchor={
                document.getElementById(`${id}-${props.noting}`) ??
                scroller.current
              }
              label={trans.__('Note of row %1', map.row[props.noting])}
              fields={[
                {
                  label: trans.__('Note of row %1', map.row[props.noting]),
                  value: rowOf(props.noting).marks.note ?? '',
                  most: 200
                }
              ]}
              done={trans.__('Keep')}
              onDone={([text]) => props.onNote(text)}
              onClose={() => {
                props.onNote(null);
                scroller.current?.focus({ preventScroll: true });
              }}
            />
          )}
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
            <>
              <div
                className="px-tray-columns"
                style={{ gridTemplateColumns: grid }}
                aria-hidden="true"
              >
                <span
                  title={trans.__(
                    'What the index of the dataframe calls the row; without an index of its own, its place from 0'
                  )}
                >
                  {trans.__('row')}
                </span>
                <span>{props.timeName ?? trans.__('set')}</span>
                <span>{columns.primary.text ?? trans.__('values')}</span>
                {shown.predicted && (
                  <span title={columns.primary.predicted ?? ''}>
                    {trans.__('pred.')}
                  </span>
                )}
                {shown.actual && (
                  <span title={columns.primary.actual ?? ''}>
                    {trans.__('actual')}
                  </span>
                )}
                {shown.score && (
                  <span
                    className="px-mod-number"
                    title={columns.primary.score ?? ''}
                  >
                    {trans.__('score')}
                  </span>
                )}
                {neighbors && (
                  <span
                    className="px-mod-number"
                    title={
                      neighbors.metric === 'cosine'
                        ? trans.__(
                            '1 less the cosine of the angle between the vectors: 0 for the same direction'
                          )
                        : trans.__('Euclidean distance of the vectors')
                    }
                  >
                    {trans.__('distance')}
                  </span>
                )}
                {carriers && (
                  <span
                    className="px-mod-number"
                    title={trans.__(
                      'How much the row is like %1, from 0 to 1, by a classifier that has not seen it',
                      props.primary.name
                    )}
                  >
                    {trans.__('drift')}
                  </span>
                )}
              </div>
              {neighbors && neighbors.point >= 0 && (
                <div
                  className="px-tray-asked"
                  role="list"
                  aria-label={trans.__('The row that is asked about')}
                  onPointerLeave={() => props.onPoint(-1)}
                >
                  <TrayRow {...rowOf(neighbors.point)} id={`${id}-asked`} />
                </div>
              )}
              <div
                ref={scroller}
                className="px-tray-rows"
                role="list"
                aria-label={trans.__('Rows')}
                tabIndex={0}
                onKeyDown={onKeyDown}
                onPointerLeave={() => props.onPoint(-1)}
                onBlur={() => props.onPoint(-1)}
              >
                <div
                  style={{
                    height: virtual.getTotalSize(),
                    position: 'relative'
                  }}
                >
                  {virtual.getVirtualItems().map(item => {
                    return (
                      <TrayRow
                        key={item.key}
                        {...rowOf(indices[item.index])}
                        top={item.start}
                        place={item.index}
                      />
                    );
                  })}
                </div>
              </div>
            </>
          )}
        </div>
      )}
      {props.notice}
    </section>
  );
}

/** How many rows are of a set; pressed, its rows alone are listed and taken. */
function Choice({
  set,
  name,
  n,
  share,
  only,
  onOnly,
  trans
}: {
  set: SetName;
  name: string;
  n: number;
  /** What share of the set that is, in words. */
  share: string | undefined;
  only: SetName | null;
  onOnly: (set: SetName | null) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const on = only === set;
  return (
    <button
      type="button"
      className={`px-chip px-mod-small px-mod-${set} px-tray-set ${only !== null && !on ? 'px-mod-off' : ''}`}
      aria-pressed={on}
      aria-label={trans.__('Only the rows of %1: %2', name, count(n))}
      title={[
        `${name}: ${count(n)}`,
        share,
        on
          ? trans.__('Click for the rows of both sets')
          : trans.__('Click for the rows of %1 only', name)
      ]
        .filter(Boolean)
        .join('\n')}
      disabled={n === 0 && !on}
      onClick={() => onOnly(on ? null : set)}
    >
      <SetMark set={set} />
      {count(n)}
    </button>
  );
}
