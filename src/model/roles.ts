import { type ISignal, Signal } from '@lumino/signaling';

import type { ColumnInfo, Correction, InferencesModel } from '../api/contract';
import type { IKeptRoles, IRoleChange, IRoles } from '../tokens';
import { rootOf } from './alike';

type Role = ColumnInfo['role'];

/** Whether a column of a set holds images, or says where they are. */
export function isOfImages(
  set: { readonly columns: readonly ColumnInfo[] } | null,
  column: string | null
): boolean {
  const found = set?.columns.find(({ name }) => name === column);
  return found?.role === 'link_to_data';
}

/** What carries the values → the roles that make sense, as `phoenix_lab/inferences/corrections.py` has them. */
const ROLES: Readonly<Record<ColumnInfo['carrier'], readonly Role[]>> = {
  number: [
    'feature',
    'timestamp',
    'prediction_id',
    'prediction_label',
    'prediction_score',
    'actual_label',
    'actual_score',
    'tag',
    'excluded'
  ],
  text: [
    'feature',
    'timestamp',
    'prediction_id',
    'prediction_label',
    'actual_label',
    'prompt',
    'response',
    'tag',
    'excluded'
  ],
  boolean: ['feature', 'prediction_label', 'actual_label', 'tag', 'excluded'],
  time: ['feature', 'timestamp', 'tag', 'excluded'],
  vector: ['embedding', 'excluded'],
  other: ['feature', 'tag', 'excluded']
};

/** The roles that a column can have, the one that it has included. */
export function rolesFor({ carrier, role }: ColumnInfo): readonly Role[] {
  const roles = ROLES[carrier];
  return roles.includes(role)
    ? roles
    : // A schema has no word for paths of files that are only a feature.
      [role, ...roles.filter(r => role !== 'link_to_data' || r !== 'feature')];
}

/** Whether it makes sense to say that a column's values are quantities, or categories. */
export function kindsFor(column: ColumnInfo): readonly Correction['kind'][] {
  const { carrier, kind, role } = column;
  // Labels are categories, times are times.
  if (role.endsWith('_label') || role === 'timestamp') {
    return [];
  }
  return carrier === 'number'
    ? ['number', 'category']
    : kind === 'text' || (carrier === 'text' && kind !== 'category')
      ? ['category']
      : [];
}

/** What vectors may have been made of. */
export function partnersFor(
  { carrier, name }: ColumnInfo,
  columns: readonly ColumnInfo[]
): readonly ColumnInfo[] {
  return carrier === 'vector'
    ? columns.filter(
        other =>
          other.carrier === 'text' &&
          other.name !== name &&
          other.problem === null &&
          PARTNERS.includes(other.role)
      )
    : [];
}

const PARTNERS: readonly Role[] = [
  'feature',
  'tag',
  'raw_data',
  'link_to_data',
  'prompt',
  'response',
  'document',
  'excluded'
];

/** What is said of a set, after one more thing was said of a column; null takes back what was. */
export function change(
  corrections: readonly Correction[],
  column: string,
  said: IRoleChange | null
): Correction[] {
  const before = corrections.find(other => other.column === column);
  const others = corrections.filter(other => other !== before);
  if (said === null) {
    return others;
  }
  // What only one column can be is no longer what was said of another.
  const rest = others.flatMap((other): Correction[] =>
    said.role !== undefined && isSingle(said.role) && other.role === said.role
      ? other.kind
        ? [{ ...other, role: null }]
        : []
      : [other]
  );
  return [
    ...rest,
    {
      column,
      role: said.role ?? before?.role ?? null,
      kind: said.kind ?? before?.kind ?? null,
      ...partner('raw_data', said, before),
      ...partner('link_to_data', said, before)
    }
  ];
}

/** What vectors are said to be made of, where something is said. */
function partner(
  field: 'raw_data' | 'link_to_data',
  said: IRoleChange,
  before: Correction | undefined
): Partial<Correction> {
  const value = said[field] ?? before?.[field] ?? null;
  return value === null ? {} : { [field]: value };
}

const SHARED: readonly Role[] = ['feature', 'tag', 'excluded', 'embedding'];

function isSingle(role: Role): boolean {
  return !SHARED.includes(role);
}

/** Whether the same is said. */
export function isSame(
  a: readonly Correction[],
  b: readonly Correction[]
): boolean {
  const text = (all: readonly Correction[]): string =>
    JSON.stringify(
      all
        .map(({ column, role, kind, raw_data, link_to_data }) => [
          column,
          role ?? null,
          kind ?? null,
          raw_data ?? null,
          link_to_data ?? null
        ])
        .sort(([x], [y]) => ((x ?? '') < (y ?? '') ? -1 : 1))
    );
  return text(a) === text(b);
}

/** What was said of a dataframe. */
type Said = Omit<IKeptRoles, 'variable'>;

/** What was said of the dataframes of notebooks, by their variables. */
export class Roles implements IRoles {
  of(path: string): readonly IKeptRoles[] {
    return [...(this._said.get(path) ?? [])].map(([variable, said]) => ({
      variable,
      ...said
    }));
  }

  put(path: string, kept: readonly IKeptRoles[]): void {
    this._said.set(
      path,
      new Map(kept.map(({ variable, ...said }) => [variable, said]))
    );
    this._changed.emit(path);
  }

  move(from: string, to: string): void {
    const said = this._said.get(from);
    if (said) {
      this._said.set(to, said);
      this._said.delete(from);
    }
  }

  /** What is to be said of a set; of one without a variable what was said of that very one, or else of the variable that it was made of. */
  wanted(path: string, model: InferencesModel): readonly Correction[] {
    if (model.variable !== null) {
      return this._of(path, model)?.corrections ?? [];
    }
    if (model.corrections.length > 0 && !this._heirs.has(model)) {
      return model.corrections;
    }
    const root = rootOf(model.name);
    const said = root === null ? undefined : this._said.get(path)?.get(root);
    return (said?.corrections ?? []).filter(({ column }) =>
      model.columns.some(({ name }) => name === column)
    );
  }

  /** Take a set for one of which nothing was said but what is said of the variable that it was made of. */
  inherit(model: InferencesModel): void {
    if (model.variable === null) {
      this._heirs.add(model);
    }
  }

  /** Whether something was said of a set that has no variable. */
  hasOwn(model: InferencesModel): boolean {
    return model.corrections.length > 0 && !this._heirs.has(model);
  }

  say(
    path: string,
    said: readonly (readonly [InferencesModel, readonly Correction[]])[]
  ): void {
    this._set(
      path,
      said.map(([model, corrections]) => [
        model,
        { ...this._of(path, model), corrections }
      ])
    );
  }

  /** The unit of independence that was chosen for one of two sets, the primary before the reference; null where they do not both have that column. */
  unitOf(
    path: string,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): string | null {
    const sets = reference ? [primary, reference] : [primary];
    return (
      sets
        .flatMap(model => this._of(path, model)?.unit ?? [])
        .find(unit => haveAll(sets, unit)) ?? null
    );
  }

  /** Take a column as the unit of independence of sets, or none. */
  group(
    path: string,
    sets: readonly InferencesModel[],
    unit: string | null
  ): void {
    this._set(
      path,
      sets.map(model => {
        const corrections = this._of(path, model)?.corrections ?? [];
        return [model, unit === null ? { corrections } : { corrections, unit }];
      })
    );
  }

  get changed(): ISignal<IRoles, string> {
    return this._changed;
  }

  private _of(path: string, { variable }: InferencesModel): Said | undefined {
    return variable === null ? undefined : this._said.get(path)?.get(variable);
  }

  private _set(
    path: string,
    all: readonly (readonly [InferencesModel, Said])[]
  ): void {
    const known = new Map(this._said.get(path));
    for (const [{ variable }, said] of all) {
      if (variable !== null) {
        known.delete(variable);
        if (said.corrections.length > 0 || said.unit !== undefined) {
          known.set(variable, said);
        }
      }
    }
    this._said.set(path, known);
    this._changed.emit(path);
  }

  private readonly _said = new Map<string, ReadonlyMap<string, Said>>();
  private readonly _heirs = new WeakSet<InferencesModel>();
  private readonly _changed = new Signal<IRoles, string>(this);
}

/** Whether all sets have a column. */
export function haveAll(
  sets: readonly (InferencesModel | null)[],
  column: string
): boolean {
  return sets.every(
    set => set?.columns.some(({ name }) => name === column) ?? true
  );
}
