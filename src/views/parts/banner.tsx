import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { words } from '../../charts/format';
import { asProblem, isAbort } from '../../api/problem';

import { Glyph, type GlyphName } from './icons';

export interface IBannerAction {
  readonly label: string;
  readonly onClick: () => void;
  readonly primary?: boolean;
}

export interface IBannerProps {
  /** Blue: waiting; amber: changed; red: failed. */
  tone: 'info' | 'warn' | 'error';
  children: React.ReactNode;
  actions?: readonly IBannerAction[];
  /** Show two lines at most, the rest on demand; the words for that. */
  brief?: TranslationBundle;
}

const ICONS: Readonly<Record<IBannerProps['tone'], GlyphName>> = {
  info: 'info',
  warn: 'refresh',
  error: 'warning'
};

/** One line and one action, at the top of what it concerns. */
export function Banner({
  tone,
  children,
  actions = [],
  brief
}: IBannerProps): React.ReactElement {
  const text = React.useRef<HTMLDivElement>(null);
  const [isCut, setIsCut] = React.useState(false);
  const [isWhole, setIsWhole] = React.useState(false);
  // Another text is short again.
  React.useEffect(() => setIsWhole(false), [children]);
  // Measured whenever it is drawn: it may have got another width.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  React.useLayoutEffect(() => {
    const { current } = text;
    if (current && brief && !isWhole) {
      setIsCut(current.scrollHeight > current.clientHeight + 1);
    }
  });
  const isBrief = brief !== undefined && !isWhole;
  return (
    <div
      className={`px-banner px-mod-${tone}`}
      role={tone === 'error' ? 'alert' : 'status'}
    >
      <Glyph name={ICONS[tone]} />
      <div
        ref={text}
        className={`px-banner-text ${isBrief ? 'px-mod-brief' : ''}`}
        title={isBrief && isCut ? (text.current?.textContent ?? '') : undefined}
      >
        {children}
      </div>
      {brief && isCut && (
        <button
          type="button"
          className="px-link"
          aria-expanded={isWhole}
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? brief.__('Show less') : brief.__('Show all')}
        </button>
      )}
      {actions.map(action => (
        <button
          key={action.label}
          type="button"
          className={action.primary ? 'px-button px-mod-primary' : 'px-link'}
          onClick={action.onClick}
        >
          {action.label}
        </button>
      ))}
    </div>
  );
}

export interface IProblemBannerProps {
  error: Error;
  actions?: readonly IBannerAction[];
}

/** Why something failed, and what could be done about it. */
export function ProblemBanner({
  error,
  actions
}: IProblemBannerProps): React.ReactElement {
  const { hint } = asProblem(error);
  return (
    <Banner tone="error" actions={actions}>
      <b>{words(error.message)}</b>
      {hint && <> {words(hint)}</>}
    </Banner>
  );
}

export interface IAnalysisProblemProps {
  error: Error;
  retry: () => void;
  /** What helps better than trying again. */
  remedy?: IBannerAction | null;
  trans: TranslationBundle;
}

/** Why an analysis gave nothing: it was cancelled, which is no failure, or it failed. */
export function AnalysisProblem({
  error,
  retry,
  remedy,
  trans
}: IAnalysisProblemProps): React.ReactElement {
  const again = { label: trans.__('Try again'), onClick: retry };
  return isAbort(error) ? (
    <Banner tone="info" actions={[again]}>
      {trans.__('Cancelled.')}
    </Banner>
  ) : (
    <ProblemBanner error={error} actions={[remedy ?? again]} />
  );
}
