import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isoSpan } from '../charts/format';
import { SetChip } from '../views/parts';
import { summaryFacts } from '../views/overview/facts';
import { summaryRows } from '../views/overview/rows';
import { ColumnSection } from './column';
import { Compared, madeText } from './compared';
import type { IContents } from './contents';
import { FindingsSection } from './findings';
import { LeftOut } from './left-out';
import { MapSection } from './map';
import { Overview } from './overview';
import { PerformanceSection } from './performance';
import { columnId, mapId } from './places';
import { Recipes } from './recipes';
import { useTheme } from './theme';

/** A part of the report, with its head and its place in the list of contents. */
interface IPart {
  readonly id: string;
  readonly title: string;
  readonly content: React.ReactNode;
}

/** The whole report. */
export function Document({
  contents,
  trans
}: {
  contents: IContents;
  trans: TranslationBundle;
}): React.ReactElement {
  const [theme, setTheme] = useTheme();
  const { primary, reference } = contents;
  const facts = React.useMemo(
    () => summaryFacts(contents.summary.result),
    [contents]
  );
  const rows = React.useMemo(
    () => summaryRows(contents.summary.result),
    [contents]
  );
  // A finding may open a map with one of its clusters picked.
  const [picked, setPicked] = React.useState<{
    readonly embedding: string;
    readonly cluster: number;
  } | null>(null);
  const parts: (IPart | false)[] = [
    {
      id: 'compared',
      title: reference
        ? trans.__('What was compared')
        : trans.__('What was looked at'),
      content: <Compared contents={contents} facts={facts} trans={trans} />
    },
    {
      id: 'findings',
      title: trans.__('Findings'),
      content: (
        <FindingsSection
          contents={contents}
          onCluster={(embedding, cluster) => setPicked({ embedding, cluster })}
          trans={trans}
        />
      )
    },
    {
      id: 'overview',
      title: trans.__('Columns'),
      content: (
        <Overview contents={contents} facts={facts} rows={rows} trans={trans} />
      )
    },
    contents.columns.length > 0 && {
      id: 'columns',
      title: reference
        ? trans.__('Columns that drifted or stand out')
        : trans.__('Columns that stand out'),
      content: contents.columns.map((section, i) => (
        <ColumnSection
          key={section.column}
          id={columnId(i)}
          section={section}
          contents={contents}
          rows={rows}
          trans={trans}
        />
      ))
    },
    contents.maps.length > 0 && {
      id: 'maps',
      title: trans._n(
        'Map of embeddings',
        'Maps of embeddings',
        contents.maps.length
      ),
      content: contents.maps.map((section, i) => (
        <MapSection
          key={section.embedding}
          id={mapId(i)}
          section={section}
          contents={contents}
          asked={picked?.embedding === section.embedding ? picked : null}
          trans={trans}
        />
      ))
    },
    contents.performance !== null && {
      id: 'performance',
      title: trans.__('Performance'),
      content: (
        <PerformanceSection answered={contents.performance} trans={trans} />
      )
    },
    {
      id: 'left-out',
      title: trans.__('What was left out'),
      content: (
        <LeftOut contents={contents} facts={facts} rows={rows} trans={trans} />
      )
    },
    {
      id: 'recipes',
      title: trans.__('Recipes'),
      content: <Recipes contents={contents} trans={trans} />
    }
  ];
  const shown = parts.filter((part): part is IPart => part !== false);
  return (
    <div className="px-view px-report">
      <a className="px-report-skip" href="#findings">
        {trans.__('To the findings')}
      </a>
      <header className="px-report-head">
        <div className="px-report-width">
          <h1>{contents.title}</h1>
          <span className="px-sets">
            <SetChip
              set="primary"
              name={primary.name}
              rows={primary.rows}
              span={isoSpan(facts.primary?.span ?? null)}
              trans={trans}
            />
            {reference && (
              <SetChip
                set="reference"
                name={reference.name}
                rows={reference.rows}
                span={isoSpan(facts.reference?.span ?? null)}
                trans={trans}
              />
            )}
          </span>
          <span className="px-report-made">{madeText(contents.made)}</span>
          <span className="px-spacer" />
          <button
            type="button"
            className="px-button"
            onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
          >
            {theme === 'dark' ? trans.__('Light') : trans.__('Dark')}
          </button>
          <button
            type="button"
            className="px-button"
            onClick={() => window.print()}
          >
            {trans.__('Print')}
          </button>
        </div>
      </header>
      <nav className="px-report-nav" aria-label={trans.__('Contents')}>
        <ol className="px-report-width">
          {shown.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ol>
      </nav>
      <main className="px-report-width">
        {shown.map(({ id, title, content }) => (
          <section key={id} id={id} aria-labelledby={`${id}-head`}>
            <h2 id={`${id}-head`}>{title}</h2>
            {content}
          </section>
        ))}
      </main>
      <footer className="px-report-width px-report-foot">
        <details>
          <summary>
            {trans.__(
              'Made by phoenix_lab %1, under the Apache licence 2.0, with the work of others',
              contents.version
            )}
          </summary>
          <pre className="px-report-code" tabIndex={0}>
            {contents.licences}
          </pre>
        </details>
      </footer>
    </div>
  );
}
