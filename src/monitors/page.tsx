import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { HistoryStatus, WindowStatus } from '../api/contract';
import { asProblem, type ProblemError } from '../api/problem';
import { NONE } from '../charts/format';
import { ageText, dateText } from '../dashboard/age';
import { monitorsIcon } from '../icons';
import { Glyph, ProblemBanner, useSize } from '../views/parts';
import {
  gridOf,
  type IGrid,
  type IRow,
  lastChecked,
  MOST_SHOWN,
  totalsOf
} from './grid';
import { cellFacts, cellText, stateText, valueText, windowText } from './words';

export interface IMonitorsPageProps {
  /** How the file is called. */
  readonly name: string;
  readonly read: (signal: AbortSignal) => Promise<HistoryStatus>;
  /** Another number each time that the file is to be read again. */
  readonly turn: number;
  readonly trans: TranslationBundle;
}

/** What became of monitors through time: each monitor and window. */
export function MonitorsPage(props: IMonitorsPageProps): React.ReactElement {
  const { name, read, turn, trans } = props;
  const [again, setAgain] = React.useState(0);
  const [status, setStatus] = React.useState<HistoryStatus | null>(null);
  const [problem, setProblem] = React.useState<ProblemError | null>(null);
  const [isReading, setReading] = React.useState(true);
  React.useEffect(() => {
    const abort = new AbortController();
    setReading(true);
    read(abort.signal)
      .then(
        found => {
          setStatus(found);
          setProblem(null);
        },
        (error: unknown) => {
          if (!abort.signal.aborted) {
            setProblem(asProblem(error));
          }
        }
      )
      .finally(() => {
        if (!abort.signal.aborted) {
          setReading(false);
        }
      });
    return () => abort.abort();
  }, [read, turn, again]);
  const refresh = (): void => setAgain(n => n + 1);
  return (
    <div className="px-view px-monitors" tabIndex={-1}>
      {problem && (
        <ProblemBanner
          error={problem}
          actions={[{ label: trans.__('Try again'), onClick: refresh }]}
        />
      )}
      <div className="px-view-head">
        <div className="px-view-line">
          <monitorsIcon.react tag="span" width="17px" height="17px" />
          <h2>{trans.__('Monitors')}</h2>
          <span className="px-muted px-code">{name}</span>
          <span className="px-spacer" />
          <button
            type="button"
            className="px-button"
            title={trans.__('Read the history again')}
            aria-disabled={isReading}
            onClick={() => !isReading && refresh()}
          >
            <Glyph name="refresh" />
            {isReading ? trans.__('Reading…') : trans.__('Refresh')}
          </button>
        </div>
        {status && <Sentence status={status} trans={trans} />}
      </div>
      {status && <Grid status={status} trans={trans} />}
    </div>
  );
}

function Sentence({
  status,
  trans
}: {
  readonly status: HistoryStatus;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { rows } = gridOf(status, 1);
  const totals = totalsOf(rows);
  const checked = lastChecked(rows);
  const rest = (['well', 'not enough data', 'could not run'] as const)
    .filter(state => totals[state] > 0)
    .map(state =>
      state === 'well'
        ? trans._n('%1 is well', '%1 are well', totals.well)
        : state === 'could not run'
          ? trans.__('%1 could not run', totals[state])
          : trans._n(
              '%1 has not enough data',
              '%1 have not enough data',
              totals[state]
            )
    );
  return (
    <div className="px-sentence" role="status">
      {rows.length === 0 ? (
        trans.__('No monitor has been checked with this history yet.')
      ) : (
        <>
          <b>
            {totals.alarm > 0
              ? trans._n(
                  '%1 monitor is an alarm',
                  '%1 monitors are an alarm',
                  totals.alarm
                )
              : trans.__('No monitor is an alarm')}
          </b>
          {rest.length > 0 && `, ${rest.join(', ')}`}
          {'. '}
          {checked !== null && (
            <time
              className="px-muted"
              dateTime={checked}
              title={dateText(checked)}
            >
              {trans.__(
                'Last checked %1.',
                ageText(checked, Date.now(), trans)
              )}
            </time>
          )}
        </>
      )}
    </div>
  );
}

/** Room, in px, of what stands beside the windows, and of a window. */
const BESIDE = 690;
const WIDE = 13;
const LEAST = 8;

function Grid({
  status,
  trans
}: {
  readonly status: HistoryStatus;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const [measured, size] = useSize<HTMLDivElement>();
  const most = Math.max(
    LEAST,
    Math.min(MOST_SHOWN, Math.floor((size.width - BESIDE) / WIDE))
  );
  const grid = React.useMemo(() => gridOf(status, most), [status, most]);
  const { windows, rows, earlier } = grid;
  /** The window that is looked at, and whether the keys are there. */
  const [at, setAt] = React.useState<readonly [number, number] | null>(null);
  const [row, column] = at ?? [0, windows.length - 1];
  const table = React.useRef<HTMLTableElement>(null);
  const go = (to: readonly [number, number]): void => {
    const [r, c] = to;
    if (r >= 0 && r < rows.length && c >= 0 && c < windows.length) {
      setAt(to);
      table.current
        ?.querySelector<HTMLElement>(`[data-cell="${r} ${c}"]`)
        ?.focus();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const to = (
      {
        ArrowLeft: [row, column - 1],
        ArrowRight: [row, column + 1],
        ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column],
        Home: [row, 0],
        End: [row, windows.length - 1]
      } as Readonly<Record<string, readonly [number, number]>>
    )[event.key];
    if (to && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      go(to);
    }
  };
  const seen = at ? rows.at(row) : undefined;
  return (
    <>
      <div className="px-monitors-scroll" ref={measured}>
        {rows.length > 0 && (
          <table
            ref={table}
            className="px-monitors-table"
            aria-label={trans.__('Monitors and their windows')}
          >
            <thead>
              <tr>
                <th scope="col">{trans.__('monitor')}</th>
                <th scope="col">{trans.__('now')}</th>
                <th scope="col">{trans.__('last value')}</th>
                <th scope="col">
                  <Ends grid={grid} earlier={earlier} trans={trans} />
                </th>
                <th scope="col">{trans.__('alarm from')}</th>
                <th scope="col">{trans.__('change most likely began')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one, r) => (
                <Line
                  key={r}
                  row={one}
                  index={r}
                  windows={windows}
                  active={r === row ? column : null}
                  onLook={c => setAt([r, c])}
                  onKeyDown={onKeyDown}
                  trans={trans}
                />
              ))}
            </tbody>
          </table>
        )}
        {status.left_out > 0 && (
          <p className="px-muted">
            {trans._n(
              '%1 more monitor is in the history.',
              '%1 more monitors are in the history.',
              status.left_out
            )}
          </p>
        )}
      </div>
      {rows.length > 0 && (
        <div className="px-dashboard-foot px-monitors-foot">
          <p className="px-monitors-facts">
            {seen
              ? factsText(seen, windows[column].window, column, trans)
              : trans.__(
                  'Point at a window, or go to it with the arrow keys, to read what it came to.'
                )}
          </p>
          <span className="px-spacer" />
          {STATES.map(state => (
            <span key={state}>
              <i className={`px-status px-mod-${classOf(state)}`} />
              {stateText(state, trans)}
            </span>
          ))}
          <span>
            <i className="px-status px-mod-nothing px-mod-began" />
            {trans.__('change most likely began')}
          </span>
        </div>
      )}
    </>
  );
}

const STATES = ['alarm', 'well', 'not enough data', 'could not run'] as const;

function classOf(state: WindowStatus['state'] | null): string {
  return state === null ? 'nothing' : state.replace(/ /g, '-');
}

function factsText(
  { series, cells }: IRow,
  window: string,
  column: number,
  trans: TranslationBundle
): string {
  const cell = cells[column];
  const head = cellText(series, window, cell, trans);
  return cell ? [head, ...cellFacts(cell, trans)].join(' · ') : head;
}

/** The first and the last window that are shown. */
function Ends({
  grid: { windows },
  earlier,
  trans
}: {
  readonly grid: IGrid;
  readonly earlier: number;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  return (
    <span className="px-monitors-ends" style={{ width: windows.length * WIDE }}>
      <span
        title={
          earlier > 0
            ? trans._n('%1 earlier window', '%1 earlier windows', earlier)
            : undefined
        }
      >
        {earlier > 0 && '… '}
        {windowText(windows[0].window)}
      </span>
      {windows.length > 12 && (
        <span>{windowText(windows[windows.length - 1].window)}</span>
      )}
    </span>
  );
}

function Line(props: {
  readonly row: IRow;
  readonly index: number;
  readonly windows: IGrid['windows'];
  /** The window that Tab comes to; null where that is in another row. */
  readonly active: number | null;
  readonly onLook: (column: number) => void;
  readonly onKeyDown: React.KeyboardEventHandler;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { row, index, windows, active, onLook, onKeyDown, trans } = props;
  const { series, cells, now, alarm } = row;
  return (
    <tr className={series.is_former ? 'px-mod-former' : undefined}>
      <th scope="row" title={`${series.suite}: ${series.monitor}`}>
        {series.monitor}
        <small>
          {series.is_former
            ? trans.__('%1, as it was defined before', series.suite)
            : series.severity === 'warning'
              ? trans.__('%1, warning', series.suite)
              : series.suite}
        </small>
      </th>
      <td>
        <StateMark state={now.state} trans={trans} />
      </td>
      <td className="px-monitors-value">
        {valueText(now, trans) ?? <span title={now.why ?? ''}>{NONE}</span>}
      </td>
      <td>
        <span className="px-monitors-strip" onKeyDown={onKeyDown}>
          {cells.map((cell, c) => (
            <button
              key={c}
              type="button"
              data-cell={`${index} ${c}`}
              className={`px-status px-mod-${classOf(cell?.state ?? null)} ${
                alarm?.since === windows[c].window ? 'px-mod-began' : ''
              }`}
              tabIndex={c === active ? 0 : -1}
              aria-label={[
                cellText(series, windows[c].window, cell, trans),
                ...(cell ? cellFacts(cell, trans) : [])
              ].join(', ')}
              onFocus={() => onLook(c)}
              onPointerEnter={() => onLook(c)}
            />
          ))}
        </span>
      </td>
      <td
        title={alarm ? trans.__('judged %1', dateText(alarm.from.checked)) : ''}
      >
        {alarm ? windowText(alarm.from.window) : NONE}
      </td>
      <td>{alarm && alarm.since !== null ? windowText(alarm.since) : NONE}</td>
    </tr>
  );
}

function StateMark({
  state,
  trans
}: {
  readonly state: WindowStatus['state'];
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const look =
    state === 'alarm' ? 'drift' : state === 'well' ? 'none' : 'undecided';
  return (
    <span
      className={`px-verdict px-mod-${look} ${
        state === 'could not run' ? 'px-mod-failed' : ''
      }`}
    >
      {state === 'well' && <Glyph name="check" size={12} />}
      {state === 'not enough data' && <Glyph name="unknown" size={13} />}
      {state === 'could not run' && <Glyph name="warning" size={13} />}
      {stateText(state, trans)}
    </span>
  );
}
