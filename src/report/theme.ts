import * as React from 'react';

/** Light or dark; null is as the reader's system has it. */
export type Theme = 'light' | 'dark';

const DARK = '(prefers-color-scheme: dark)';

/** The style sheets look where JupyterLab says which theme there is. */
function show(theme: Theme): void {
  document.body.dataset.jpThemeLight = String(theme === 'light');
}

/** The theme of the page, and what changes it; paper is light. */
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
    show(theme);
    const before = (): void => show('light');
    const after = (): void => show(theme);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, [theme]);
  return [theme, setChosen];
}
