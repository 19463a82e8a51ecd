import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from '../api/client';
import type {
  Correction,
  FrameListing,
  InferencesModel
} from '../api/contract';
import { ProblemError } from '../api/problem';
import type { Source } from '../notebook/source';
import type { IFrameName, IReading } from '../tokens';
import { PATIENCE } from './listing';
import { isSame, type Roles } from './roles';

/** Reads dataframes, and remembers of each what the server does not: how it was asked for, and what it then was. */
export class Readings {
  constructor(options: Readings.IOptions) {
    this._client = options.client;
    this._trans = options.trans;
    this._frames = options.frames;
    this._roles = options.roles;
  }

  /** What is being read. */
  get underWay(): readonly IReading[] {
    return this._underWay;
  }

  get changed(): ISignal<Readings, void> {
    return this._changed;
  }

  /** By the id of a set without a variable: the expression that showed it. */
  get expressions(): ReadonlyMap<string, string> {
    return this._expressions;
  }

  async read(
    source: Source,
    name: IFrameName,
    /** The set that it takes the place of: what has not changed is not read again. */
    insteadOf: string | null = null
  ): Promise<InferencesModel> {
    const { kernel } = source;
    if (!kernel) {
      throw new ProblemError({
        message: this._trans.__('No kernel'),
        hint: this._trans.__('Dataframes live in a running kernel.')
      });
    }
    const abort = new AbortController();
    const frame = this._frames(source).find(
      ({ ref, names }) =>
        ref === name.ref || names.includes(name.expression ?? '')
    );
    let waitsSince: number | null = null;
    const reading: IReading = {
      name:
        frame?.names[0] ??
        name.name ??
        name.expression ??
        this._trans.__('the dataframe'),
      nbytes: frame?.nbytes ?? null,
      get waitsSince() {
        return waitsSince;
      },
      cancel: () => abort.abort()
    };
    // Busy before it was asked: with a cell, not with us.
    const isBusy = kernel.status === 'busy';
    const impatient = window.setTimeout(() => {
      if (isBusy && kernel.status === 'busy') {
        waitsSince = Date.now();
        this._changed.emit();
      }
    }, PATIENCE);
    this._set([...this._underWay, reading]);
    try {
      const model = await this._client.read(
        {
          kernel_id: kernel.id,
          ref: name.ref ?? null,
          expression: name.ref ? null : (name.expression ?? null),
          name: name.name ?? name.expression ?? null,
          schema: name.schema ?? null,
          instead_of: insteadOf
        },
        abort.signal
      );
      if (model.variable === null && name.ref && name.expression) {
        this._expressions.set(model.id, name.expression);
      }
      return await this.settleNew(source.path, model);
    } finally {
      window.clearTimeout(impatient);
      this._set(this._underWay.filter(other => other !== reading));
    }
  }

  /** Read sets together, so that the failure of one leaves nothing of the others behind. */
  async all(
    source: Source,
    primary: IFrameName,
    reference: IFrameName | null,
    corpus: IFrameName | null
  ): Promise<
    [InferencesModel, InferencesModel | null, InferencesModel | null]
  > {
    const settled = await Promise.allSettled([
      this.read(source, primary),
      reference && this.read(source, reference),
      corpus && this.read(source, corpus)
    ]);
    const [a, b, c] = settled;
    if (
      a.status === 'fulfilled' &&
      b.status === 'fulfilled' &&
      c.status === 'fulfilled'
    ) {
      return [a.value, b.value, c.value];
    }
    for (const one of settled) {
      if (one.status === 'fulfilled' && one.value) {
        this.release(one.value.id);
      }
    }
    throw settled.find(one => one.status === 'rejected')?.reason;
  }

  /** Read a set again, in the sense in which it was read. */
  async again(
    source: Source,
    model: InferencesModel
  ): Promise<InferencesModel> {
    const now = await this.read(
      source,
      {
        ...nameOf(model, this._frames(source)),
        schema: model.given ?? undefined
      },
      model.id
    );
    // What was said of an object without a name is known nowhere else.
    return model.variable === null && this._roles.hasOwn(model)
      ? this._insteadOf(now, model.corrections)
      : now;
  }

  /** Say of sets what their columns are for: all of them, or none; by the id of the set before. */
  async correctAll(
    sets: readonly (readonly [InferencesModel, readonly Correction[]])[]
  ): Promise<ReadonlyMap<string, InferencesModel>> {
    const settled = await Promise.allSettled(
      sets.map(async ([model, corrections]) => {
        const now = await this._client.roles(model.id, {
          corrections: [...corrections]
        });
        this._inherit(model, now);
        return [model.id, now] as const;
      })
    );
    const done = settled.flatMap(one =>
      one.status === 'fulfilled' ? [one.value] : []
    );
    const failed = settled.find(one => one.status === 'rejected');
    if (failed) {
      done.forEach(([, { id }]) => this.release(id));
      throw failed.reason;
    }
    return new Map(done);
  }

  /** A set with what is said of its columns; itself where it has that already, or where that fails: it is right in its way. */
  async settle(path: string, model: InferencesModel): Promise<InferencesModel> {
    const now = await this._corrected(model, this._roles.wanted(path, model));
    this._follow(model, now);
    return now;
  }

  /** The same for a set that nobody has yet, and that nobody needs when there is another in its place. */
  async settleNew(
    path: string,
    model: InferencesModel
  ): Promise<InferencesModel> {
    const now = await this._insteadOf(model, this._roles.wanted(path, model));
    this._follow(model, now);
    return now;
  }

  /** What was said of the variable that an output was made of is followed by the output. */
  private _follow(before: InferencesModel, now: InferencesModel): void {
    if (now !== before && !this._roles.hasOwn(before)) {
      this._roles.inherit(now);
    }
  }

  private async _insteadOf(
    model: InferencesModel,
    corrections: readonly Correction[]
  ): Promise<InferencesModel> {
    const now = await this._corrected(model, corrections);
    if (now !== model) {
      this.release(model.id);
    }
    return now;
  }

  private async _corrected(
    model: InferencesModel,
    corrections: readonly Correction[]
  ): Promise<InferencesModel> {
    if (isSame(model.corrections, corrections)) {
      return model;
    }
    try {
      const made = await this.correctAll([[model, corrections]]);
      return made.get(model.id) ?? model;
    } catch {
      return model;
    }
  }

  /** What is known of a set is known of the same values with other roles. */
  private _inherit(before: InferencesModel, now: InferencesModel): void {
    const expression = this._expressions.get(before.id);
    if (expression !== undefined) {
      this._expressions.set(now.id, expression);
    }
  }

  /** Whether a set that was read before still is what was read now. */
  isStill(before: InferencesModel, now: InferencesModel): boolean {
    return (
      before.ref === now.ref &&
      before.look !== '' &&
      before.look === now.look &&
      // Who says nothing of the roles wants no others.
      (now.given === null ||
        JSON.stringify(now.given) === JSON.stringify(before.given))
    );
  }

  release(id: string): void {
    this._expressions.delete(id);
    // A server that is gone has released it, too.
    this._client.release(id).catch(() => undefined);
  }

  private _set(underWay: readonly IReading[]): void {
    this._underWay = underWay;
    this._changed.emit();
  }

  private readonly _client: Client;
  private readonly _trans: TranslationBundle;
  private readonly _frames: Readings.IOptions['frames'];
  private readonly _roles: Roles;
  private readonly _changed = new Signal<Readings, void>(this);
  private readonly _expressions = new Map<string, string>();
  private _underWay: readonly IReading[] = [];
}

export namespace Readings {
  export interface IOptions {
    readonly client: Client;
    readonly trans: TranslationBundle;
    /** The dataframes that are known of a notebook. */
    readonly frames: (source: Source) => readonly FrameListing[];
    /** What was said of columns. */
    readonly roles: Roles;
  }
}

/** How to find a set's dataframe again: by its variable, which may hold another object by now, or the very object. */
export function nameOf(
  model: InferencesModel,
  frames: readonly FrameListing[]
): IFrameName {
  const { variable, ref, name } = model;
  if (variable === null) {
    return { ref, name };
  }
  const isThere = frames.some(({ names }) => names.includes(variable));
  const renamed = isThere ? undefined : frames.find(frame => frame.ref === ref);
  return renamed?.names[0] !== undefined
    ? {
        expression: renamed.names[0],
        name: name === variable ? renamed.names[0] : name
      }
    : { expression: variable, name };
}
