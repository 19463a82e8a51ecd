import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Findings } from '../../api/contract';
import { count } from '../../charts/format';
import {
  chosenOf,
  findingsFacts,
  type IFinding,
  type IFindingsFacts,
  openFinding,
  readFindings,
  underGivenName
} from '../../model/findings';
import type {
  IInspection,
  Insertable,
  IPhoenix,
  ISelection
} from '../../tokens';
import {
  asking,
  conditionRows,
  DirectionMenu,
  Glyph,
  type IAnchor,
  RowsMenu,
  stageLabel,
  steeringVerbs,
  useAnalysis,
  useSignal,
  verdictInSentence,
  verdictText,
  watchVerbs
} from '../parts';
import { FindingText, numbersOf } from './finding-text';
import { Section } from './section';
import { watchedOf } from './watched';

/** Findings that are listed at first. */
const SHOWN = 5;
/** Height of the head and of a finding. */
const LEAST = 150;
/** Seconds that nothing is left out for. */
const LONG = 3600;

interface IProps {
  readonly phoenix: IPhoenix;
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
  readonly onInsert: (what: Insertable) => void;
  /** Do what takes a while, and say why it failed. */
  readonly onAttempt: (work: Promise<unknown>) => void;
}

/** What stands out in the sets, found in the background once they are inspected. */
export function FindingsSection(props: IProps): React.ReactElement {
  const { phoenix, inspection, trans } = props;
  useSignal(phoenix.worked);
  useSignal(inspection.changed);
  // The rows of a finding that is looked at are no reason to look for others.
  const { unit, limit, whereBefore: where, primary, reference } = inspection;
  // What is asked for by hand: the rest, or all of it where nothing is looked for by itself.
  const [asked, setAsked] = React.useState<'rest' | 'all' | null>(null);
  const [isWhole, setWhole] = React.useState(false);
  const [stopped, setStopped] = React.useState<string | null>(null);
  const subject = JSON.stringify([
    primary.id,
    reference?.id,
    unit,
    limit,
    where
  ]);
  React.useEffect(() => setAsked(null), [primary.id, reference?.id]);
  const recipe: Findings = {
    kind: 'findings',
    unit,
    limit,
    where: where.map(({ condition }) => condition),
    ...(asked === 'rest' ? { budget: LONG } : {})
  };
  // The overview comes first: its numbers are the first that are looked at.
  const isInspected = inspection.analyses.some(
    ({ recipe: { kind }, event }) =>
      kind === 'summary' && event.state === 'done'
  );
  const isWanted =
    stopped !== subject &&
    (asked !== null || (phoenix.findsByItself && isInspected));
  const state = useAnalysis(inspection, isWanted ? recipe : null);
  useOnlyOne(inspection, subject);
  const { result, event, error, pending } = state;
  const found = React.useMemo(
    () =>
      result && {
        findings: readFindings(result),
        facts: findingsFacts(result)
      },
    [result]
  );
  const hidden =
    found && !isWhole ? Math.max(0, found.findings.length - SHOWN) : 0;
  const look = (how: 'rest' | 'all'): void => {
    setStopped(null);
    setAsked(how);
  };
  // Above findings that stay until there are others it would move these and all below.
  const progress = isWanted && pending && (
    <Progress
      stage={stageLabel(event?.stage ?? '', trans)}
      fraction={event?.fraction ?? 0}
      isShort={found !== null}
      onStop={() => {
        setStopped(subject);
        state.cancel();
      }}
      trans={trans}
    />
  );
  return (
    <Section
      title={trans.__('Findings')}
      least={found && found.findings.length > 0 ? [LEAST, 24] : undefined}
      detail={
        found && found.facts.stand > 0
          ? hidden > 0
            ? trans.__(
                '%1 of %2 shown',
                count(found.findings.length - hidden),
                count(found.findings.length)
              )
            : trans._n('%1 stands', '%1 stand', found.facts.stand)
          : undefined
      }
      actions={
        progress && found ? (
          progress
        ) : hidden > 0 ? (
          <button
            type="button"
            className="px-link"
            aria-label={trans.__('Show all findings')}
            onClick={() => setWhole(true)}
          >
            {trans.__('Show all')}
          </button>
        ) : undefined
      }
    >
      {!found && progress}
      {isWanted && error && !pending && (
        <p className="px-section-note">
          {trans.__('Could not be looked through: %1', error.message)}{' '}
          <button type="button" className="px-link" onClick={state.retry}>
            {trans.__('Look again')}
          </button>
        </p>
      )}
      {!isWanted && (
        <p className="px-section-note">
          {stopped === subject
            ? trans.__('Stopped.')
            : phoenix.findsByItself
              ? trans.__(
                  'What stands out in %1 is listed here once its overview is there.',
                  primary.name
                )
              : trans.__('Not looked through.')}{' '}
          {(stopped === subject || !phoenix.findsByItself) && (
            <button
              type="button"
              className="px-link"
              onClick={() => look('all')}
            >
              {trans.__('Look through')}
            </button>
          )}
        </p>
      )}
      {found && (
        <div className={pending ? 'px-mod-old' : ''}>
          <Found
            {...props}
            {...found}
            isWhole={isWhole}
            onWhole={() => setWhole(true)}
            onRest={() => look('rest')}
          />
        </div>
      )}
    </Section>
  );
}

/** Of the questions what stands out only the last one is worth the time. */
function useOnlyOne(inspection: IInspection, subject: string): void {
  const before = React.useRef(subject);
  React.useEffect(() => {
    if (before.current === subject) {
      return;
    }
    before.current = subject;
    inspection.analyses
      .filter(
        ({ recipe, event }) =>
          recipe.kind === 'findings' && event.state === 'running'
      )
      .slice(0, -1)
      .forEach(analysis => analysis.cancel());
  }, [inspection, subject]);
}

function Progress(props: {
  readonly stage: string;
  readonly fraction: number;
  /** Whether there is only room for how far it is. */
  readonly isShort: boolean;
  readonly onStop: () => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { stage, fraction, trans } = props;
  const percent = Math.round(fraction * 100);
  return (
    <div className="px-finding-work">
      <span
        role="progressbar"
        aria-label={trans.__('Looking for findings')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${stage}, ${percent} %`}
      >
        {!props.isShort && <>{trans.__('Looking: %1', stage)} · </>}
        {percent}&nbsp;%
      </span>
      <button
        type="button"
        className="px-link"
        aria-label={trans.__('Stop looking for findings')}
        onClick={props.onStop}
      >
        {trans.__('Stop')}
      </button>
    </div>
  );
}

function Found(
  props: IProps & {
    readonly findings: readonly (readonly IFinding[])[];
    readonly facts: IFindingsFacts;
    readonly isWhole: boolean;
    readonly onWhole: () => void;
    readonly onRest: () => void;
  }
): React.ReactElement {
  const { inspection, findings, facts, isWhole, trans } = props;
  const sure = findings.filter(([first]) => first.stands);
  const open = findings.filter(([first]) => !first.stands);
  const most = isWhole ? findings.length : SHOWN;
  const moved = verdictInSentence('moved', trans);
  const late = facts.leftOut.filter(({ why }) => why === 'time');
  const list = (some: readonly (readonly IFinding[])[], label: string) =>
    some.length > 0 && (
      <ul className="px-findings" aria-label={label}>
        {some.map(faces => (
          <Finding key={faces[0].finding} {...props} faces={faces} />
        ))}
      </ul>
    );
  const shown = sure.slice(0, most);
  const looks = open.slice(0, Math.max(0, most - shown.length));
  const hidden = findings.length - shown.length - looks.length;
  if (inspection.primary.n_rows === 0) {
    return (
      <p className="px-section-note" role="status">
        {trans.__('There are no rows to look through.')}
      </p>
    );
  }
  return (
    <>
      <p
        className="px-section-note"
        role="status"
        title={facts.adjusted ?? undefined}
      >
        {sure.length === 0 && (
          <b>
            {inspection.primary.variable === null
              ? // Of a part of a dataframe this says nothing of the whole.
                trans.__('Nothing stands out in %1.', inspection.primary.name)
              : trans.__('Nothing stands out.')}{' '}
          </b>
        )}
        {trans.__('%1 looked at', count(facts.looked))}
        {sure.length > 0 &&
          `, ${trans._n('%1 stands', '%1 stand', sure.length)}`}
        {open.length > 0 &&
          `, ${
            sure.length > 0
              ? trans.__('%1 more %2', open.length, moved)
              : trans.__('%1 %2', open.length, moved)
          }`}
        .
      </p>
      {facts.correlated !== null &&
        facts.correlated !== inspection.unit &&
        sure.length > 0 && (
          <p className="px-section-note">
            {trans.__(
              'Rows of one %1 are alike: as single rows they make much look sure.',
              facts.correlated
            )}{' '}
            <button
              type="button"
              className="px-link"
              onClick={() => {
                inspection.unit = facts.correlated;
              }}
            >
              {trans.__('Use it as unit')}
            </button>
          </p>
        )}
      {list(shown, trans.__('Findings that stand'))}
      {looks.length > 0 && (
        <h4 className="px-finding-group">
          {verdictText('moved', trans)}
          <span>{trans.__('the interval spans what matters')}</span>
        </h4>
      )}
      {list(looks, verdictText('moved', trans))}
      {hidden > 0 && (
        <p className="px-section-note">
          <button type="button" className="px-link" onClick={props.onWhole}>
            {trans.__('Show %1 more', count(hidden))}
          </button>
        </p>
      )}
      {findings.length > 0 && facts.adjusted !== null && (
        <p className="px-section-note">
          {trans.__(
            'Adj. p is corrected %1; a view corrects over its own tests, so p differs there.',
            facts.adjusted
          )}
        </p>
      )}
      {facts.leftOut.length > 0 && (
        <p className="px-section-note">
          {trans.__(
            'Not looked at: %1.',
            facts.leftOut
              .map(({ what, why }) =>
                why === 'time' ? what : `${what} (${why})`
              )
              .join('; ')
          )}{' '}
          {late.length > 0 && (
            <button type="button" className="px-link" onClick={props.onRest}>
              {trans.__('Take the time')}
            </button>
          )}
        </p>
      )}
    </>
  );
}

/** One finding, with its further faces. */
function Finding(
  props: IProps & { readonly faces: readonly IFinding[] }
): React.ReactElement {
  const { faces, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const id = React.useId();
  const [first, ...others] = faces;
  return (
    <li>
      <Face {...props} face={first} />
      {others.length > 0 && (
        <button
          type="button"
          className="px-link px-finding-more"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Glyph name={isOpen ? 'down' : 'right'} size={10} />
          {trans._n(
            'seen in %1 other way',
            'seen in %1 other ways',
            others.length
          )}
        </button>
      )}
      {isOpen && (
        <ul id={id} className="px-finding-faces">
          {others.map(face => (
            <li key={face.sentence}>
              <Face {...props} face={face} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Face(props: IProps & { readonly face: IFinding }): React.ReactElement {
  const { inspection, trans } = props;
  const face = underGivenName(props.face, inspection);
  const [anchor, setAnchor] = React.useState<IAnchor | null>(null);
  const [steered, setSteered] = React.useState<ISelection | null>(null);
  const more = React.useRef<HTMLButtonElement>(null);
  const numbers = numbersOf(
    face,
    {
      primary: inspection.primary.name,
      reference: inspection.reference?.name ?? null
    },
    trans
  );
  const chosen = face.where.map(condition => chosenOf(face, condition));
  const set = face.where[0]?.set ?? 'primary';
  const rows = (): ISelection =>
    conditionRows(
      chosen,
      [{ set, n: face.counts[set] }],
      inspection,
      trans,
      undefined,
      inspection.whereBefore
    );
  const verbs = [
    ...watchVerbs(
      inspection,
      watchedOf(face, inspection),
      props.onInsert,
      trans,
      inspection.whereBefore
    ),
    ...(anchor && chosen.length > 0 && inspection[set]
      ? steeringVerbs(
          inspection,
          rows(),
          after => props.onInsert({ ...rows(), after }),
          () =>
            props.onAttempt(
              inspection.kept.whole(rows()).then(whole => setSteered(whole))
            ),
          trans
        )
      : [])
  ];
  const isAsked = face.where.length > 0 || verbs.length > 0;
  return (
    <div
      className={`px-finding ${face.stands ? '' : 'px-mod-look'}`}
      {...(isAsked ? asking(setAnchor) : {})}
    >
      <button
        type="button"
        className="px-finding-open"
        aria-label={[
          face.sentence,
          ...numbers,
          face.stands ? trans.__('stands') : verdictText('moved', trans)
        ].join(', ')}
        onClick={() => openFinding(face, inspection)}
      >
        <span className="px-finding-mark" aria-hidden="true" />
        <FindingText words={face.words} numbers={numbers} />
      </button>
      {isAsked && (
        <button
          ref={more}
          type="button"
          className="px-icon-button"
          aria-haspopup="listbox"
          aria-label={
            face.where.length > 0
              ? trans.__('Rows: %1', face.sentence)
              : trans.__('What to do: %1', face.sentence)
          }
          title={
            face.where.length > 0
              ? trans.__('Rows, and what to watch')
              : trans.__('What to watch')
          }
          onClick={event => setAnchor(event.currentTarget)}
        >
          <Glyph name="more" size={13} />
        </button>
      )}
      {anchor && (
        <RowsMenu
          anchor={anchor}
          inspection={inspection}
          chosen={chosen}
          counts={face.counts}
          // Whatever finding is looked at: its rows are not this one's.
          base={inspection.whereBefore}
          only={face.where[0]?.set ?? undefined}
          about={face.sentence}
          verbs={verbs}
          onInsert={props.onInsert}
          onClose={() => {
            setAnchor(null);
            more.current?.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
      {steered && more.current && (
        <DirectionMenu
          anchor={more.current}
          inspection={inspection}
          selection={steered}
          onAfter={after => props.onInsert({ ...rows(), after })}
          onClose={() => {
            setSteered(null);
            more.current?.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
    </div>
  );
}
