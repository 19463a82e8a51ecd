import type { TranslationBundle } from '@jupyterlab/translation';

/** Put what is given in the places `%1`, `%2`, … of a text; `%%` is a per cent sign. */
function fill(text: string, given: readonly unknown[]): string {
  return text.replace(/%(%|\d+)/g, (_, place: string) =>
    place === '%' ? '%' : String(given[Number(place) - 1])
  );
}

const one = (text: string, ...given: unknown[]): string => fill(text, given);

const many = (
  single: string,
  plural: string,
  n: number,
  ...given: unknown[]
): string => fill(n === 1 ? single : plural, [n, ...given]);

/** The texts as they stand in the code. JupyterLab's own bundle for that brings its way of talking to a server along. */
export const english: TranslationBundle = {
  __: one,
  gettext: one,
  _n: many,
  ngettext: many,
  _p: (_, text, ...given) => one(text, ...(given as unknown[])),
  pgettext: (_, text, ...given) => one(text, ...(given as unknown[])),
  _np: (_, single, plural, n, ...given) =>
    many(single, plural, n, ...(given as unknown[])),
  npgettext: (_, single, plural, n, ...given) =>
    many(single, plural, n, ...(given as unknown[])),
  dcnpgettext: (_d, _c, single, plural, n, ...given) =>
    many(single, plural, n, ...(given as unknown[]))
};
