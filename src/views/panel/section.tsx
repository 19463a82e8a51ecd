import * as React from 'react';

import { Glyph } from '../parts';

interface IProps {
  readonly title: string;
  /** What stands behind the title, such as a number. */
  readonly detail?: string;
  /** Buttons at the end of the head. */
  readonly actions?: React.ReactNode;
  /** How high it stays while it is open, in pixels, when the panel is too low for all, and as a part of its height at most; without it it does not shrink. */
  readonly least?: readonly [number, number];
  readonly children: React.ReactNode;
}

/** A part of the panel that folds to its head. */
export function Section(props: IProps): React.ReactElement {
  const { title, detail, actions, least, children } = props;
  const [isOpen, setOpen] = React.useState(true);
  const id = React.useId();
  return (
    <section
      className={`px-section ${least === undefined || !isOpen ? 'px-mod-whole' : ''}`}
      style={{
        minHeight:
          least && isOpen ? `min(${least[0]}px, ${least[1]}%)` : undefined
      }}
    >
      <div className="px-section-head">
        <h3>
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen(!isOpen)}
          >
            <Glyph name={isOpen ? 'down' : 'right'} size={13} />
            {title}
            {detail && <span className="px-section-detail">{detail}</span>}
          </button>
        </h3>
        {actions}
      </div>
      <div id={id} className="px-section-body" hidden={!isOpen}>
        {isOpen && children}
      </div>
    </section>
  );
}
