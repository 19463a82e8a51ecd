import * as React from 'react';

/** Light or dark; null is as the reader's system has it. */
export type Theme = 'light' | 'dark';

const DARK = '(prefers-color-scheme: dark)';
/** What is printed is laid out as wide as the paper while this is on the body. */
const PAPER = 'px-mod-paper';

/** The style sheets look where JupyterLab says which theme there is. */
function show(theme: Theme): void {
  document.body.dataset.jpThemeLight = String(theme === 'light');
}

let current: Theme = 'light';

/**
 * Make the page light and as wide as the paper before it is printed. It has to come before anything that draws itself anew for that, so it is called
 * before anything is drawn.
 */
export function preparePaper(): void {
  window.addEventListener('beforeprint', () => {
    show('light');
    document.body.classList.add(PAPER);
  });
  window.addEventListener('afterprint', () => {
    show(current);
    document.body.classList.remove(PAPER);
  });
}

/** The theme of the page, and what changes it; until something does, as the reader's system has it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = React.useState<Theme | null>(null);
  const [system, setSystem] = React.useState<Theme>(() =>
    matchMedia(DARK).matches ? 'dark' : 'light'
  );
  React.useEffect(() => {
    const query = matchMedia(DARK);
    const follow = (): void => setSystem(query.matches ? 'dark' : 'light');
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const theme = chosen ?? system;
  React.useLayoutEffect(() => {
    current = theme;
    show(theme);
  }, [theme]);
  return [theme, setChosen];
}
