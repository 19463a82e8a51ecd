import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type IAnchor, TextPopup } from '../parts';
import type { ICluster } from './facts';
import type { INamed } from './named';

/** The longest name of a cluster. */
const LONGEST = 80;

/** Ask for other names of clusters. */
export function useRenaming(
  clusters: readonly ICluster[],
  rename: INamed['rename'],
  trans: TranslationBundle
): {
  /** Ask for the name of a cluster, beside this. */
  readonly onRename: (cluster: number, anchor: HTMLElement) => void;
  readonly popup: React.ReactElement | null;
} {
  const [asked, setAsked] = React.useState<{
    readonly cluster: number;
    readonly anchor: HTMLElement;
  } | null>(null);
  const onRename = React.useCallback(
    (cluster: number, anchor: HTMLElement) => setAsked({ cluster, anchor }),
    []
  );
  const cluster = clusters.find(c => c.cluster === asked?.cluster);
  return {
    onRename,
    popup:
      asked && cluster ? (
        <RenamePopup
          anchor={asked.anchor}
          cluster={cluster}
          onName={name => rename(cluster.cluster, name)}
          onClose={() => setAsked(null)}
          trans={trans}
        />
      ) : null
  };
}

interface IRenameProps {
  anchor: IAnchor;
  cluster: ICluster;
  onName: (name: string | null) => void;
  onClose: () => void;
  trans: TranslationBundle;
}

/** Asks what a cluster is to be called. */
function RenamePopup({
  cluster: { name, found },
  onName,
  onClose,
  anchor,
  trans
}: IRenameProps): React.ReactElement {
  return (
    <TextPopup
      anchor={anchor}
      name={name}
      label={trans.__('Rename cluster')}
      field={
        found === undefined
          ? trans.__('Name of the cluster')
          : trans.__('Name of the cluster, found as %1', found)
      }
      action={trans.__('Rename')}
      read={text => text.replace(/\s+/g, ' ').trim()}
      isGood={text => text !== '' && text.length <= LONGEST}
      problem={trans.__('One to %1 characters.', LONGEST)}
      onName={text => onName(text === (found ?? name) ? null : text)}
      onClose={onClose}
    >
      {found !== undefined && (
        <button
          type="button"
          className="px-button px-mod-quiet"
          onClick={() => {
            onName(null);
            onClose();
          }}
        >
          {trans.__('Use the found name')}
        </button>
      )}
    </TextPopup>
  );
}
