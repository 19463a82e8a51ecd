import type { Polygon } from '../../charts/map';
import type {
  EmbeddingDrift,
  Neighbors,
  ResponseDrift
} from '../../api/contract';
import type { SetName } from '../../tokens';

/** A window of time of the primary set, half-open. */
export interface IWindow {
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  /** As the recipe takes it. */
  readonly iso: readonly [string, string];
  /** In words: "2002 – 2004". */
  readonly label: string;
}

/** Points that were picked, and how. */
export interface IPicked {
  /** Indices into the points, in rising order. */
  readonly indices: Int32Array;
  readonly how:
    | { readonly kind: 'cluster'; readonly cluster: number }
    /** Two or more. */
    | { readonly kind: 'clusters'; readonly clusters: readonly number[] }
    | { readonly kind: 'lasso'; readonly polygon: Polygon }
    | { readonly kind: 'search'; readonly query: string }
    | {
        readonly kind: 'neighbors';
        /** The question that they answer. */
        readonly recipe: Neighbors;
        /** What the set of the row is called. */
        readonly name: string;
        /** The point of the row that they are near to. */
        readonly point: number;
        /** The points, nearest first, and how far each is. */
        readonly order: Int32Array;
        readonly distances: Float64Array;
        readonly metric: 'cosine' | 'euclidean';
      }
    | {
        readonly kind: 'carriers';
        /** The question that they answer. */
        readonly recipe: EmbeddingDrift | ResponseDrift;
        /** The points, those most like the primary set first, and how much each is. */
        readonly order: Int32Array;
        readonly scores: Float64Array;
        /** Whether all of them are on the map. */
        readonly isWhole: boolean;
      }
    | { readonly kind: 'rows' };
}

/** What decides the colour of a point. */
export type ColourBy =
  | { readonly kind: 'set' }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'kept' }
  /** How far the nearest document is, or whether any is near. */
  | { readonly kind: 'nearest' }
  | { readonly kind: 'alone' }
  | { readonly kind: 'drift' }
  /** As `drift`, of responses among rows whose prompts are alike. */
  | { readonly kind: 'response' }
  | { readonly kind: 'correct' }
  | { readonly kind: 'column'; readonly column: string };

/** Everything that Undo walks back. */
export interface IViewState {
  readonly picked: IPicked | null;
  readonly window: IWindow | null;
  readonly colour: ColourBy;
  /** Legend entries whose points are not shown. */
  readonly hidden: ReadonlySet<string>;
  /** The set whose rows alone are wanted; null for both. */
  readonly only: SetName | null;
}

export const START: IViewState = {
  picked: null,
  window: null,
  colour: { kind: 'set' },
  hidden: new Set(),
  only: null
};

export interface IHistory {
  readonly now: IViewState;
  readonly past: readonly IViewState[];
  /** What the last change was part of: changes of one gesture are one step. */
  readonly gesture: string | null;
  /** Whether a pick or a window was let go, for the map is another one now. */
  readonly isLetGo?: boolean;
}

export type HistoryAction =
  | {
      readonly type: 'set';
      readonly change: Partial<IViewState>;
      readonly gesture?: string;
    }
  | { readonly type: 'undo' }
  /** The points are others now: what was picked is `kept` of it, and the past is gone. */
  | {
      readonly type: 'points';
      readonly kept?: IPicked | null;
      /** Whether the map is the same, and has only got more rows. */
      readonly isGrown?: boolean;
    }
  /** That something was let go has been read. */
  | { readonly type: 'read' };

const KEPT = 100;

export function history(state: IHistory, action: HistoryAction): IHistory {
  switch (action.type) {
    case 'set': {
      // Another pick is of both sets again: what was left out of one must not go unseen from the next.
      const both = 'picked' in action.change ? { only: null } : {};
      const now = { ...state.now, ...both, ...action.change };
      const gesture = action.gesture ?? null;
      const goesOn = gesture !== null && gesture === state.gesture;
      return {
        now,
        past: goesOn ? state.past : [...state.past, state.now].slice(-KEPT),
        gesture
      };
    }
    case 'undo': {
      if (state.past.length === 0) {
        return state;
      }
      return {
        now: state.past[state.past.length - 1],
        past: state.past.slice(0, -1),
        gesture: null
      };
    }
    case 'points': {
      const { kept = null, isGrown = false } = action;
      return {
        now: {
          ...state.now,
          picked: kept,
          ...(isGrown
            ? {}
            : { window: null, hidden: new Set<string>(), only: null })
        },
        past: [],
        gesture: null,
        isLetGo:
          (state.now.picked !== null && kept === null) ||
          (state.now.window !== null && !isGrown)
      };
    }
    case 'read':
      return { ...state, isLetGo: false };
  }
}
