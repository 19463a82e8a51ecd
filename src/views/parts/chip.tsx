import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { Glyph } from './icons';
import { Menu } from './menu';

export type SetName = 'primary' | 'reference' | 'corpus';

/** The shape of a set: disc, ring or triangle. */
export function SetMark({ set }: { set: SetName }): React.ReactElement {
  return <i className={`px-mark px-mod-${set}`} aria-hidden="true" />;
}

export interface ISetChipProps {
  set: SetName;
  name: string;
  rows?: number | null;
  /** Of how many, where only some are looked at. */
  of?: number | null;
  /** First and last time, in words: `2001 – 2021`. */
  span?: string | null;
  small?: boolean;
  /** With it a click offers the other role. */
  onSwap?: () => void;
  trans: TranslationBundle;
}

/** A set by shape, colour and name, with what it holds. */
export function SetChip(props: ISetChipProps): React.ReactElement {
  const { set, name, rows, of, span, small, onSwap, trans } = props;
  const button = React.useRef<HTMLButtonElement>(null);
  const [open, setOpen] = React.useState(false);
  const role =
    set === 'primary'
      ? trans.__('Primary')
      : set === 'reference'
        ? trans.__('Reference')
        : trans.__('Corpus');
  const facts: string[] = [];
  if (rows !== null && rows !== undefined) {
    facts.push(
      of === null || of === undefined
        ? trans._n('%2 row', '%2 rows', rows, count(rows))
        : trans._n('%2 of %3 row', '%2 of %3 rows', of, count(rows), count(of))
    );
  }
  if (span) {
    facts.push(span);
  }
  const content = (
    <>
      <SetMark set={set} />
      <span className="px-code">{name}</span>
      {facts.length > 0 && (
        <span className="px-chip-facts">{facts.join(' · ')}</span>
      )}
    </>
  );
  const className = `px-chip px-mod-${set} ${small ? 'px-mod-small' : ''}`;
  const label = [`${role}: ${name}`, ...facts].join(', ');
  if (!onSwap) {
    return (
      <span className={className} title={label}>
        {content}
      </span>
    );
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {content}
      </button>
      {open && button.current && (
        <Menu<SetName>
          anchor={button.current}
          label={trans.__('Role of %1', name)}
          value={set}
          choices={[
            {
              value: 'primary',
              label: trans.__('Primary'),
              detail: trans.__('What is looked at: the newer data.')
            },
            {
              value: 'reference',
              label: trans.__('Reference'),
              detail: trans.__('What it is compared with: the older data.')
            }
          ]}
          onChoose={chosen => {
            if (chosen !== set) {
              onSwap();
            }
          }}
          onClose={() => {
            setOpen(false);
            button.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}

/** Makes the reference the primary set and the other way round. */
export function SwapButton({
  onSwap,
  trans
}: {
  onSwap: () => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const label = trans.__('Swap primary and reference');
  return (
    <button
      type="button"
      className="px-icon-button"
      aria-label={label}
      title={label}
      onClick={onSwap}
    >
      <Glyph name="swap" size={15} />
    </button>
  );
}

interface IChipSet {
  readonly name: string;
  readonly rows?: number | null;
  readonly of?: number | null;
  readonly span?: string | null;
}

export interface ISetPairProps {
  primary: IChipSet;
  reference: IChipSet | null;
  onSwap: () => void;
  trans: TranslationBundle;
}

/** The sets of a view, with what swaps them. */
export function SetPair(props: ISetPairProps): React.ReactElement {
  const { primary, reference, onSwap, trans } = props;
  return (
    <span className="px-sets">
      <SetChip
        set="primary"
        {...primary}
        onSwap={reference ? onSwap : undefined}
        trans={trans}
      />
      {reference && (
        <>
          <SwapButton onSwap={onSwap} trans={trans} />
          <SetChip
            set="reference"
            {...reference}
            onSwap={onSwap}
            trans={trans}
          />
        </>
      )}
    </span>
  );
}

export interface IRemovableChipProps {
  set?: SetName;
  label: string;
  /** What removing does: "Clear the window". */
  remove: string;
  onRemove: () => void;
  /** What a press on the label does, in words; without it the label does nothing. */
  pick?: string;
  onPick?: (anchor: Element) => void;
}

/** A condition that is in force, with a cross to lift it. */
export function RemovableChip(props: IRemovableChipProps): React.ReactElement {
  const { set = 'primary', label, remove, onRemove, onPick } = props;
  return (
    <span className={`px-chip px-mod-${set}`}>
      <SetMark set={set} />
      {onPick ? (
        <button
          type="button"
          className="px-chip-pick"
          aria-haspopup="listbox"
          aria-label={props.pick}
          title={props.pick}
          onClick={event => onPick(event.currentTarget)}
        >
          {label}
        </button>
      ) : (
        <span>{label}</span>
      )}
      <button
        type="button"
        className="px-chip-remove"
        aria-label={remove}
        title={remove}
        onClick={onRemove}
      >
        <Glyph name="close" size={11} />
      </button>
    </span>
  );
}
