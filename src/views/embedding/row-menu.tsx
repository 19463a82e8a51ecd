import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IMapPoints } from '../../charts/map';
import { poolsOf, rowSelection } from '../../model/after';
import type { IAfter, IInspection, ISelection } from '../../tokens';
import { type IChoice, Menu } from '../parts';
import type { RowReader } from './rows';
import { similarChoices } from './verbs';

/** A point that a menu was asked for, and where on the screen. */
export interface IRowMenu {
  readonly point: number;
  readonly x: number;
  readonly y: number;
}

interface IRowMenuProps {
  menu: IRowMenu;
  /** "prod, row 17". */
  label: string;
  /** Name of the point's cluster; null when it is in none. */
  cluster: string | null;
  /** Whether its text can be copied. */
  text: boolean;
  onSimilar: () => void;
  /** To look for its like in other dataframes. */
  elsewhere: readonly IChoice<IAfter>[];
  onElsewhere: (after: IAfter) => void;
  onCluster: () => void;
  onReveal: () => void;
  onCopy: () => void;
  onClose: () => void;
  trans: TranslationBundle;
}

/** What can be done with one row. */
function RowMenu(props: IRowMenuProps): React.ReactElement {
  const { menu, trans } = props;
  const anchor = React.useMemo(
    () => ({ getBoundingClientRect: () => new DOMRect(menu.x, menu.y, 0, 0) }),
    [menu]
  );
  const does = {
    similar: props.onSimilar,
    cluster: props.onCluster,
    reveal: props.onReveal,
    copy: props.onCopy
  };
  return (
    <Menu<keyof typeof does | IAfter>
      anchor={anchor}
      label={props.label}
      note={props.label}
      choices={[
        {
          value: 'similar',
          label: trans.__('Find similar rows'),
          detail: trans.__('The nearest by their vectors, of both sets (N)')
        },
        ...props.elsewhere,
        ...(props.cluster === null
          ? []
          : [
              {
                value: 'cluster' as const,
                label: trans.__('Select its cluster'),
                detail: props.cluster
              }
            ]),
        { value: 'reveal', label: trans.__('Show it on the map') },
        ...(props.text
          ? [{ value: 'copy' as const, label: trans.__('Copy its text') }]
          : [])
      ]}
      onChoose={value =>
        typeof value === 'string' ? does[value]() : props.onElsewhere(value)
      }
      onClose={props.onClose}
    />
  );
}

/** What can be done with the row of a point. */
export function PointMenu(props: {
  readonly inspection: IInspection;
  readonly embedding: string;
  readonly map: IMapPoints;
  readonly menu: IRowMenu;
  /** Name of the point's cluster; null when it is in none. */
  readonly cluster: string | null;
  readonly reader: RowReader;
  readonly onSimilar: () => void;
  readonly onInsert: (selection: ISelection) => void;
  readonly onCluster: () => void;
  readonly onReveal: () => void;
  readonly onClose: () => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { inspection, embedding, map, menu, trans } = props;
  const set = map.primary[menu.point] ? 'primary' : 'reference';
  const row = map.row[menu.point];
  const text = props.reader.get(set, row)?.text ?? null;
  return (
    <RowMenu
      menu={menu}
      label={trans.__('%1, row %2', inspection[set]?.name ?? '', row)}
      cluster={props.cluster}
      text={text !== null}
      onSimilar={props.onSimilar}
      elsewhere={similarChoices(
        poolsOf(inspection, embedding, 1, [set]),
        embedding,
        trans
      )}
      onElsewhere={after =>
        props.onInsert({ ...rowSelection(inspection, set, row), after })
      }
      onCluster={props.onCluster}
      onReveal={props.onReveal}
      onCopy={() => Clipboard.copyToSystem(text ?? '')}
      onClose={props.onClose}
      trans={trans}
    />
  );
}
