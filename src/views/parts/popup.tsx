import * as React from 'react';
import { createPortal } from 'react-dom';

export type Placement = 'below' | 'above' | 'right';

/** Anything that has a place on the screen. */
export interface IAnchor {
  getBoundingClientRect(): DOMRect;
  /** What it is a place in, where it is no element itself. */
  readonly contextElement?: Element;
}

export interface IPopupProps {
  anchor: IAnchor;
  placement?: Placement;
  /** Called on Escape and on a press outside of popup and anchor. */
  onClose?: () => void;
  /** Called when the anchor is no longer to be seen, because its tab went behind another; until then the popup hides. */
  onHidden?: () => void;
  className?: string;
  role?: string;
  id?: string;
  label?: string;
  /** Let the pointer pass through: for tooltips. */
  passive?: boolean;
  children: React.ReactNode;
}

const GAP = 4;
const MARGIN = 6;

/** A box that floats beside its anchor and stays inside the window. */
export function Popup(props: IPopupProps): React.ReactElement {
  const { anchor, placement = 'below', onClose, passive } = props;
  const onHidden = props.onHidden ?? onClose;
  const ref = React.useRef<HTMLDivElement>(null);
  const [place, setPlace] = React.useState<React.CSSProperties>({
    visibility: 'hidden',
    left: 0,
    top: 0
  });

  React.useLayoutEffect(() => {
    const box = ref.current?.getBoundingClientRect();
    if (!box) {
      return;
    }
    const at = anchor.getBoundingClientRect();
    let left = placement === 'right' ? at.right + GAP : at.left;
    let top =
      placement === 'right'
        ? at.top
        : placement === 'above'
          ? at.top - box.height - GAP
          : at.bottom + GAP;
    if (
      placement === 'below' &&
      top + box.height > window.innerHeight - MARGIN
    ) {
      const above = at.top - box.height - GAP;
      top = above >= MARGIN ? above : top;
    } else if (placement === 'above' && top < MARGIN) {
      top = at.bottom + GAP;
    }
    left = clamp(left, MARGIN, window.innerWidth - box.width - MARGIN);
    top = clamp(top, MARGIN, window.innerHeight - box.height - MARGIN);
    setPlace({ left, top });
  }, [anchor, placement, props.children]);

  // Whoever had the focus before has it again, unless it has gone elsewhere meanwhile; a press beside what can have it leaves it nowhere.
  React.useLayoutEffect(() => {
    const box = ref.current;
    const before = document.activeElement;
    return () => {
      const now = document.activeElement;
      if (
        before instanceof HTMLElement &&
        !passive &&
        (now === document.body || box?.contains(now))
      ) {
        before.focus({ preventScroll: true });
      }
    };
  }, [passive]);

  React.useEffect(() => {
    const element = anchor instanceof Element ? anchor : anchor.contextElement;
    if (!element || typeof IntersectionObserver === 'undefined') {
      return;
    }
    const observer = new IntersectionObserver(entries => {
      const { width, height } = entries[entries.length - 1].boundingClientRect;
      if (width === 0 && height === 0) {
        setPlace(old => ({ ...old, visibility: 'hidden' }));
        onHidden?.();
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [anchor, onHidden]);

  React.useEffect(() => {
    if (!onClose) {
      return;
    }
    const press = (event: Event) => {
      const target = event.target as Node;
      const inAnchor = anchor instanceof Element && anchor.contains(target);
      if (!ref.current?.contains(target) && !inAnchor) {
        onClose();
      }
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        event.preventDefault();
        onClose();
      }
    };
    document.addEventListener('pointerdown', press, true);
    document.addEventListener('keydown', key, true);
    window.addEventListener('blur', onClose);
    return () => {
      document.removeEventListener('pointerdown', press, true);
      document.removeEventListener('keydown', key, true);
      window.removeEventListener('blur', onClose);
    };
  }, [anchor, onClose]);

  return createPortal(
    <div
      ref={ref}
      id={props.id}
      role={props.role}
      aria-label={props.label}
      className={`px-popup ${passive ? 'px-mod-passive' : ''} ${props.className ?? ''}`}
      style={place}
    >
      {props.children}
    </div>,
    document.body
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, Math.max(low, high)));
}

export interface ITipProps {
  /** What is said; nothing is shown when it is null. */
  content: React.ReactNode;
  placement?: Placement;
  /** One element that can be hovered, and focused if it is a control. */
  children: React.ReactElement;
}

/** Says more about its child when that is hovered or has focus. */
export function Tip({
  content,
  placement,
  children
}: ITipProps): React.ReactElement {
  const id = React.useId();
  const [anchor, setAnchor] = React.useState<Element | null>(null);
  const timer = React.useRef(0);
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
  const open = (event: React.SyntheticEvent<Element>, wait: number) => {
    const element = event.currentTarget;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAnchor(element), wait);
  };
  const close = () => {
    window.clearTimeout(timer.current);
    setAnchor(null);
  };
  const shown = anchor !== null && content !== null && content !== undefined;
  return (
    <>
      {React.cloneElement(children, {
        'aria-describedby': shown ? id : undefined,
        onPointerEnter: (e: React.PointerEvent) => open(e, 250),
        onPointerLeave: close,
        onFocus: (e: React.FocusEvent) => open(e, 0),
        onBlur: close
      })}
      {shown && (
        <Popup
          anchor={anchor}
          placement={placement}
          role="tooltip"
          id={id}
          className="px-tip"
          onHidden={close}
          passive
        >
          {content}
        </Popup>
      )}
    </>
  );
}
