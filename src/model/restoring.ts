import type { TranslationBundle } from '@jupyterlab/translation';

import type { Client } from '../api/client';
import type { InferencesModel } from '../api/contract';
import { ProblemError } from '../api/problem';
import { read, write } from '../notebook/kept';
import type { Source } from '../notebook/source';
import type {
  IFrameName,
  IInspection,
  IInspectionState,
  ISetState
} from '../tokens';
import type { Inspection } from './inspection';
import type { Inspections } from './inspections';
import type { Readings } from './readings';

/** What is kept of an inspection. */
export function stateOf(inspection: IInspection): IInspectionState {
  const { path, primary, reference, corpus, unit, limit, where } = inspection;
  const { whereBefore } = inspection;
  const picked = [...inspection.picked.values()].flatMap(
    selection => write(selection) ?? []
  );
  const stateOfSet = ({
    name,
    variable,
    id,
    given
  }: InferencesModel): ISetState => ({
    name,
    variable,
    id,
    ...(given === null ? {} : { schema: given })
  });
  return {
    path,
    primary: stateOfSet(primary),
    reference: reference && stateOfSet(reference),
    ...(corpus ? { corpus: stateOfSet(corpus) } : {}),
    unit,
    limit,
    ...(where.length > 0 ? { where } : {}),
    ...(whereBefore === where ? {} : { whereBefore }),
    ...(picked.length > 0 ? { picked } : {})
  };
}

/** Take up an inspection whose sets the server still has, without reading or computing; null if it has not. */
export async function restore(
  state: IInspectionState,
  source: Source,
  inspections: Inspections,
  readings: Readings,
  client: Client
): Promise<Inspection | null> {
  const find = (): Inspection | null =>
    inspections.of(source).find(other => isOf(other, state)) ?? null;
  const known = find();
  const ids = [
    state.primary.id,
    state.reference ? state.reference.id : '',
    state.corpus ? state.corpus.id : ''
  ];
  if (known || ids.includes(null)) {
    return known;
  }
  try {
    const wanted = ids.filter((id): id is string => Boolean(id));
    const found = await client.known(wanted);
    const primary = found.find(({ id }) => id === state.primary.id);
    const reference =
      found.find(({ id }) => id === state.reference?.id) ?? null;
    const corpus = found.find(({ id }) => id === state.corpus?.id) ?? null;
    if (
      primary?.kernel_id !== source.kernel?.id ||
      !primary ||
      (state.reference && !reference) ||
      (state.corpus && !corpus)
    ) {
      // The server has let them go, or they are of a kernel that is no more.
      return null;
    }
    // The views of one inspection come back together.
    const before = find();
    if (before) {
      return before;
    }
    const [first, second] = await Promise.all([
      readings.settleNew(state.path, primary),
      reference && readings.settleNew(state.path, reference)
    ]);
    return (
      find() ??
      inspections.create(source, {
        primary: first,
        reference: second,
        corpus,
        unit: state.unit,
        limit: state.limit,
        where: state.where,
        whereBefore: state.whereBefore,
        picked: read(state.picked)
      })
    );
  } catch {
    return null;
  }
}

/** How a set that was open before is read again: by its variable. */
export function variableOf(
  { name, variable, schema }: ISetState,
  trans: TranslationBundle
): IFrameName {
  if (variable === null) {
    throw new ProblemError({
      message: trans.__('%1 was no variable.', name),
      hint: trans.__('Inspect it again from the cell that shows it.')
    });
  }
  return { expression: variable, name, schema: schema ?? undefined };
}

/** Whether an inspection is of the sets that another was of, or of what their variables hold now. */
export function isOf(
  { primary, reference }: IInspection,
  state: IInspectionState
): boolean {
  const is = (model: InferencesModel, kept: ISetState): boolean =>
    model.id === kept.id ||
    (kept.variable !== null && model.variable === kept.variable);
  return (
    is(primary, state.primary) &&
    (state.reference
      ? reference !== null && is(reference, state.reference)
      : reference === null)
  );
}
