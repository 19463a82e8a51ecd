import type { InferencesModel } from '../api/contract';
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
    this._roles.changed.connect((_, path) => {
      this._inTurn(() => this._settle(path)).catch(() => undefined);
    });
  }

  /** Say what a column is for, in both sets that have it; null takes back what was said. */
  correct(
    inspection: Inspection,
    column: string,
    said: IRoleChange | null
  ): Promise<void> {
    return this._inTurn(async () => {
      const { primary, reference, path } = inspection;
      const sets = [primary, ...(reference ? [reference] : [])].filter(
        ({ columns, corrections }) =>
          columns.some(({ name }) => name === column) ||
          corrections.some(other => other.column === column)
      );
      const now = sets.map(
        model => [model, change(model.corrections, column, said)] as const
      );
      const models = await this._readings.correctAll(now);
      const of = <T extends InferencesModel | null>(model: T): T =>
        ((model && models.get(model.id)) ?? model) as T;
      if (
        inspection.isDisposed ||
        inspection.primary !== primary ||
        inspection.reference !== reference
      ) {
        // It is of other sets now, which have what is said when it is said.
        models.forEach(({ id }) => this._readings.release(id));
      } else {
        inspection.replace(of(primary), of(reference));
      }
      this._roles.say(path, now);
    });
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
  private _last: Promise<void> = Promise.resolve();
}

export namespace Correcting {
  export interface IOptions {
    readonly readings: Readings;
    readonly inspections: Inspections;
    readonly roles: Roles;
  }
}
