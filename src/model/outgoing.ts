import type { TranslationBundle } from '@jupyterlab/translation';

import { ProblemError } from '../api/problem';
import type { IExported, IInserted, Insertable, ISelection } from '../tokens';
import { narrowed } from './cohort';
import { areListed, areOnMap } from './conditions';
import { Exports } from './exports';
import type { Inspection } from './inspection';
import type { IInspectionHost } from './inspection-host';
import { hasRows, outdated, outdatedText, shownRows } from './selection';

/** Rows, and what gives them beside their places. */
export type IPlaced = Pick<ISelection, 'rows'> &
  Partial<Pick<ISelection, 'source' | 'conditions'>>;

/** What goes out of an inspection: cells of its notebook, and variables of its kernel. */
export class Outgoing {
  constructor(
    private readonly _inspection: Inspection,
    private readonly _host: IInspectionHost,
    private readonly _trans: TranslationBundle
  ) {
    this._exports = new Exports(name => _host.holds(_inspection, name));
  }

  async insert(what: Insertable): Promise<IInserted> {
    if (!('kind' in what)) {
      const shown = shownRows(what, this._inspection);
      const whole = await this._sure(what);
      const { after } = what;
      const sure =
        after?.kind === 'direction'
          ? {
              ...whole,
              after: { ...after, other: await this._sure(after.other) }
            }
          : whole;
      return this._host.insert(this._inspection, sure, shown);
    }
    if (what.kind === 'labels') {
      this.checkPlaces({
        rows: what.sets.map(({ set }) => ({ set, rows: [] }))
      });
    }
    return this._host.insert(
      this._inspection,
      what.kind === 'labels' ||
        what.kind === 'embedding' ||
        what.kind === 'watch' ||
        what.kind === 'report' ||
        what.kind === 'renaming'
        ? what
        : narrowed(what, this._inspection.where),
      null
    );
  }

  exportName(selection: ISelection): string {
    return (
      this._exports.of(selection.rows)?.name ??
      this._host.freeName(this._inspection, selection)
    );
  }

  async exportRows(
    selection: ISelection,
    name = this.exportName(selection)
  ): Promise<IExported> {
    const whole = await this._inspection.kept.whole(selection);
    this._check(whole);
    const before = this._exports.of(whole.rows);
    if (before?.name === name) {
      return { ...before, wasThere: true };
    }
    if (!hasRows(whole)) {
      throw new ProblemError({
        message: this._trans.__(
          'The notebook keeps how these rows are computed, not the rows.'
        ),
        hint: this._trans.__('Insert gives them.')
      });
    }
    const done = await this._host.exportRows(this._inspection, whole, name);
    this._exports.add(whole.rows, done);
    return done;
  }

  /** The sets are others: what was exported is of those before. */
  clear(): void {
    this._exports.clear();
  }

  /** Code that names rows by their places, or by their cluster on a map, gives others where rows have moved since they were read. */
  checkPlaces({ rows, source = null, conditions }: IPlaced): void {
    if (conditions && !areOnMap(conditions) && !areListed(conditions)) {
      return;
    }
    const { moved } = this._inspection;
    // A map is of both sets: with other rows in either it is another one.
    const isOfMap = source !== null || conditions !== undefined;
    const set = isOfMap
      ? moved[0]
      : rows.find(part => moved.includes(part.set))?.set;
    if (set !== undefined) {
      const name = this._inspection[set]?.name ?? '';
      throw new ProblemError({
        message: isOfMap
          ? this._trans.__(
              '%1 has changed since it was read: a cell would make another map, on which these may be other rows.',
              name
            )
          : this._trans.__(
              '%1 has changed since it was read: its rows may have other places now.',
              name
            ),
        hint: this._trans.__(
          'Refresh and pick them again; or Export, which gives the rows that are shown.'
        )
      });
    }
  }

  /** The selection with all its rows, of which code gives the very same; rejects with a `ProblemError` where it would not. */
  private async _sure(selection: ISelection): Promise<ISelection> {
    const whole = selection.conditions
      ? await this._inspection.kept.whole(selection)
      : selection;
    this._check(whole);
    this.checkPlaces(whole);
    return whole;
  }

  /** Positions in a set that has other rows now are not those of the rows that were picked. */
  private _check(selection: ISelection): void {
    const changed = outdated(selection, this._inspection);
    if (changed) {
      throw new ProblemError({
        message: outdatedText(changed, this._trans),
        hint: this._trans.__('Pick them again.')
      });
    }
  }

  private readonly _exports: Exports;
}
