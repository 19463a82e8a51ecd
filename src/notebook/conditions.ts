import type { Condition } from '../tokens';
import { literal } from './python';

/** Text that is a number, which JSON could not say exactly. */
const WHOLE = /^-?\d{1,40}$/;

/** How a map is written in a condition. */
export type WriteMap = (
  map: Extract<Condition, { readonly kind: 'in_cluster' }>['map']
) => string;

/** A condition as Python. */
export function conditionCode(
  condition: Condition,
  px: string,
  writeMap: WriteMap
): string {
  const args: string[] = [];
  const end = (value: number | string | null | undefined): string =>
    typeof value === 'string' && WHOLE.test(value) ? value : literal(value);
  switch (condition.kind) {
    case 'values': {
      const { column, values, negated } = condition;
      const [only] = values;
      args.push(
        literal(column),
        values.length === 1 && only !== null ? literal(only) : literal(values)
      );
      if (negated) {
        args.push('negated=True');
      }
      break;
    }
    case 'range':
    case 'length': {
      const { column, low = null, high = null } = condition;
      args.push(literal(column));
      if (low !== null) {
        args.push(`low=${end(low)}`);
      }
      if (high !== null) {
        args.push(`high=${end(high)}`);
      }
      break;
    }
    case 'missing':
      args.push(literal(condition.column));
      if (condition.negated) {
        args.push('negated=True');
      }
      break;
    case 'repeated': {
      const { columns, first, among = [] } = condition;
      args.push(literal(columns.length === 1 ? columns[0] : columns));
      if (first) {
        args.push('first=True');
      }
      if (among.length > 0) {
        args.push(`among=${conditionsCode(among, px, writeMap)}`);
      }
      break;
    }
    case 'in_cluster':
      args.push(writeMap(condition.map), literal(condition.cluster));
      break;
    case 'in_lasso':
      args.push(writeMap(condition.map), literal(condition.polygon));
      break;
    case 'at_rows':
      for (const set of ['primary', 'reference'] as const) {
        if (condition[set]) {
          args.push(`${set}=${literal(condition[set])}`);
        }
      }
      break;
    case 'of_set':
      args.push(literal(condition.name));
      break;
    case 'all_of':
    case 'any_of': {
      const items = condition.conditions.map(one =>
        conditionCode(one, px, writeMap)
      );
      if (items.length > 1 && !condition.set) {
        const sign = condition.kind === 'all_of' ? ' & ' : ' | ';
        return `(${items.join(sign)})`;
      }
      args.push(`(${items.join(', ')}${items.length === 1 ? ',' : ''})`);
      break;
    }
    case 'not': {
      const inner = conditionCode(condition.condition, px, writeMap);
      if (!condition.set) {
        return `~${inner}`;
      }
      args.push(inner);
      break;
    }
  }
  if (condition.set) {
    args.push(`set=${literal(condition.set)}`);
  }
  return `${px}.${CLASSES[condition.kind]}(${args.join(', ')})`;
}

const CLASSES: Readonly<Record<Condition['kind'], string>> = {
  values: 'Values',
  range: 'Range',
  length: 'Length',
  missing: 'Missing',
  repeated: 'Repeated',
  in_cluster: 'InCluster',
  in_lasso: 'InLasso',
  at_rows: 'AtRows',
  of_set: 'OfSet',
  all_of: 'AllOf',
  any_of: 'AnyOf',
  not: 'Not'
};

/** Conditions as a Python tuple. */
export function conditionsCode(
  conditions: readonly Condition[],
  px: string,
  writeMap: WriteMap
): string {
  const items = conditions.map(one => conditionCode(one, px, writeMap));
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}
