import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, NONE, pValue, share } from '../../charts/format';
import type { IInspection, Insertable } from '../../tokens';
import {
  asking,
  atPointer,
  Glyph,
  type IAnchor,
  type IVerb,
  KindIcon,
  RowsMenu,
  toggled,
  useRoving,
  watchVerbs
} from '../parts';
import {
  conditionsOf,
  shareOf,
  STATUSES,
  watchedOf,
  type ICounted,
  type IQualityFacts,
  type IQualityRow,
  type Status
} from './facts';
import {
  changeText,
  checkText,
  detailText,
  rowLabel,
  statusDetail,
  statusText,
  unsureText
} from './words';

/** Rows of a group that are drawn at first. */
const MOST = 200;

export interface IQualityTableProps {
  rows: readonly IQualityRow[];
  facts: IQualityFacts;
  /** What columns are looked for. */
  search: string;
  /** The column that somebody pointed at: in sight, whatever is looked for. */
  pointed: { readonly column: string } | null;
  onOpen: (column: string) => void;
  inspection: IInspection;
  onInsert: (what: Insertable) => void;
  trans: TranslationBundle;
}

/** Every check that found something, those that changed first. */
export function QualityTable(props: IQualityTableProps): React.ReactElement {
  const { rows, facts, search, pointed, trans } = props;
  const compared = facts.reference !== null;
  const wanted = search.trim().toLowerCase();
  const shown = rows.filter(
    row =>
      wanted === '' ||
      row.column === pointed?.column ||
      (row.column ?? trans.__('Whole rows')).toLowerCase().includes(wanted) ||
      checkText(row, facts, trans).toLowerCase().includes(wanted)
  );
  // What does not matter is there to be looked up, not to be read.
  const [folded, setFolded] = React.useState<ReadonlySet<Status>>(
    new Set<Status>(['same'])
  );
  const [whole, setWhole] = React.useState<ReadonlySet<Status>>(new Set());
  const flip = (status: Status) => setFolded(old => toggled(old, status));
  // Of a narrow table two columns are hidden: what spans all must not bring them back as empty ones.
  const width = compared ? 4 : 3;
  const table = React.useRef<HTMLTableElement>(null);
  const roving = useRoving(table);
  React.useEffect(() => {
    table.current
      ?.querySelector('.px-mod-pointed')
      ?.scrollIntoView?.({ block: 'center' });
  }, [pointed]);
  if (shown.length === 0) {
    return (
      <p className="px-quality-none px-muted">
        {wanted === ''
          ? trans.__('Nothing was found.')
          : trans.__('Nothing was found for “%1”.', search.trim())}
      </p>
    );
  }
  return (
    <div className="px-quality">
      <table
        ref={table}
        aria-label={trans.__('Checks of the data')}
        {...roving}
      >
        <thead>
          <tr>
            <th scope="col">{trans.__('column')}</th>
            <th scope="col" className="px-mod-check">
              {trans.__('what')}
            </th>
            {compared && (
              <th scope="col" className="px-mod-number px-code">
                {facts.reference?.name}
              </th>
            )}
            <th scope="col" className="px-mod-number px-code">
              {facts.primary?.name}
            </th>
            {compared && (
              <>
                <th scope="col" className="px-mod-number px-mod-change">
                  {trans.__('change')}
                </th>
                <th
                  scope="col"
                  className="px-mod-number px-mod-p"
                  title={facts.adjusted ?? undefined}
                >
                  {trans.__('adj. p')}
                </th>
              </>
            )}
          </tr>
        </thead>
        {STATUSES.map(status => {
          const group = shown.filter(row => row.status === status);
          if (group.length === 0) {
            return null;
          }
          const at = group.findIndex(row => row.column === pointed?.column);
          const open = !folded.has(status) || wanted !== '' || at >= 0;
          const some =
            whole.has(status) || at >= MOST ? group : group.slice(0, MOST);
          return (
            <tbody key={status}>
              <tr className="px-quality-group">
                <th colSpan={width} scope="rowgroup">
                  <button
                    type="button"
                    aria-expanded={open}
                    onClick={() => flip(status)}
                  >
                    <Glyph name={open ? 'down' : 'right'} size={11} />
                    {statusText(status, compared, trans)}
                    <b>{count(group.length)}</b>
                    <em>{statusDetail(status, facts, trans)}</em>
                  </button>
                </th>
              </tr>
              {open &&
                some.map((row, i) => (
                  <Row {...props} key={i} row={row} compared={compared} />
                ))}
              {open && some.length < group.length && (
                <tr>
                  <td colSpan={width}>
                    <button
                      type="button"
                      className="px-link"
                      onClick={() => setWhole(new Set([...whole, status]))}
                    >
                      {trans.__(
                        'Show %1 more',
                        count(group.length - some.length)
                      )}
                    </button>
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

function Row(
  props: IQualityTableProps & {
    row: IQualityRow;
    compared: boolean;
  }
): React.ReactElement {
  const { row, compared, facts, inspection, onOpen, trans } = props;
  const [anchor, setAnchor] = React.useState<IAnchor | null>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const { column } = row;
  const where = inspection.where.map(({ condition }) => condition);
  const conditions = conditionsOf(row, where);
  const detail = detailText(row);
  const change = changeText(row);
  const why = unsureText(row, facts, trans);
  const isOpenable =
    column !== null && !['only_reference', 'unreadable'].includes(row.check);
  const verbs: IVerb[] = [
    ...(isOpenable
      ? [
          {
            label: trans.__('Open %1', column),
            apart: conditions.length > 0,
            onChoose: () => onOpen(column)
          }
        ]
      : []),
    ...watchVerbs(
      inspection,
      watchedOf(row, inspection.primary.columns, inspection.limit),
      props.onInsert,
      trans
    )
  ];
  const isAsked = conditions.length > 0 || verbs.length > 0;
  return (
    <tr
      className={`px-quality-row px-mod-${row.status} ${isAsked ? 'px-mod-asked' : ''} ${
        column !== null && column === props.pointed?.column
          ? 'px-mod-pointed'
          : ''
      }`}
      onClick={event => {
        const at = event.target as Element;
        // What is in a menu of the row is a part of it to React, but not on the page.
        if (
          isAsked &&
          event.currentTarget.contains(at) &&
          !at.closest('button')
        ) {
          setAnchor(atPointer(event));
        }
      }}
      {...(isAsked ? asking(setAnchor) : {})}
    >
      <th scope="row">
        {column === null ? (
          <span className="px-muted">{trans.__('Whole rows')}</span>
        ) : isOpenable ? (
          <button
            type="button"
            className="px-quality-name"
            title={column}
            aria-label={rowLabel(row, facts, trans)}
            onClick={() => onOpen(column)}
          >
            <KindIcon kind={row.kind ?? 'other'} size={14} />
            <span className="px-code">{column}</span>
          </button>
        ) : (
          <span className="px-quality-name" title={column}>
            <KindIcon kind={row.kind ?? 'other'} size={14} />
            <span className="px-code">{column}</span>
          </span>
        )}
      </th>
      <td className="px-mod-check" title={detail || undefined}>
        {isAsked ? (
          <button
            ref={button}
            type="button"
            className="px-quality-rows"
            aria-haspopup="listbox"
            aria-label={
              conditions.length > 0
                ? trans.__('Rows: %1', rowLabel(row, facts, trans))
                : trans.__('What to do: %1', rowLabel(row, facts, trans))
            }
            onClick={event => setAnchor(event.currentTarget)}
          >
            {checkText(row, facts, trans)}
          </button>
        ) : (
          checkText(row, facts, trans)
        )}
        {anchor && (
          <RowsMenu
            anchor={anchor}
            inspection={inspection}
            chosen={conditions.map(condition => ({ condition }))}
            about={rowLabel(row, facts, trans)}
            verbs={verbs}
            counts={{
              primary: row.primary?.count ?? null,
              reference: row.reference?.count ?? null
            }}
            only={conditions[0]?.set ?? undefined}
            onInsert={props.onInsert}
            onClose={() => {
              setAnchor(null);
              button.current?.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        )}
        {detail && <span className="px-muted">{detail}</span>}
      </td>
      {compared && <Share counted={row.reference} set="reference" />}
      <Share counted={row.primary} set="primary" />
      {compared && (
        <>
          <td className="px-mod-number px-mod-change">
            {/* An interval is not parted by a line. */}
            {change?.replace(', ', ',\u00a0') ?? (
              <span className="px-faint">{NONE}</span>
            )}
            {why !== null && <span className="px-quality-why">{why}</span>}
          </td>
          <td className="px-mod-number px-mod-p">
            {row.pAdjusted === null ? (
              <span className="px-faint">{NONE}</span>
            ) : (
              pValue(row.pAdjusted)
            )}
          </td>
        </>
      )}
    </tr>
  );
}

function Share({
  counted,
  set
}: {
  counted: ICounted | null;
  set: 'primary' | 'reference';
}): React.ReactElement {
  const part = shareOf(counted);
  if (counted === null || part === null) {
    return (
      <td className="px-mod-number">
        <span className="px-faint">{NONE}</span>
      </td>
    );
  }
  return (
    <td className="px-mod-number">
      <span className={`px-quality-share px-mod-${set}`}>{share(part)}</span>{' '}
      <span className="px-muted">{count(counted.count)}</span>
    </td>
  );
}
