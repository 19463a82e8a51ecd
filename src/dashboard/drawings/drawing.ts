import type { TranslationBundle } from '@jupyterlab/translation';
import type * as React from 'react';

import type { ISize } from '../../views/parts';

/** What a tile comes to, as the sentence of the dashboard counts it. */
export type Standing = 'beyond' | 'within' | 'open';

/** An answer, as a tile shows it. */
export interface IDrawing {
  /** What is said of it beside the title; null where nothing is judged. */
  readonly mark: React.ReactElement | null;
  readonly standing: Standing | null;
  /** What else surely changed and is no part of the verdict, as "missing +8.5 pts"; null where nothing did. */
  readonly beside: string | null;
  /** The numbers that it rests on, in one line. */
  readonly facts: string;
  /** All of it in words, for those who cannot see it. */
  readonly words: string;
  /** Whether it is a list, which scrolls. */
  readonly isList: boolean;
  readonly draw: (size: ISize) => React.ReactNode;
  /** What stands under the drawing. */
  readonly foot?: React.ReactNode;
}

/** What all drawings are told. */
export interface IDrawingOf {
  /** From where on a change matters: PSI. */
  readonly limit: number;
  /** Names of the sets. */
  readonly primary: string;
  readonly reference: string | null;
  /** The cluster that the tile was pinned for. */
  readonly focus: string | null;
  /** Of a series: whether it is of predictions rather than of a column. */
  readonly isOfPredictions: boolean;
  readonly trans: TranslationBundle;
}
