import type { TranslationBundle } from '@jupyterlab/translation';

import type { Correction, InferencesModel } from '../api/contract';
import { ProblemError } from '../api/problem';
import type { IRoleChange } from '../tokens';
import type { Inspection } from './inspection';
import type { Inspections } from './inspections';
import type { Readings } from './readings';
import { change, type Roles } from './roles';

/** Lets a person say what columns are for: in all that is open of a dataframe, and in what is read of it later. */
export class Correcting {
  constructor(options: Correcting.IOptions) {
    this._readings = options.readings;
    this._inspections = options.inspections;
    this._roles = options.roles;
    this._trans = options.trans;
    this._roles.changed.connect((_, path) => {
      this._inTurn(() => this._settle(path)).catch(() => undefined);
    });
  }

  /** Say what columns are for, in both sets that have them; null takes back what was said. */
  correct(
    inspection: Inspection,
    all: readonly (readonly [string, IRoleChange | null])[]
  ): Promise<void> {
    return this._inTurn(async () => {
      const { primary, reference } = inspection;
      const sets = [primary, ...(reference ? [reference] : [])];
      const before = sets.map(({ corrections }) => corrections);
      const time = timeOf(primary);
      const column = all.find(([, said]) => said?.role === 'timestamp')?.[0];
      const doubts = await this._say(
        inspection,
        sets.flatMap(model => {
          const own = all.filter(
            ([name]) =>
              model.columns.some(other => other.name === name) ||
              model.corrections.some(other => other.column === name)
          );
          const now = own.reduce(
            (said, [name, what]) => change(said, name, what),
            [...model.corrections]
          );
          return own.length > 0 ? [[model, now] as const] : [];
        }),
        column ?? null
      );
      if (column !== undefined && time !== column) {
        const models = [inspection.primary, inspection.reference];
        inspection.chooseTime({
          column,
          before: time,
          doubt: doubts[0] ?? null,
          back: () =>
            this._inTurn(async () => {
              // Of other sets that have come since, nobody knows what was said before.
              const now = [inspection.primary, inspection.reference];
              if (now.every((model, i) => model === models[i])) {
                await this._say(
                  inspection,
                  now.flatMap((model, i) =>
                    model ? [[model, before[i]] as const] : []
                  )
                );
              }
            })
        });
      }
    });
  }

  /**
   * Say all of some sets, and keep it with the notebook.
   *
   * @param time - The column that is to be the time; that is refused where its values are none.
   * @returns what the server doubts of that.
   */
  private async _say(
    inspection: Inspection,
    now: readonly (readonly [InferencesModel, readonly Correction[]])[],
    time: string | null = null
  ): Promise<readonly string[]> {
    const { primary, reference, path } = inspection;
    const models = await this._readings.correctAll(now);
    const release = (): void =>
      models.forEach(({ id }) => this._readings.release(id));
    const doubts = [...models.values()].flatMap(({ problems }) =>
      problems.filter(text => time !== null && text.startsWith(`"${time}" `))
    );
    const refused = [...models.values()].find(
      model => time !== null && timeOf(model) !== time
    );
    if (refused) {
      release();
      const before = timeOf(primary);
      throw new ProblemError({
        message:
          doubts[0] ?? this._trans.__('%1 cannot be the time.', time ?? ''),
        hint: before && this._trans.__('%1 stays the time column.', before)
      });
    }
    const of = <T extends InferencesModel | null>(model: T): T =>
      ((model && models.get(model.id)) ?? model) as T;
    if (
      inspection.isDisposed ||
      inspection.primary !== primary ||
      inspection.reference !== reference
    ) {
      // It is of other sets now, which have what is said when it is said.
      release();
    } else {
      inspection.replace(of(primary), of(reference));
    }
    this._roles.say(path, now);
    return doubts;
  }

  /** Have what is open of a notebook be as the notebook says. */
  private async _settle(path: string): Promise<void> {
    for (const inspection of this._inspections.all) {
      if (inspection.path !== path) {
        continue;
      }
      const { primary, reference } = inspection;
      const first = await this._readings.settle(path, primary);
      const second =
        reference && (await this._readings.settle(path, reference));
      if (first === primary && second === reference) {
        continue;
      }
      if (
        inspection.isDisposed ||
        inspection.primary !== primary ||
        inspection.reference !== reference
      ) {
        for (const [now, before] of [
          [first, primary],
          [second, reference]
        ]) {
          if (now && now !== before) {
            this._readings.release(now.id);
          }
        }
      } else {
        inspection.replace(first, second);
      }
    }
  }

  /** One after another: each begins with the sets that the one before it has made. */
  private _inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this._last.then(work, work);
    this._last = turn.catch(() => undefined);
    return turn;
  }

  private readonly _readings: Readings;
  private readonly _inspections: Inspections;
  private readonly _roles: Roles;
  private readonly _trans: TranslationBundle;
  private _last: Promise<void> = Promise.resolve();
}

export namespace Correcting {
  export interface IOptions {
    readonly readings: Readings;
    readonly inspections: Inspections;
    readonly roles: Roles;
    readonly trans: TranslationBundle;
  }
}

function timeOf({ columns }: InferencesModel): string | null {
  return columns.find(({ role }) => role === 'timestamp')?.name ?? null;
}
