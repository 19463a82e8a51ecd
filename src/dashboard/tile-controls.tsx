import { Clipboard, Notification } from '@jupyterlab/apputils';
import * as React from 'react';

import { asProblem } from '../api/problem';
import {
  FormPopup,
  Glyph,
  type IAnchor,
  type IVerb,
  Menu,
  verbChoices
} from '../views/parts';
import { csvOf, png, svgText } from './copying';
import { isAnswer, MOST_TITLE, MOST_WORDS } from './document';
import type { ITileProps } from './tile';

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

export interface ITileControlsProps extends ITileProps {
  readonly title: string;
  /** The tile on the page. */
  readonly box: React.RefObject<HTMLElement>;
  /** Where its menu is asked for. */
  readonly menu: IAnchor | null;
  readonly onMenu: (menu: IAnchor | null) => void;
}

/** The buttons of a tile, and its menu. */
export function TileControls(props: ITileControlsProps): React.ReactElement {
  const { tile, title, menu, onMenu, actions, isReadOnly, trans } = props;
  const { id, place } = tile;
  const { asking } = props;
  const grip = React.useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = React.useState<{
    readonly what: 'title' | 'text';
    readonly anchor: IAnchor & { focus?: () => void };
  } | null>(null);
  const isPending = asking?.isPending ?? false;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    actions.step(id, step, event.shiftKey);
  };
  const refresh = (): void => {
    if (isPending) {
      asking?.cancel();
    } else if (props.canAsk) {
      actions.refresh(id);
    }
  };
  const askFor = (what: 'title' | 'text'): void => {
    if (menu) {
      setAsked({ what, anchor: menu });
    }
  };
  const verbs = (): IVerb[] => [
    ...(isAnswer(tile)
      ? [
          {
            label: isPending ? trans.__('Cancel') : trans.__('Refresh'),
            disabled: !isPending && !props.canAsk,
            onChoose: refresh
          },
          ...actions.verbs(tile),
          ...copyVerbs(props)
        ]
      : []),
    ...(isReadOnly
      ? []
      : [
          ...(isAnswer(tile)
            ? []
            : [
                {
                  label: trans.__('Edit the text…'),
                  onChoose: () => askFor('text')
                }
              ]),
          {
            label: trans.__('Title…'),
            apart: isAnswer(tile),
            onChoose: () => askFor('title')
          },
          ...(props.flow === null
            ? [
                {
                  label: trans.__('Move and size'),
                  detail: trans.__(
                    'Arrow keys move it, with Shift they size it'
                  ),
                  // The menu gives the focus back when it closes.
                  onChoose: () =>
                    requestAnimationFrame(() => grip.current?.focus())
                }
              ]
            : []),
          {
            label: trans.__('Remove'),
            apart: true,
            onChoose: () => actions.remove(id)
          }
        ])
  ];
  return (
    <span className="px-tile-controls">
      {isAnswer(tile) && (
        <button
          type="button"
          className="px-icon-button"
          aria-label={
            isPending
              ? trans.__('Cancel %1', title)
              : trans.__('Refresh %1', title)
          }
          title={isPending ? trans.__('Cancel') : trans.__('Refresh')}
          aria-disabled={!isPending && !props.canAsk}
          onClick={refresh}
        >
          <Glyph name={isPending ? 'close' : 'refresh'} size={14} />
        </button>
      )}
      {!isReadOnly && (
        <button
          type="button"
          ref={grip}
          className="px-icon-button px-tile-grip"
          aria-label={trans.__(
            'Move %1: column %2, row %3; %4 wide, %5 high',
            title,
            place.x + 1,
            place.y + 1,
            place.w,
            place.h
          )}
          aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp Shift+ArrowDown"
          title={trans.__(
            'Arrow keys move the tile, with Shift they size it; drag its head or its corner'
          )}
          onKeyDown={onKeyDown}
          onPointerDown={event => {
            if (event.button === 0) {
              actions.grab(id, event, false);
            }
          }}
        >
          <Glyph name="grip" size={14} />
        </button>
      )}
      {(isAnswer(tile) || !isReadOnly) && (
        <button
          type="button"
          className="px-icon-button"
          aria-label={trans.__('More of %1', title)}
          aria-haspopup="listbox"
          aria-expanded={menu !== null}
          title={trans.__('More')}
          onClick={event => onMenu(menu ? null : event.currentTarget)}
        >
          <Glyph name="more" size={14} />
        </button>
      )}
      {menu && (isAnswer(tile) || !isReadOnly) && (
        <Menu<Pick<IVerb, 'onChoose'>>
          anchor={menu}
          label={trans.__('What to do with %1', title)}
          choices={verbChoices(verbs())}
          onChoose={({ onChoose }) => onChoose()}
          onClose={() => {
            onMenu(null);
            if (menu instanceof HTMLElement) {
              menu.focus({ preventScroll: true });
            }
          }}
        />
      )}
      {asked && (
        <FormPopup
          anchor={asked.anchor}
          label={asked.what === 'title' ? trans.__('Title') : trans.__('Text')}
          fields={[
            asked.what === 'title'
              ? {
                  label: trans.__('Title'),
                  value: tile.title,
                  most: MOST_TITLE,
                  placeholder: title
                }
              : {
                  label: trans.__('Text'),
                  value: isAnswer(tile) ? '' : tile.text,
                  most: MOST_WORDS,
                  lines: 6
                }
          ]}
          done={trans.__('Done')}
          onDone={([value]) =>
            actions.edit(
              id,
              asked.what === 'title' ? { title: value } : { text: value }
            )
          }
          onClose={() => {
            setAsked(null);
            asked.anchor.focus?.();
          }}
        />
      )}
    </span>
  );
}

/** What a tile shows, on the clipboard: as a picture where it is a drawing, and its numbers. */
function copyVerbs({ tile, box, title, trans }: ITileControlsProps): IVerb[] {
  const csv = isAnswer(tile) ? csvOf(tile) : null;
  const drawing = (): SVGSVGElement | null =>
    box.current?.querySelector<SVGSVGElement>('.px-tile-body > svg') ?? null;
  const tell = (work: Promise<void>, what: string): void => {
    work.then(
      () =>
        Notification.success(
          trans.__('%1 is on the clipboard as %2.', title, what),
          { autoClose: 4000 }
        ),
      (error: unknown) =>
        Notification.error(
          trans.__(
            'The browser lets nothing be copied as %1: %2',
            what,
            asProblem(error).message
          ),
          { autoClose: 8000 }
        )
    );
  };
  return [
    ...(drawing()
      ? [
          {
            label: trans.__('Copy as PNG'),
            apart: true,
            onChoose: () => {
              const svg = drawing();
              if (svg) {
                tell(
                  // The promise itself is given: the browser asks for it while the click is still one.
                  Promise.resolve().then(() =>
                    navigator.clipboard.write([
                      new ClipboardItem({ 'image/png': png(svg) })
                    ])
                  ),
                  'PNG'
                );
              }
            }
          },
          {
            label: trans.__('Copy as SVG'),
            onChoose: () => {
              const svg = drawing();
              if (svg) {
                Clipboard.copyToSystem(svgText(svg));
                tell(Promise.resolve(), 'SVG');
              }
            }
          }
        ]
      : []),
    ...(csv === null
      ? []
      : [
          {
            label: trans.__('Copy as CSV'),
            apart: !drawing(),
            onChoose: () => {
              Clipboard.copyToSystem(csv);
              tell(Promise.resolve(), 'CSV');
            }
          }
        ])
  ];
}
