import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, isoSpan } from '../../charts/format';
import { aboutText, lookOf } from '../../model/alike';
import type { IInspection } from '../../tokens';
import { ALPHA } from '../column/facts';
import {
  AnalysisProblem,
  EmbedDialog,
  emptySet,
  InsertButton,
  JobStrip,
  NoRows,
  ofColumn,
  Picker,
  PinButton,
  ReportButton,
  pinVerbs,
  RoleMenu,
  watchVerbs,
  rowsOf,
  SearchBox,
  Segmented,
  SetPair,
  StaleBanner,
  toggled,
  useAnalysis,
  useAttempt,
  useInsertion,
  useLanding,
  usePointed,
  useSignal,
  type Verdict,
  StandingLink,
  useStanding
} from '../parts';
import {
  arrange,
  BY_VERDICT,
  judge,
  judgeAll,
  type Filter,
  type ISort
} from './arrange';
import { RoleReasons } from './cells';
import { summaryFacts } from './facts';
import { summaryRows } from './rows';
import { OverviewSkeleton } from './skeleton';
import { OneFrame } from './one-frame';
import { RoleHint } from './role-hint';
import { OverviewTable } from './table';
import { unitChoices } from './unit';
import { UnitNote } from './unit-note';
import { RenamedNotice } from './renamed';
import { Untested } from './untested';
import { segmentsOf } from './segments';
import { SetLegend } from './set-legend';
import { tallyOf } from './tally';
import { emptyText, Sentence } from './words';
import {
  qualityFacts,
  qualityRows,
  QualitySentence,
  QualityTable
} from '../quality';

export interface IOverviewProps {
  inspection: IInspection;
  trans: TranslationBundle;
}

/** What of the columns is looked at: whether they drifted, or what is wrong with them. */
type Face = 'drift' | 'quality';

/** What changed, column by column. */
export function OverviewView({
  inspection,
  trans
}: IOverviewProps): React.ReactElement {
  useSignal(inspection.changed);
  const root = React.useRef<HTMLDivElement>(null);
  const grid = React.useRef<HTMLDivElement>(null);
  useLanding(root);
  const openUnits = React.useRef<(() => void) | null>(null);
  const { primary, reference, unit } = inspection;
  const reasons = React.useMemo(
    () => new Map(primary.columns.map(c => [c.name, c.reason])),
    [primary.columns]
  );
  const compared = reference !== null;
  const state = useAnalysis(inspection, { kind: 'summary', unit });
  const { result, error, pending } = state;
  const insertion = useInsertion(inspection, trans);
  const [face, setFace] = React.useState<Face>('drift');
  const checks = useAnalysis(
    inspection,
    face === 'quality' ? { kind: 'quality', unit } : null
  );
  const quality = React.useMemo(
    () =>
      checks.result && {
        rows: qualityRows(checks.result),
        facts: qualityFacts(checks.result)
      },
    [checks.result]
  );
  const [asked, setAsked] = React.useState<{
    readonly column: string;
    readonly row: Element;
  } | null>(null);
  const roles = useAttempt(inspection, trans);
  const [embedded, setEmbedded] = React.useState<{
    readonly column: string | null;
    readonly row: Element;
  } | null>(null);
  const askedColumn = primary.columns.find(
    ({ name }) => name === asked?.column
  );

  const rows = React.useMemo(
    () => (result ? summaryRows(result) : []),
    [result]
  );
  const facts = React.useMemo(
    () => (result ? summaryFacts(result) : null),
    [result]
  );

  // While the handle moves, the limit is ours; when it is let go, everybody's.
  const [moving, setMoving] = React.useState<number | null>(null);
  const limit = moving ?? inspection.limit;
  // Thousands of verdicts may come a moment after the handle.
  const judgedAt = React.useDeferredValue(limit);
  const [search, setSearch] = React.useState('');
  // What a person looks for stays as it was typed.
  const [pointed, setPointed] = React.useState<{
    readonly column: string;
  } | null>(null);
  usePointed(inspection, null, ({ quality }) => {
    setFace(quality ? 'quality' : 'drift');
    setPointed(quality?.column ? { column: quality.column } : null);
  });
  const [filter, setFilter] = React.useState<Filter>('all');
  const [sort, setSort] = React.useState<ISort>(BY_VERDICT);
  const [folded, setFolded] = React.useState<ReadonlySet<Verdict>>(new Set());

  const alpha = facts?.alpha ?? 0.05;
  const judged = React.useMemo(
    () => (facts ? judgeAll(rows, facts, judgedAt, compared) : []),
    [rows, facts, judgedAt, compared]
  );
  const wanted = React.useDeferredValue(search);
  const { lines, counts } = React.useMemo(
    () => arrange(judged, wanted, filter, sort, folded, compared),
    [judged, wanted, filter, sort, folded, compared]
  );
  const standing = useStanding(inspection);
  const totals = React.useMemo(
    () => tallyOf(judged, facts?.alpha ?? ALPHA),
    [judged, facts]
  );

  const insert = insertion.insert;
  const onInsertColumn = React.useCallback(
    (column: string) => insert({ kind: 'distribution', column, unit }),
    [insert, unit]
  );
  const onOpen = React.useCallback(
    (column: string) => inspection.openColumn(column),
    [inspection]
  );
  /** Put the focus where the arrows walk through the lines. */
  const toLines = () =>
    (
      root.current?.querySelector<HTMLElement>('.px-quality [tabindex="0"]') ??
      grid.current
    )?.focus();
  const sets = useAttempt(inspection, trans);

  // What could not be read stands in the table, with its problem.
  const untested = React.useMemo(() => {
    const shown = new Set(judged.map(item => item.row.column));
    return facts?.untested.filter(item => !shown.has(item.column)) ?? [];
  }, [facts, judged]);
  const spanOf = (set: 'primary' | 'reference') =>
    isoSpan(facts?.[set]?.span ?? inspection[set]?.span ?? null);
  const segments = segmentsOf(counts, compared, trans);
  const showTable = facts !== null;
  const told = face === 'quality' ? quality?.facts : facts;
  const sizes = {
    primary: told?.primary?.rows ?? null,
    reference: told?.reference?.rows ?? null
  };
  const isEmpty = compared && emptySet({ rows: sizes }) !== null;

  return (
    <div
      ref={root}
      className="px-view px-overview"
      tabIndex={-1}
      aria-busy={pending}
      onKeyDown={event => {
        if (
          event.target === event.currentTarget &&
          (event.key === 'ArrowDown' || event.key === 'ArrowUp')
        ) {
          event.preventDefault();
          toLines();
        }
      }}
    >
      <StaleBanner inspection={inspection} trans={trans} />
      {sets.notice}
      {face === 'drift' && facts && (
        <RenamedNotice
          inspection={inspection}
          renamed={facts.renamed}
          onInsert={insert}
          trans={trans}
        />
      )}
      {error && (
        <AnalysisProblem error={error} retry={state.retry} trans={trans} />
      )}
      {face === 'quality' && checks.error && (
        <AnalysisProblem
          error={checks.error}
          retry={checks.retry}
          trans={trans}
        />
      )}
      <header className="px-view-head">
        <div className="px-view-line">
          <SetPair
            primary={{
              name: primary.name,
              ...rowsOf(inspection, 'primary'),
              span: spanOf('primary')
            }}
            reference={
              reference && {
                name: reference.name,
                ...rowsOf(inspection, 'reference'),
                span: spanOf('reference')
              }
            }
            onSwap={() => sets.attempt(inspection.swap())}
            trans={trans}
          />
          {!reference && inspection.candidates.length > 0 && (
            <Picker<string>
              label={trans.__('Compare with')}
              shown="…"
              value=""
              choices={inspection.candidates.map(frame => ({
                value: frame.ref,
                label: frame.names[0] ?? frame.type,
                detail: aboutText(frame, lookOf(primary), trans)
              }))}
              onChange={ref => {
                const frame = inspection.candidates.find(f => f.ref === ref);
                sets.attempt(
                  inspection.compare({ ref, name: frame?.names[0] })
                );
              }}
            />
          )}
          <span className="px-spacer" />
          {compared && (
            <Picker<string | null>
              label={trans.__('Unit')}
              icon="settings"
              quiet
              code={unit !== null}
              value={unit}
              choices={unitChoices(rows, facts, unit, trans)}
              onChange={value => {
                inspection.unit = value;
              }}
              opener={openUnits}
            />
          )}
          <ReportButton
            inspection={inspection}
            obstacle={
              inspection.where.length > 0
                ? trans.__('A report is of all rows: lift the conditions first')
                : null
            }
            insertion={insertion}
            trans={trans}
          />
          <PinButton
            inspection={inspection}
            pin={{
              recipe: { kind: face === 'quality' ? 'quality' : 'summary', unit }
            }}
            trans={trans}
          />
          <InsertButton
            busy={insertion.busy}
            onInsert={() =>
              insert({ kind: face === 'quality' ? 'quality' : 'summary', unit })
            }
            trans={trans}
          />
        </div>
        <div className="px-sentence" role="status">
          {face === 'quality' && quality && !isEmpty && (
            <QualitySentence {...quality} trans={trans} />
          )}
          {reference?.ref === primary.ref && inspection.where.length === 0 && (
            <b>
              {trans.__(
                '%1 is compared with itself: nothing can differ. ',
                primary.name
              )}
            </b>
          )}
          {isEmpty && (
            <NoRows rows={sizes} inspection={inspection} trans={trans} />
          )}
          {face === 'drift' && showTable && compared && !isEmpty && (
            <Sentence
              counts={totals}
              rows={rows}
              facts={facts}
              limit={judgedAt}
              verdictOf={row => judge(row, judgedAt, alpha)}
              onQuality={column =>
                inspection.point({ view: null, quality: { column } })
              }
              standing={
                standing.length > 0 ? (
                  <StandingLink
                    standing={standing}
                    inspection={inspection}
                    trans={trans}
                  />
                ) : undefined
              }
              trans={trans}
            />
          )}
          {face === 'drift' && showTable && !compared && (
            <OneFrame
              rows={rows}
              empty={primary.n_rows === 0}
              name={primary.name}
              trans={trans}
            />
          )}
          {face === 'quality' && !quality && (
            <span className="px-muted">
              {checks.error
                ? trans.__('No numbers yet.')
                : trans.__('Looking into the values…')}
            </span>
          )}
          {face === 'drift' && !showTable && (
            <span className="px-muted">
              {error
                ? trans.__('No numbers yet.')
                : compared
                  ? trans.__(
                      'Comparing %1 columns of %2 with %3…',
                      count(primary.columns.length),
                      primary.name,
                      reference.name
                    )
                  : trans.__(
                      'Looking at %1 columns of %2…',
                      count(primary.columns.length),
                      primary.name
                    )}
            </span>
          )}
        </div>
        <RoleHint
          inspection={inspection}
          attempt={roles.attempt}
          trans={trans}
        />
      </header>
      <div className="px-overview-tools">
        <SearchBox
          value={search}
          onChange={text => {
            setSearch(text);
            setPointed(null);
          }}
          label={trans.__('Find a column')}
          scope={root}
          onLeave={toLines}
          trans={trans}
        />
        <Segmented<Face>
          label={trans.__('Look at')}
          value={face}
          segments={[
            {
              value: 'drift',
              label: compared ? trans.__('Drift') : trans.__('Columns')
            },
            { value: 'quality', label: trans.__('Quality') }
          ]}
          onChange={next => {
            setFace(next);
            setPointed(null);
          }}
        />
        {face === 'drift' && showTable && (
          <>
            <Segmented<Filter>
              label={trans.__('Show')}
              value={filter}
              segments={segments}
              onChange={setFilter}
            />
            {compared && (
              <SetLegend primary={primary.name} reference={reference.name} />
            )}
            <span className="px-spacer" />
            {compared && (
              <UnitNote
                facts={facts}
                unit={unit}
                onUse={column => {
                  inspection.unit = column;
                }}
                trans={trans}
              />
            )}
          </>
        )}
      </div>
      {face === 'quality' && checks.pending && (
        <div className="px-overview-again">
          <JobStrip
            event={checks.event}
            title={trans.__('Looking into the values')}
            onCancel={checks.cancel}
            trans={trans}
          />
        </div>
      )}
      {face === 'quality' && quality && (
        <QualityTable
          {...quality}
          inspection={inspection}
          onInsert={insert}
          search={wanted}
          pointed={pointed}
          onOpen={onOpen}
          trans={trans}
        />
      )}
      {face === 'drift' && pending && result && (
        <div className="px-overview-again">
          <JobStrip
            event={state.event}
            title={trans.__('Computing again; until then the old numbers stay')}
            onCancel={state.cancel}
            trans={trans}
          />
        </div>
      )}
      {face === 'quality' ? null : showTable ? (
        <RoleReasons.Provider value={reasons}>
          <OverviewTable
            lines={lines}
            judged={judged}
            facts={facts}
            compared={compared}
            limit={limit}
            onLimit={setMoving}
            onLimitCommit={value => {
              inspection.limit = value;
              setMoving(null);
            }}
            sort={sort}
            onSort={setSort}
            onFold={verdict => setFolded(old => toggled(old, verdict))}
            onOpen={onOpen}
            onInsert={onInsertColumn}
            onRole={(column, row) => setAsked({ column, row })}
            onUnit={() => openUnits.current?.()}
            gridRef={grid}
            empty={emptyText(rows, primary.name, wanted, trans)}
            trans={trans}
          />
        </RoleReasons.Provider>
      ) : (
        <OverviewSkeleton
          columns={primary.columns}
          event={state.event}
          pending={!error}
          onCancel={state.cancel}
          onOpen={onOpen}
          search={wanted}
          trans={trans}
        />
      )}
      {face === 'drift' && compared && facts && untested.length > 0 && (
        <Untested
          untested={untested}
          rows={rows}
          onOpen={onOpen}
          trans={trans}
        />
      )}
      {insertion.notice}
      {roles.notice}
      {asked && askedColumn && (
        <RoleMenu
          column={askedColumn}
          columns={primary.columns}
          isCorrected={primary.corrections.some(
            ({ column }) => column === askedColumn.name
          )}
          anchor={asked.row}
          trans={trans}
          onChoose={said =>
            roles.attempt(inspection.correct(askedColumn.name, said))
          }
          onEmbed={column => setEmbedded({ column, row: asked.row })}
          verbs={[
            ...watchVerbs(
              inspection,
              ofColumn(askedColumn, inspection.limit),
              insertion.insert,
              trans
            ),
            ...pinVerbs(askedColumn, inspection, asked.row, trans)
          ]}
          onClose={() => {
            setAsked(null);
            grid.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {embedded && (
        <EmbedDialog
          inspection={inspection}
          column={embedded.column}
          anchor={embedded.row}
          trans={trans}
          onEmbed={insertion.insert}
          onClose={() => {
            setEmbedded(null);
            grid.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );
}
