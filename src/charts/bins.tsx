import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, measure, NONE, share, THIN, words } from './format';
import { roundTicks } from './scales';

/** One bin of a distribution, in both sets. */
export interface IBin {
  readonly label: string;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly kind: string;
  readonly reference: number | null;
  readonly primary: number | null;
  readonly referenceShare: number | null;
  readonly primaryShare: number | null;
  /** Its part of the drift. */
  readonly contribution: number | null;
  /** Where a range starts and ends, exactly, and the value of an atom; absent where only floats tell. */
  readonly low?: string | null;
  readonly high?: string | null;
}

export interface IBinsProps {
  bins: readonly IBin[];
  /** Whether bins are stretches of a number line: columns; otherwise each has a name: rows. */
  ordered: boolean;
  width: number;
  /** Of columns, rather than the usual height. */
  height?: number;
  /** Names of the sets. */
  primary: string;
  reference: string | null;
  label: string;
  /** The bin that is looked at, and its place; null when none is. */
  onLook: (index: number | null, anchor: Element | null) => void;
  looked: number | null;
  /** Do something with the rows of a bin: by a click, a press of the other button, or Enter. */
  onPick?: (index: number, anchor: Element) => void;
  trans: TranslationBundle;
}

/** Parts of the drift from here on are labelled. */
const TELLING = 0.03;
const LEFT = 40;
const HEIGHT = 250;
/** Lower than this there would be no bars. */
const LEAST = 120;
const TOP = 14;
const FLOOR = 186;
const STRIP_TOP = 206;
const STRIP_FLOOR = 234;

/** A bin in few characters: `<19.6`, `19.6–21.9`, `≥36.8`. */
export function binText(bin: IBin, whole: boolean): string {
  if (bin.kind === 'atom' || (bin.kind !== 'range' && bin.kind !== '')) {
    return bin.lower !== null && bin.kind === 'atom'
      ? measure(bin.lower)
      : bin.label;
  }
  const { lower, upper } = bin;
  if (lower === null && upper === null) {
    return bin.label;
  }
  if (lower === null) {
    return `<${measure(upper)}`;
  }
  if (upper === null) {
    return `≥${measure(lower)}`;
  }
  // A dash beside a minus needs room around it.
  const dash = lower < 0 || upper < 0 ? `${THIN}–${THIN}` : '–';
  if (whole) {
    return words(bin.label).replace(' – ', dash).replace(/-/g, '−');
  }
  return `${measure(lower)}${dash}${measure(upper)}`;
}

/** Whether bins are of whole numbers, so that their labels name the last one in them. */
export function wholeBins(bins: readonly IBin[]): boolean {
  return bins.every(
    b =>
      (b.lower === null || Number.isInteger(b.lower)) &&
      (b.upper === null || Number.isInteger(b.upper))
  );
}

/** What a bin holds, for a tooltip and for those who cannot see it. */
export function binFacts(
  bin: IBin,
  primary: string,
  reference: string | null,
  trans: TranslationBundle
): string[] {
  const facts: string[] = [];
  facts.push(
    trans.__(
      '%1: %2 rows, %3',
      primary,
      count(bin.primary),
      share(bin.primaryShare)
    )
  );
  if (reference !== null) {
    facts.push(
      trans.__(
        '%1: %2 rows, %3',
        reference,
        count(bin.reference),
        share(bin.referenceShare)
      )
    );
  }
  return facts;
}

/** A distribution, set beside set, and under each bin its part of the drift. */
export function Bins(props: IBinsProps): React.ReactElement {
  return props.ordered ? <Columns {...props} /> : <Rows {...props} />;
}

/** What a bin is to those who can do something with its rows. */
function picking(
  { onPick }: IBinsProps,
  index: number
): React.SVGAttributes<SVGGElement> {
  return onPick
    ? {
        role: 'button',
        className: 'px-mod-pickable',
        'aria-haspopup': 'listbox',
        onClick: event => onPick(index, event.currentTarget),
        onContextMenu: event => {
          event.preventDefault();
          event.stopPropagation();
          onPick(index, event.currentTarget);
        }
      }
    : { role: 'img' };
}

/** Roving through the bins with the arrow keys. */
function useRoving(
  props: IBinsProps,
  forward: string,
  back: string
): React.SVGAttributes<SVGSVGElement> & { tabIndex: number } {
  const { bins, looked, onLook, onPick } = props;
  const look = (index: number, svg: Element) =>
    onLook(index, svg.querySelector(`[data-bin="${index}"]`));
  return {
    tabIndex: 0,
    onKeyDown: event => {
      const last = bins.length - 1;
      const now = looked ?? -1;
      const next =
        event.key === forward
          ? Math.min(last, now + 1)
          : event.key === back
            ? Math.max(0, now - 1)
            : event.key === 'Home'
              ? 0
              : event.key === 'End'
                ? last
                : null;
      if (next !== null) {
        event.preventDefault();
        event.stopPropagation();
        look(next, event.currentTarget);
      } else if (
        (event.key === 'Enter' || event.key === ' ') &&
        looked !== null &&
        onPick
      ) {
        const bar = event.currentTarget.querySelector(`[data-bin="${looked}"]`);
        if (bar) {
          event.preventDefault();
          event.stopPropagation();
          onPick(looked, bar);
        }
      } else if (event.key === 'Escape' && looked !== null) {
        event.stopPropagation();
        onLook(null, null);
      }
    },
    onBlur: () => onLook(null, null)
  };
}

function Columns(props: IBinsProps): React.ReactElement {
  const { bins, width, label, looked, onLook, reference, trans } = props;
  const roving = useRoving(props, 'ArrowRight', 'ArrowLeft');
  // What is lower takes it from the bars.
  const shift = Math.max(props.height ?? HEIGHT, LEAST) - HEIGHT;
  const floor = FLOOR + shift;
  const stripTop = STRIP_TOP + shift;
  const stripFloor = STRIP_FLOOR + shift;
  const most = Math.max(
    0.001,
    ...bins.map(b => Math.max(b.referenceShare ?? 0, b.primaryShare ?? 0))
  );
  const ticks = roundTicks(most, 4);
  const scaled = Math.max(most, ticks[ticks.length - 1] ?? 0);
  const y = (value: number) => floor - (value / scaled) * (floor - TOP);
  const right = width - 10;
  const slot = (right - LEFT) / Math.max(1, bins.length);
  const wide = Math.min(slot * 0.82, 96);
  const half = reference === null ? wide : (wide - 1) / 2;
  const mostPart = Math.max(0.05, ...bins.map(b => b.contribution ?? 0));
  const strip = (value: number) =>
    (Math.max(0, value) / mostPart) * (stripFloor - stripTop - 8);
  const whole = wholeBins(bins);
  const texts = bins.map(b => binText(b, whole));
  const longest = Math.max(...texts.map(text => text.length));
  const fits = longest * 6.1 + 4 <= slot;
  const height = reference === null ? stripTop : HEIGHT + shift;
  return (
    <svg
      {...roving}
      className="px-chart px-bins"
      width={width}
      height={height}
      role="group"
      aria-label={label}
      onPointerLeave={() => onLook(null, null)}
    >
      {ticks.map((tick, i) => (
        <g key={tick}>
          <path
            d={`M${LEFT} ${y(tick)}H${right}`}
            stroke="var(--px-grid)"
            fill="none"
          />
          <text
            className="px-axis-text"
            x={LEFT - 6}
            y={y(tick) + 3.5}
            textAnchor="end"
          >
            {i === ticks.length - 1
              ? share(tick).replace('.0', '')
              : Math.round(tick * 1000) / 10}
          </text>
        </g>
      ))}
      {bins.map((bin, i) => {
        const left = LEFT + i * slot + (slot - wide) / 2;
        const middle = LEFT + (i + 0.5) * slot;
        const part = bin.contribution ?? 0;
        return (
          <g
            key={i}
            data-bin={i}
            {...picking(props, i)}
            aria-label={[
              texts[i],
              ...binFacts(bin, props.primary, reference, trans)
            ].join(', ')}
            onPointerEnter={event => onLook(i, event.currentTarget)}
          >
            <rect
              x={LEFT + i * slot}
              width={slot}
              y={TOP}
              height={height - TOP}
              className={`px-bin-ground ${looked === i ? 'px-mod-looked' : ''}`}
            />
            {reference !== null && (
              <rect
                x={left}
                width={half}
                y={y(bin.referenceShare ?? 0)}
                height={floor - y(bin.referenceShare ?? 0)}
                fill="var(--px-reference)"
                opacity={0.82}
              />
            )}
            <rect
              x={reference === null ? left : left + half + 1}
              width={half}
              y={y(bin.primaryShare ?? 0)}
              height={floor - y(bin.primaryShare ?? 0)}
              fill="var(--px-primary)"
            />
            {fits && (
              <text
                className="px-axis-text"
                x={middle}
                y={floor + 12}
                textAnchor="middle"
              >
                {texts[i]}
              </text>
            )}
            {reference !== null && (
              <>
                <rect
                  x={left}
                  width={wide}
                  y={stripFloor - Math.max(strip(part), 0.8)}
                  height={Math.max(strip(part), 0.8)}
                  fill="var(--px-muted)"
                  opacity={0.75}
                />
                {part >= TELLING && slot > 20 && (
                  <text
                    className="px-axis-text px-mod-strong"
                    x={middle}
                    y={stripFloor - strip(part) - 3}
                    textAnchor="middle"
                  >
                    {estimate(part)}
                  </text>
                )}
              </>
            )}
          </g>
        );
      })}
      {!fits && <Edges bins={bins} slot={slot} floor={floor} />}
      {reference !== null && (
        <>
          <path
            d={`M${LEFT} ${stripFloor}H${right}`}
            stroke="var(--px-hair2)"
          />
          <text
            className="px-axis-text"
            x={LEFT - 6}
            y={stripFloor - 2}
            textAnchor="end"
          >
            {trans.__('PSI')}
          </text>
        </>
      )}
    </svg>
  );
}

/** Where there is no room for the bins' names: their ends, at the places where they meet. */
function Edges({
  bins,
  slot,
  floor
}: {
  bins: readonly IBin[];
  slot: number;
  floor: number;
}): React.ReactElement {
  const marks: React.ReactElement[] = [];
  let free = -Infinity;
  bins.forEach((bin, i) => {
    const atom = bin.kind === 'atom';
    const value = bin.lower;
    const named = bin.kind !== 'range' && !atom;
    if (value === null && !named) {
      return;
    }
    const text = named ? bin.label : measure(value);
    const x = LEFT + (i + (atom || named ? 0.5 : 0)) * slot;
    const half = (text.length * 6.1) / 2 + 3;
    if (x - half < free) {
      return;
    }
    free = x + half;
    marks.push(
      <text
        key={i}
        className="px-axis-text"
        x={x}
        y={floor + 12}
        textAnchor="middle"
      >
        {text}
      </text>
    );
  });
  return <>{marks}</>;
}

const ROW = 30;
const NAME = 132;
const PART = 78;
const LEAST_WITH_PARTS = 280;

function Rows(props: IBinsProps): React.ReactElement {
  const { bins, width, label, looked, onLook, reference, trans } = props;
  const roving = useRoving(props, 'ArrowDown', 'ArrowUp');
  const most = Math.max(
    0.001,
    ...bins.map(b => Math.max(b.referenceShare ?? 0, b.primaryShare ?? 0))
  );
  const compared = reference !== null;
  // Where there is little room, the bars have it.
  const hasParts = compared && width >= LEAST_WITH_PARTS;
  const left = Math.min(NAME, width * 0.3);
  const room = Math.max(
    30,
    width - left - (compared ? (hasParts ? PART : 0) + 124 : 64)
  );
  const x = (value: number) => (value / most) * room;
  const mostPart = Math.max(0.05, ...bins.map(b => b.contribution ?? 0));
  const letters = Math.max(4, Math.floor((left - 12) / 6.4));
  const partLeft = width - PART + 12;
  const height = bins.length * ROW + 22;
  return (
    <svg
      {...roving}
      className="px-chart px-bins"
      width={width}
      height={height}
      role="group"
      aria-label={label}
      onPointerLeave={() => onLook(null, null)}
    >
      {hasParts && (
        <text className="px-axis-text" x={partLeft} y={12}>
          {trans.__('PSI')}
        </text>
      )}
      {bins.map((bin, i) => {
        const top = 20 + i * ROW;
        const part = bin.contribution ?? 0;
        const note =
          bin.kind === 'new'
            ? trans.__('new')
            : bin.kind === 'vanished'
              ? trans.__('gone')
              : null;
        const name = bin.label === '' ? trans.__('(empty)') : bin.label;
        const shown =
          name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
        const end = Math.max(
          x(bin.primaryShare ?? 0),
          compared ? x(bin.referenceShare ?? 0) : 0
        );
        return (
          <g
            key={i}
            data-bin={i}
            {...picking(props, i)}
            aria-label={[
              name,
              ...(note ? [note] : []),
              ...binFacts(bin, props.primary, reference, trans)
            ].join(', ')}
            onPointerEnter={event => onLook(i, event.currentTarget)}
          >
            <rect
              x={0}
              width={width}
              y={top - 1}
              height={ROW}
              className={`px-bin-ground ${looked === i ? 'px-mod-looked' : ''}`}
            />
            <text
              className={`px-bin-name ${bin.kind === 'rest' ? 'px-mod-rest' : ''}`}
              x={left - 8}
              y={top + 17}
              textAnchor="end"
            >
              {shown}
            </text>
            {compared && (
              <rect
                x={left}
                width={Math.max(x(bin.referenceShare ?? 0), 0)}
                y={top + 4}
                height={9}
                fill="var(--px-reference)"
                opacity={0.82}
              />
            )}
            <rect
              x={left}
              width={Math.max(x(bin.primaryShare ?? 0), 0)}
              y={compared ? top + 14 : top + 8}
              height={compared ? 9 : 13}
              fill="var(--px-primary)"
            />
            <text className="px-axis-text" x={left + end + 6} y={top + 17}>
              {compared ? (
                <>
                  <tspan fill="var(--px-reference-text)">
                    {shortShare(bin.referenceShare)}
                  </tspan>{' '}
                  <tspan fill="var(--px-primary-text)" fontWeight={550}>
                    {shortShare(bin.primaryShare)}
                  </tspan>
                </>
              ) : (
                shortShare(bin.primaryShare)
              )}
              {note && <tspan className="px-bin-note">{` ${note}`}</tspan>}
            </text>
            {hasParts && (
              <>
                <rect
                  x={partLeft}
                  width={Math.max(0.8, (part / mostPart) * 34)}
                  y={top + 9}
                  height={9}
                  fill="var(--px-muted)"
                  opacity={0.75}
                />
                {part >= TELLING && (
                  <text
                    className="px-axis-text px-mod-strong"
                    x={partLeft + (part / mostPart) * 34 + 4}
                    y={top + 17}
                  >
                    {estimate(part)}
                  </text>
                )}
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function shortShare(value: number | null): string {
  const text = share(value);
  return text === NONE ? NONE : text.replace(/\.0(?=\D)/, '');
}
