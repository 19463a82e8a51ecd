import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import { count } from '../../charts/format';
import type { Tool } from '../../charts/map';
import { Glyph, type IChoice, Picker, Popup, SearchBox } from '../parts';
import type { ICarriers } from './carriers';
import { MapGlyph, type MapGlyphName } from './glyphs';

/** How the map is made; null leaves it to the server. */
export interface IMapParameters {
  readonly n_neighbors: number;
  readonly min_dist: number;
  readonly min_cluster_size: number | null;
  /** The rows that the map is of; null is all of them. */
  readonly anchor: NonNullable<EmbeddingMap['anchor']> | null;
}

export interface IToolbarProps {
  tool: Tool;
  onTool: (tool: Tool) => void;
  canUndo: boolean;
  onUndo: () => void;
  onFit: () => void;
  /** Name of the text column; null when there is none to search. */
  text: string | null;
  query: string;
  onQuery: (query: string) => void;
  searching: boolean;
  onLeaveSearch: () => void;
  scope: React.RefObject<HTMLElement>;
  colour: string;
  colours: readonly IChoice<string>[];
  onColour: (key: string) => void;
  /** What colours by drift, once it is known. */
  carriers: ICarriers | null;
  onCarriers: () => void;
  parameters: IMapParameters;
  /** Name of the set to compare with. */
  reference: string | null;
  onParameters: (parameters: IMapParameters) => void;
  /** In narrow places the clusters are in a drawer. */
  onClusters: (() => void) | null;
  clustersOpen: boolean;
  trans: TranslationBundle;
}

export function MapToolbar(props: IToolbarProps): React.ReactElement {
  const { tool, onTool, trans } = props;
  const group = React.useRef<HTMLDivElement>(null);
  const tools: { value: Tool; label: string; keys: string }[] = [
    { value: 'lasso', label: trans.__('Lasso'), keys: 'L' },
    { value: 'rectangle', label: trans.__('Rectangle'), keys: 'R' },
    { value: 'pan', label: trans.__('Pan'), keys: 'Space' }
  ];
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step =
      event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      event.stopPropagation();
      const now = tools.findIndex(t => t.value === tool);
      const next = (now + step + tools.length) % tools.length;
      onTool(tools[next].value);
      (group.current?.children[next] as HTMLElement | undefined)?.focus();
    }
  };
  return (
    <div className="px-map-toolbar" role="toolbar" aria-label={trans.__('Map')}>
      {props.onClusters && (
        <IconButton
          icon="list"
          label={trans.__('Clusters')}
          pressed={props.clustersOpen}
          onClick={props.onClusters}
        />
      )}
      <div
        ref={group}
        className="px-map-tools"
        role="radiogroup"
        aria-label={trans.__('What dragging does')}
        onKeyDown={onKeyDown}
      >
        {tools.map(({ value, label, keys }) => (
          <button
            key={value}
            type="button"
            role="radio"
            aria-checked={tool === value}
            aria-label={label}
            aria-keyshortcuts={keys}
            title={`${label}  ${keys}`}
            tabIndex={tool === value ? 0 : -1}
            onClick={() => onTool(value)}
          >
            <MapGlyph name={value} />
          </button>
        ))}
      </div>
      <IconButton
        icon="undo"
        label={trans.__('Undo')}
        keys="Control+Z"
        disabled={!props.canUndo}
        onClick={props.onUndo}
      />
      <IconButton
        icon="fit"
        label={trans.__('Show the whole map')}
        keys="0"
        onClick={props.onFit}
      />
      {props.text !== null && (
        <div className="px-map-search" aria-busy={props.searching}>
          <SearchBox
            value={props.query}
            onChange={props.onQuery}
            label={trans.__('Search the text')}
            scope={props.scope}
            onLeave={props.onLeaveSearch}
            trans={trans}
          />
        </div>
      )}
      <span className="px-spacer" />
      <Picker<string>
        label={trans.__('Colour')}
        value={props.colour}
        choices={props.colours}
        onChange={props.onColour}
        code={props.colour.startsWith('column:')}
      />
      {props.carriers && (
        <>
          <span className="px-muted px-map-told" title={props.carriers.title}>
            {props.carriers.told}
          </span>
          <button
            type="button"
            className="px-button"
            title={props.carriers.title}
            disabled={props.carriers.picked === null}
            onClick={props.onCarriers}
          >
            {props.carriers.picked === null
              ? trans.__('No rows carry it')
              : trans._n(
                  'Pick the %2 row that carries it',
                  'Pick the %2 rows that carry it',
                  props.carriers.picked.indices.length,
                  count(props.carriers.picked.indices.length)
                )}
          </button>
        </>
      )}
      <Parameters {...props} />
    </div>
  );
}

function IconButton({
  icon,
  label,
  keys,
  pressed,
  disabled,
  onClick
}: {
  icon: MapGlyphName;
  label: string;
  keys?: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="px-icon-button"
      aria-label={label}
      aria-keyshortcuts={keys}
      aria-pressed={pressed}
      title={keys ? `${label}  ${keys.replace('Control+', 'Ctrl ')}` : label}
      disabled={disabled}
      onClick={onClick}
    >
      <MapGlyph name={icon} />
    </button>
  );
}

/** How the map is made: it is made again when these are applied, never by itself. */
function Parameters({
  parameters,
  reference,
  onParameters,
  trans
}: Pick<
  IToolbarProps,
  'parameters' | 'reference' | 'onParameters' | 'trans'
>): React.ReactElement {
  const button = React.useRef<HTMLButtonElement>(null);
  const [open, setOpen] = React.useState(false);
  const close = React.useCallback(() => setOpen(false), []);
  const label = trans.__('How the map is made');
  return (
    <>
      <button
        ref={button}
        type="button"
        className="px-icon-button"
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={label}
        onClick={() => setOpen(!open)}
      >
        <Glyph name="settings" size={15} />
      </button>
      {open && button.current && (
        <Popup
          anchor={button.current}
          role="dialog"
          label={label}
          className="px-map-parameters"
          onClose={close}
        >
          <ParameterForm
            parameters={parameters}
            reference={reference}
            onApply={next => {
              onParameters(next);
              close();
              button.current?.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        </Popup>
      )}
    </>
  );
}

function ParameterForm({
  parameters,
  reference,
  onApply,
  trans
}: {
  parameters: IMapParameters;
  reference: string | null;
  onApply: (parameters: IMapParameters) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const [neighbors, setNeighbors] = React.useState(
    String(parameters.n_neighbors)
  );
  const [dist, setDist] = React.useState(String(parameters.min_dist));
  const [size, setSize] = React.useState(
    parameters.min_cluster_size === null
      ? ''
      : String(parameters.min_cluster_size)
  );
  const [anchor, setAnchor] = React.useState<'' | 'reference' | 'first'>(
    Array.isArray(parameters.anchor) ? 'first' : (parameters.anchor ?? '')
  );
  const next: IMapParameters = {
    n_neighbors: Number(neighbors),
    min_dist: Number(dist),
    min_cluster_size: size.trim() === '' ? null : Number(size),
    anchor: anchor === 'first' ? parameters.anchor : anchor || null
  };
  const valid =
    Number.isInteger(next.n_neighbors) &&
    next.n_neighbors >= 2 &&
    next.n_neighbors <= 200 &&
    next.min_dist >= 0 &&
    next.min_dist <= 1 &&
    dist.trim() !== '' &&
    (next.min_cluster_size === null ||
      (Number.isInteger(next.min_cluster_size) && next.min_cluster_size >= 2));
  const same = JSON.stringify(next) === JSON.stringify(parameters);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (valid && !same) {
          onApply(next);
        }
      }}
    >
      <label>
        <span>{trans.__('Neighbours')}</span>
        <input
          type="number"
          min={2}
          max={200}
          step={1}
          value={neighbors}
          onChange={event => setNeighbors(event.target.value)}
        />
        <small>{trans.__('2 to 200: few show detail, many the whole')}</small>
      </label>
      <label>
        <span>{trans.__('Least distance')}</span>
        <input
          type="number"
          min={0}
          max={1}
          step={0.05}
          value={dist}
          onChange={event => setDist(event.target.value)}
        />
        <small>{trans.__('0 to 1: how tight points may lie')}</small>
      </label>
      <label>
        <span>{trans.__('Smallest cluster')}</span>
        <input
          type="number"
          min={2}
          step={1}
          placeholder={trans.__('automatic')}
          value={size}
          onChange={event => setSize(event.target.value)}
        />
        <small>{trans.__('rows; empty follows the number of rows')}</small>
      </label>
      {reference !== null && (
        <label>
          <span>{trans.__('Map of')}</span>
          <select
            value={anchor}
            onChange={event => setAnchor(event.target.value as typeof anchor)}
          >
            <option value="">{trans.__('both sets')}</option>
            <option value="reference">{trans.__('%1 alone', reference)}</option>
            {Array.isArray(parameters.anchor) && (
              <option value="first">{trans.__('the rows before')}</option>
            )}
          </select>
          <small>{trans.__('all other rows are placed on it')}</small>
        </label>
      )}
      <button
        type="submit"
        className="px-button px-mod-primary"
        disabled={!valid || same}
      >
        {trans.__('Make the map again')}
      </button>
    </form>
  );
}
