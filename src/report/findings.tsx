import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../charts/format';
import { findingsFacts, type IFinding, readFindings } from '../model/findings';
import { verdictInSentence, verdictText } from '../views/parts';
import { FindingText, numbersOf } from '../views/panel/finding-text';
import type { IContents } from './contents';
import { placeOf } from './places';

interface IProps {
  contents: IContents;
  /** A finding about a cluster was followed. */
  onCluster: (embedding: string, cluster: number) => void;
  trans: TranslationBundle;
}

/** What stands out, in sentences. */
export function FindingsSection(props: IProps): React.ReactElement {
  const { contents, trans } = props;
  const { findings } = contents;
  const found = React.useMemo(
    () => (findings ? readFindings(findings.result) : []),
    [findings]
  );
  if (!findings) {
    return (
      <p>
        {contents.primary.rows === 0
          ? trans.__('There are no rows to look through.')
          : trans.__('Not looked through.')}
      </p>
    );
  }
  const facts = findingsFacts(findings.result);
  const sure = found.filter(([first]) => first.stands);
  const open = found.filter(([first]) => !first.stands);
  return (
    <>
      <p className="px-sentence">
        <b>
          {sure.length === 0
            ? trans.__('Nothing stands out')
            : trans._n('%1 finding stands', '%1 findings stand', sure.length)}
        </b>
        {open.length > 0 &&
          `, ${trans.__('%1 more %2', count(open.length), verdictInSentence('moved', trans))}`}
        {'. '}
        <span className="px-muted">
          {trans._n('%2 test', '%2 tests', facts.looked, count(facts.looked))}
          {facts.adjusted !== null &&
            trans.__('; p is corrected %1', facts.adjusted)}
          .
        </span>
      </p>
      {sure.length > 0 && (
        <List {...props} label={trans.__('Findings that stand')} found={sure} />
      )}
      {open.length > 0 && (
        <>
          <h3>{verdictText('moved', trans)}</h3>
          <List {...props} label={verdictText('moved', trans)} found={open} />
        </>
      )}
    </>
  );
}

function List({
  found,
  label,
  ...props
}: IProps & {
  found: readonly (readonly IFinding[])[];
  label: string;
}): React.ReactElement {
  return (
    <ol className="px-findings px-report-findings" aria-label={label}>
      {found.map(([first, ...others]) => (
        <li key={first.finding}>
          <Face {...props} face={first} />
          {others.length > 0 && (
            <details>
              <summary>
                {props.trans._n(
                  'seen in %1 other way',
                  'seen in %1 other ways',
                  others.length
                )}
              </summary>
              <ul className="px-finding-faces">
                {others.map(face => (
                  <li key={face.sentence}>
                    <Face {...props} face={face} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Face({
  face,
  contents,
  onCluster,
  trans
}: IProps & { face: IFinding }): React.ReactElement {
  const numbers = numbersOf(
    face,
    {
      primary: contents.primary.name,
      reference: contents.reference?.name ?? null
    },
    trans
  );
  const place =
    face.opens === 'performance'
      ? contents.performance && 'performance'
      : placeOf(contents, face.column);
  const text = <FindingText words={face.words} numbers={numbers} />;
  const { column, cluster } = face;
  return (
    <div className={`px-finding ${face.stands ? '' : 'px-mod-look'}`}>
      <span className="px-finding-mark" aria-hidden="true" />
      {place === null ? (
        <span className="px-report-finding">{text}</span>
      ) : (
        <a
          className="px-report-finding"
          href={`#${place}`}
          onClick={() => {
            if (column !== null && cluster !== null) {
              onCluster(column, cluster);
            }
          }}
        >
          {text}
        </a>
      )}
    </div>
  );
}
