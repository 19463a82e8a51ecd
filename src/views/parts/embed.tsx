import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, seconds } from '../../charts/format';
import { isOfImages } from '../../model/roles';
import type { IEmbedders, IEmbedding, IInspection } from '../../tokens';
import { Glyph } from './icons';
import { type IAnchor, Popup } from './popup';

/** The choice of an endpoint, which no model is called. */
const ENDPOINT = '\u0000';

const INSTALL = "%pip install 'phoenix_lab[text]'";

const INSTALL_IMAGE = "%pip install 'phoenix_lab[image]'";

interface IProps {
  readonly inspection: IInspection;
  /** The texts or images to embed; null is the rows. */
  readonly column: string | null;
  readonly anchor: IAnchor;
  readonly trans: TranslationBundle;
  readonly onEmbed: (what: IEmbedding) => void;
  readonly onClose: () => void;
}

/** With what a column or the rows are to be embedded, how long that takes, and where the data goes. */
export function EmbedDialog(props: IProps): React.ReactElement {
  const { inspection, column, anchor, trans, onEmbed, onClose } = props;
  const [model, setModel] = React.useState<string | null>(null);
  const { offer, measured, problem } = useOffer(inspection, column, model);
  const form = React.useRef<HTMLFormElement>(null);
  const id = React.useId();
  const { primary, reference } = inspection;
  const chosen = model ?? offer?.model ?? ENDPOINT;
  const isEndpoint = chosen === ENDPOINT;
  const isImages = isOfImages(primary, column);
  const name = freeColumn(inspection, `${column ?? 'row'}_vector`);
  const sets = [primary, reference].flatMap(set => set?.name ?? []);
  const title =
    column === null
      ? trans.__('Embed the rows of %1', sets.join(trans.__(' and ')))
      : trans.__('Embed %1', column);

  // What is invisible takes no focus, and the popup is until it is placed.
  const isReady = offer !== null || problem !== null;
  React.useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const first = form.current?.querySelector<HTMLElement>(
        'input:checked, button'
      );
      first?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [isReady]);

  return (
    <Popup
      anchor={anchor}
      className="px-embed"
      role="dialog"
      label={title}
      onClose={onClose}
    >
      <form
        ref={form}
        onSubmit={event => {
          event.preventDefault();
          onEmbed({
            kind: 'embedding',
            column,
            isOfImages: isImages,
            model: isEndpoint ? null : chosen,
            name
          });
          onClose();
        }}
      >
        <h3>{title}</h3>
        {problem !== null && (
          <p className="px-embed-problem" role="alert">
            <Glyph name="warning" size={13} /> {problem}
          </p>
        )}
        {!isReady && (
          <p className="px-muted" role="status">
            {trans.__('Asking the kernel for its models…')}
          </p>
        )}
        {offer && (
          <fieldset>
            <legend className="px-hidden">{trans.__('Model')}</legend>
            {offer.models.map(one => (
              <Choice
                key={one.model}
                group={id}
                label={one.model}
                detail={[
                  one.dimension === null
                    ? null
                    : trans.__('%1 dimensions', count(one.dimension)),
                  trans.__('licence %1', one.licence)
                ]
                  .filter(Boolean)
                  .join(' · ')}
                note={one.note}
                isChecked={chosen === one.model}
                onChoose={() => setModel(one.model)}
              />
            ))}
            <Choice
              group={id}
              label={
                isImages
                  ? trans.__('A model of Hugging Face…')
                  : trans.__('An endpoint…')
              }
              detail={
                isImages
                  ? trans.__('any of transformers that reads images')
                  : trans.__('any service that speaks OpenAI’s protocol')
              }
              note={
                isImages
                  ? trans.__(
                      'It is fetched from there. You name it in the cell before you run it.'
                    )
                  : trans.__(
                      'The texts are sent there. You name it in the cell before you run it.'
                    )
              }
              isChecked={isEndpoint}
              onChoose={() => setModel(ENDPOINT)}
            />
          </fieldset>
        )}
        {offer?.models.length === 0 && (
          <p className="px-muted">
            {isImages
              ? trans.__(
                  'No model for images lies on the kernel’s disk; what runs one:'
                )
              : trans.__('No model is installed in this kernel:')}{' '}
            <code>{isImages ? INSTALL_IMAGE : INSTALL}</code>
          </p>
        )}
        {offer && (
          <p className="px-embed-cost" role="status">
            {costOf(isEndpoint, isImages, measured, column, trans)}
          </p>
        )}
        <div className="px-embed-end">
          <button type="button" className="px-button" onClick={onClose}>
            {trans.__('Cancel')}
          </button>
          <button
            type="submit"
            className="px-button px-mod-primary"
            disabled={offer === null}
            title={trans.__('A cell below the active one makes %1', name)}
          >
            <Glyph name="insert" />
            {isEndpoint
              ? trans.__('Insert cell')
              : trans.__('Insert cell and run')}
          </button>
        </div>
      </form>
    </Popup>
  );
}

function Choice(props: {
  readonly group: string;
  readonly label: string;
  readonly detail: string;
  readonly note: string;
  readonly isChecked: boolean;
  readonly onChoose: () => void;
}): React.ReactElement {
  const { group, label, detail, note, isChecked, onChoose } = props;
  return (
    <label className="px-embed-choice">
      <input
        type="radio"
        name={group}
        checked={isChecked}
        onChange={onChoose}
      />
      <span>
        <b>{label}</b> <span className="px-muted">{detail}</span>
        <span className="px-embed-note">{note}</span>
      </span>
    </label>
  );
}

/** What the kernel offers, and the time of the chosen model where it is known yet. */
function useOffer(
  inspection: IInspection,
  column: string | null,
  model: string | null
): {
  offer: IEmbedders | null;
  measured: IEmbedders | null;
  problem: string | null;
} {
  const [offer, setOffer] = React.useState<IEmbedders | null>(null);
  const [measured, setMeasured] = React.useState<IEmbedders | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    if (model === ENDPOINT) {
      return;
    }
    let isOver = false;
    setMeasured(null);
    inspection.embedders(column, model ?? undefined).then(
      found => {
        if (!isOver) {
          setOffer(known => known ?? found);
          setMeasured(found);
        }
      },
      (reason: unknown) => {
        if (!isOver) {
          setProblem(reason instanceof Error ? reason.message : String(reason));
        }
      }
    );
    return () => {
      isOver = true;
    };
  }, [inspection, column, model]);
  return { offer, measured, problem };
}

function costOf(
  isEndpoint: boolean,
  isImages: boolean,
  measured: IEmbedders | null,
  column: string | null,
  trans: TranslationBundle
): string {
  if (isEndpoint && isImages) {
    return trans.__('The model is fetched. The data stays in the kernel.');
  }
  if (isEndpoint) {
    return trans.__('The texts leave this machine for the endpoint.');
  }
  const stays = trans.__('The data stays in the kernel.');
  if (measured === null) {
    return trans.__('Measuring how long it takes… %1', stays);
  }
  if (measured.seconds === null) {
    return measured.problem ?? stays;
  }
  const n = count(measured.sample);
  const time =
    column === null
      ? trans.__('About %1, measured on %2 rows.', seconds(measured.seconds), n)
      : trans.__(
          isImages
            ? 'About %1, measured on %2 images.'
            : 'About %1, measured on %2 texts.',
          seconds(measured.seconds),
          n
        );
  return `${time} ${stays}`;
}

/** A name for a column that no set has. */
function freeColumn({ primary, reference }: IInspection, wish: string): string {
  const taken = [primary, reference].flatMap(
    set => set?.columns.map(({ name }) => name) ?? []
  );
  let name = wish;
  for (let n = 2; taken.includes(name); n += 1) {
    name = `${wish}_${n}`;
  }
  return name;
}
