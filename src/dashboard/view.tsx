import { Clipboard, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import { historyOf, suiteOf } from '../notebook/watch';
import {
  Banner,
  ProblemBanner,
  ReportButton,
  useInsertion,
  useSignal
} from '../views/parts';
import type { IInspection, IPhoenix } from '../tokens';
import { useAnswers } from './answers';
import { Board } from './board';
import { type IDashboard, isAnswer } from './document';
import { Head, Shared } from './head';
import { freePlace } from './layout';
import type { Live } from './live';
import type { DashboardModel } from './model';
import { titleOf } from './names';
import { drawingOf } from './tile';
import { tileVerbs, watchAll } from './tile-verbs';
import { Sentence, whereaboutsText, wrongFileText } from './words';

/** Ages are told to the minute. */
const TICK = 30_000;

export interface IDashboardViewProps {
  readonly model: DashboardModel;
  readonly live: Live;
  readonly phoenix: IPhoenix;
  /** How the file is called. */
  readonly name: string;
  readonly onRename: (name: string) => void;
  readonly openNotebook: (path: string) => void;
  /** Open the history of the monitors of a notebook. */
  readonly openHistory: (notebook: string) => void;
  /** Open the file as text. */
  readonly openText: () => void;
  readonly trans: TranslationBundle;
}

/** A dashboard: what its tiles come to, what they share, and the tiles. */
export function DashboardView(props: IDashboardViewProps): React.ReactElement {
  const { model, live, phoenix, trans } = props;
  useSignal(model.changed);
  useSignal(live.changed);
  const now = useNow();
  const { dashboard, problem, isReadOnly } = model;
  const results = useAnswers(dashboard.tiles);
  const [notice, setNotice] = React.useState<React.ReactElement | null>(null);
  const inserting = React.useRef<Insert | null>(null);
  const insert: Insert = (what, isCaredFor) =>
    inserting.current?.(what, isCaredFor);
  if (problem) {
    return (
      <div className="px-view px-dashboard">
        <Banner
          tone="error"
          actions={[
            { label: trans.__('Open as text'), onClick: props.openText }
          ]}
        >
          <b>{wrongFileText(problem, props.name, trans)}</b>{' '}
          {trans.__('The file stays as it is.')}
        </Banner>
      </div>
    );
  }
  const inspection = live.whereabouts === 'there' ? live.inspection : null;
  const path = live.notebook;
  const { primary, reference, tiles } = dashboard;
  const drawn = tiles.flatMap(tile => {
    const drawing = drawingOf(tile, results.get(tile.id) ?? null, trans);
    return drawing ? [{ title: titleOf(tile, trans), drawing }] : [];
  });
  const standings = drawn.flatMap(({ drawing: { standing } }) =>
    standing ? [standing] : []
  );
  const beside = drawn.flatMap(({ title, drawing }) =>
    drawing.beside ? [{ title, what: drawing.beside }] : []
  );
  const where = live.whereabouts;
  const notebook = path === null ? null : PathExt.basename(path);
  const gone =
    primary !== null && notebook !== null
      ? whereaboutsText(where, notebook, primary, reference, trans)
      : null;
  const answered = tiles.filter(isAnswer);
  const old = answered.filter(tile => tile.last && !live.isFresh(tile)).length;
  const chooseFrames = (
    change: Pick<Partial<IDashboard>, 'primary' | 'reference'>
  ): void => {
    const front = path ?? phoenix.path;
    model.change({
      ...change,
      notebook:
        dashboard.notebook ?? (front === null ? null : live.named(front))
    });
  };
  return (
    <div
      className="px-view px-dashboard"
      tabIndex={-1}
      onKeyDown={event => undoOn(event, model)}
    >
      {inspection && (
        <Insertion
          inspection={inspection}
          insert={inserting}
          onNotice={setNotice}
          trans={trans}
        />
      )}
      {live.problem ? (
        <ProblemBanner
          error={live.problem}
          actions={[
            {
              label: trans.__('Try again'),
              onClick: () => void live.refresh()
            }
          ]}
        />
      ) : gone !== null ? (
        <Banner
          tone="info"
          actions={
            where === 'closed' && path !== null
              ? [
                  {
                    label: trans.__('Open %1', notebook ?? ''),
                    onClick: () => props.openNotebook(path)
                  }
                ]
              : []
          }
        >
          {gone}
        </Banner>
      ) : inspection?.stale ? (
        <Banner
          tone="warn"
          actions={[
            {
              label: trans.__('Refresh'),
              onClick: () => void live.refresh()
            }
          ]}
        >
          {inspection.stale.message}
        </Banner>
      ) : null}
      <div className="px-view-head">
        <Head
          model={model}
          live={live}
          name={props.name}
          onRename={props.onRename}
          notebook={notebook}
          onNotebook={path === null ? null : () => props.openNotebook(path)}
          onFrames={chooseFrames}
          onText={() =>
            model.add({
              id: UUID.uuid4().slice(0, 8),
              title: '',
              place: freePlace(model.layout, 4, 4),
              text: trans.__('Write here what is to be known.')
            })
          }
          onRefresh={() => void live.refresh()}
          report={
            <ReportButton
              inspection={inspection}
              obstacle={
                inspection === null
                  ? trans.__(
                      'A report is of the dataframes: press Refresh first'
                    )
                  : dashboard.where.length > 0 || dashboard.between
                    ? trans.__(
                        'A report is of all rows: lift the conditions first'
                      )
                    : null
              }
              insertion={{ insert, busy: false }}
              trans={trans}
            />
          }
          trans={trans}
        />
        <div className="px-sentence" role="status">
          <Sentence
            standings={standings}
            beside={beside}
            failed={answered.filter(tile => live.asking(tile)?.error).length}
            trans={trans}
          />{' '}
          <span className="px-muted">
            {old > 0 && where === 'there'
              ? trans._n(
                  '%1 tile is of an earlier time: Refresh asks it again.',
                  '%1 tiles are of an earlier time: Refresh asks them again.',
                  old
                )
              : ''}
          </span>
        </div>
        <Shared model={model} live={live} trans={trans} />
      </div>
      {tiles.length === 0 ? (
        <div className="px-empty" role="status">
          <b>{trans.__('Nothing is pinned yet.')}</b>
          <span>
            {isReadOnly
              ? ''
              : trans.__(
                  'Inspect the dataframes of a notebook, and choose Pin to dashboard… in a view of them or in the menu of a column.'
                )}
          </span>
        </div>
      ) : (
        <div className="px-dashboard-scroll">
          <Tiles
            {...props}
            inspection={inspection}
            insert={insert}
            results={results}
            now={now}
          />
        </div>
      )}
      {notice && <div className="px-dashboard-notice">{notice}</div>}
      {answered.length > 0 && notebook !== null && (
        <Foot
          notebook={notebook}
          reference={reference}
          onHistory={() => path !== null && props.openHistory(path)}
          hasSeries={answered.some(
            ({ recipe, last }) => recipe.kind === 'time_series' && last
          )}
          onWatch={
            inspection &&
            (() =>
              void watchAll(answered, results, dashboard, inspection, trans))
          }
          trans={trans}
        />
      )}
    </div>
  );
}

function Tiles(
  props: IDashboardViewProps & {
    readonly inspection: IInspection | null;
    readonly insert: Insert;
    readonly results: ReturnType<typeof useAnswers>;
    readonly now: number;
  }
): React.ReactElement {
  const { model, live, inspection, insert, results, trans } = props;
  return (
    <Board
      model={model}
      live={live}
      results={results}
      now={props.now}
      actions={{
        refresh: id => void live.refresh([id]),
        edit: (id, change) => model.edit(id, change),
        remove: id => model.remove(id),
        verbs: tile =>
          inspection
            ? tileVerbs(
                tile,
                results.get(tile.id) ?? null,
                model.dashboard,
                inspection,
                insert,
                trans
              )
            : []
      }}
      trans={trans}
    />
  );
}

/** How all of it is watched without a notebook, and what the windows of series are. */
function Foot(props: {
  readonly notebook: string;
  readonly reference: string | null;
  readonly hasSeries: boolean;
  readonly onHistory: () => void;
  /** Put the tiles into the suite; null while the dataframes are not there. */
  readonly onWatch: (() => void) | null;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { notebook, reference, hasSeries, onWatch, trans } = props;
  const line = `phoenix-lab check ${suiteOf(notebook)} --primary new.parquet --reference reference.parquet --history ${historyOf(notebook)}`;
  return (
    <div className="px-dashboard-foot">
      <span>
        <button
          type="button"
          className="px-link"
          aria-disabled={onWatch === null || reference === null}
          title={trans.__(
            'Add a monitor of each tile to %1, beside the notebook',
            suiteOf(notebook)
          )}
          onClick={() => reference !== null && onWatch?.()}
        >
          {trans.__('Watch these tiles')}
        </button>
        {trans.__('so that')}
        <button
          type="button"
          className="px-link px-code"
          title={trans.__('Copy: %1', line)}
          aria-label={trans.__('Copy the command line %1', line)}
          onClick={() => {
            Clipboard.copyToSystem(line);
            Notification.success(trans.__('The line is on the clipboard.'), {
              autoClose: 4000
            });
          }}
        >
          {`phoenix-lab check ${suiteOf(notebook)}`}
        </button>
        {trans.__('checks them from the command line: exit code 1 is an alarm')}
        <button
          type="button"
          className="px-link"
          title={trans.__(
            'What became of each monitor in each window: %1',
            historyOf(notebook)
          )}
          onClick={props.onHistory}
        >
          {trans.__('Monitors through time')}
        </button>
      </span>
      <span className="px-spacer" />
      {hasSeries && <Legend reference={reference} trans={trans} />}
    </div>
  );
}

/** What the windows of series are. */
function Legend({
  reference,
  trans
}: {
  readonly reference: string | null;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  return (
    <>
      <span>
        <i className="px-window px-mod-over" />
        {trans.__('over')}
      </span>
      {reference !== null && (
        <span>
          <i className="px-window px-mod-inside" />
          {trans.__('over the limit, but inside the band or undecided')}
        </span>
      )}
      <span>
        <i className="px-window" />
        {trans.__('within')}
      </span>
      {reference !== null && (
        <span>
          <i className="px-dashboard-band" />
          {trans.__('95 % of windows of %1', reference)}
        </span>
      )}
    </>
  );
}

type Insert = ReturnType<typeof useInsertion>['insert'];

/** Inserts cells while there are dataframes to name in them. */
function Insertion({
  inspection,
  insert,
  onNotice,
  trans
}: {
  readonly inspection: IInspection;
  readonly insert: React.MutableRefObject<Insert | null>;
  readonly onNotice: (notice: React.ReactElement | null) => void;
  readonly trans: TranslationBundle;
}): null {
  const insertion = useInsertion(inspection, trans);
  insert.current = insertion.insert;
  const { notice } = insertion;
  React.useEffect(() => onNotice(notice), [notice, onNotice]);
  return null;
}

/** The time, as often as ages need it. */
function useNow(): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), TICK);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

function undoOn(event: React.KeyboardEvent, model: DashboardModel): void {
  const target = event.target as HTMLElement;
  if (
    !(event.ctrlKey || event.metaKey) ||
    event.altKey ||
    target.matches('input, textarea')
  ) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) {
    model.undo();
  } else if (key === 'y' || (key === 'z' && event.shiftKey)) {
    model.redo();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
