import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { SetName } from '../../tokens';
import { Glyph, InsertButton, NamePopup, Picker, SetMark } from '../parts';
import { MapGlyph } from './glyphs';
import { AMOUNTS } from './similar';
import type { ITrayProps } from './tray';

interface IProps extends Omit<ITrayProps, 'notice' | 'about'> {
  asGallery: boolean;
  onGallery: (asGallery: boolean) => void;
}

/** What is selected, how much of each set, and what can be done with it. */
export function TrayHead(props: IProps): React.ReactElement {
  const { folded, neighbors, asGallery, trans } = props;
  const [naming, setNaming] = React.useState<HTMLElement | null>(null);
  const n = props.indices.length;
  const amount = trans._n('%2 row', '%2 rows', n, count(n));
  return (
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
          onClick={() => props.onGallery(!asGallery)}
        >
          {trans.__('Gallery')}
        </button>
      )}
      {props.onOnlyThese && (
        <Verb
          name={trans.__('Only these rows')}
          icon={<Glyph name="filter" size={14} />}
          words={[trans.__('Only these rows'), trans.__('Only these')]}
          room={props}
          title={trans.__(
            'Show only these rows, in every view: how they differ in the other columns'
          )}
          disabled={n === 0}
          onClick={props.onOnlyThese}
        />
      )}
      <Verb
        name={trans.__('Label rows')}
        icon={<MapGlyph name="label" size={14} />}
        words={[trans.__('Label'), null]}
        room={props}
        title={trans.__(
          'Label rows by the keys 1 to 9, or note something of them by M'
        )}
        aria-expanded={props.labels !== null}
        onClick={props.onLabels}
      />
      <Verb
        name={trans.__('Export to kernel')}
        icon={<MapGlyph name="export" size={14} />}
        words={[trans.__('Export to kernel'), trans.__('Export')]}
        room={props}
        title={trans.__('Make these rows a variable of the kernel, now')}
        aria-keyshortcuts="E"
        aria-haspopup="dialog"
        aria-expanded={naming !== null}
        aria-disabled={props.exporting}
        disabled={n === 0 || props.whole}
        onClick={event =>
          props.exporting || setNaming(naming ? null : event.currentTarget)
        }
      />
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
  );
}

/** A button that does something with the rows: with words as there is room for them. */
function Verb({
  name,
  icon,
  words: [long, short],
  room: { narrow, compact },
  ...others
}: {
  /** What it is called for those who do not see it. */
  name: string;
  icon: React.ReactElement;
  /** What it says where there is room, and where there is little; null for nothing. */
  words: readonly [string, string | null];
  room: Pick<ITrayProps, 'narrow' | 'compact'>;
} & React.ButtonHTMLAttributes<HTMLButtonElement>): React.ReactElement {
  return (
    <button
      type="button"
      className="px-button px-mod-quiet"
      aria-label={name}
      {...others}
    >
      {icon}
      {!narrow && (compact ? short : long)}
    </button>
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
