import type { Schema } from '../api/contract';
import { literal, quote } from './python';

/** What stands in a schema, in the order of its fields. */
const FIELDS: readonly (keyof Schema)[] = [
  'prediction_id_column_name',
  'timestamp_column_name',
  'feature_column_names',
  'tag_column_names',
  'prediction_label_column_name',
  'prediction_score_column_name',
  'actual_label_column_name',
  'actual_score_column_name',
  'prompt_column_names',
  'response_column_names',
  'document_column_names',
  'document_id_column_name',
  'id_column_name',
  'embedding_feature_column_names',
  'excluded_column_names',
  'discrete_column_names',
  'continuous_column_names'
];

/** The columns of an embedding, in the order of the arguments of its class. */
const NAMES = [
  'vector_column_name',
  'raw_data_column_name',
  'link_to_data_column_name',
  'context_retrieval_ids_column_name',
  'context_retrieval_scores_column_name'
] as const;

type Names = Readonly<Partial<Record<(typeof NAMES)[number], string | null>>>;

/** A name that is longer than this makes a line of its own. */
const WIDTH = 72;

/** The same text for schemas that say the same. */
export function schemaText(schema: Schema): string {
  return JSON.stringify(
    FIELDS.map(field => [field, tidy(schema[field])]).filter(
      ([, value]) => value !== null
    )
  );
}

/** A file may hold anything, but not any amount of it. */
const MOST_TEXT = 500;
const MOST_ITEMS = 2000;

/** What a notebook keeps of a schema: what it says. */
export function writeSchema(schema: Schema): Schema {
  return tidy(schema) as Schema;
}

/** Read a schema that a notebook keeps; what makes no sense is left out, null when nothing is left. */
export function readSchema(data: unknown): Schema | null {
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const fields = data as Record<string, unknown>;
  const found = FIELDS.flatMap(field => {
    const value = Object.hasOwn(fields, field)
      ? readValue(fields[field])
      : undefined;
    return value === undefined ? [] : [[field, value] as const];
  });
  return found.length > 0 ? (Object.fromEntries(found) as Schema) : null;
}

/** A name, names, the columns of an embedding, or those of several; the server says what does not fit a field. */
function readValue(value: unknown): unknown {
  if (isText(value)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.filter(isText).slice(0, MOST_ITEMS);
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const names = readNames(value);
  if (names) {
    return names;
  }
  const several = Object.entries(value)
    .slice(0, MOST_ITEMS)
    .flatMap(([key, one]) => {
      const columns = isText(key) ? readNames(one) : null;
      return columns ? [[key, columns] as const] : [];
    });
  return several.length > 0 ? Object.fromEntries(several) : undefined;
}

function readNames(value: unknown): Names | null {
  const columns = (value ?? {}) as Record<string, unknown>;
  const found = NAMES.flatMap(key =>
    isText(columns[key]) ? [[key, columns[key]] as const] : []
  );
  return isText(columns.vector_column_name)
    ? (Object.fromEntries(found) as Names)
    : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

/** The lines that make a variable of a schema. */
export function schemaLines(
  schema: Schema,
  variable: string,
  px: string
): string[] {
  const fields = FIELDS.flatMap(field => {
    const value = schema[field] ?? null;
    return value === null ? [] : argument(field, value, px);
  });
  return fields.length === 0
    ? [`${variable} = ${px}.Schema()`]
    : [
        `${variable} = ${px}.Schema(`,
        ...fields.map(line => `    ${line}`),
        ')'
      ];
}

function argument(
  field: string,
  value: NonNullable<Schema[keyof Schema]>,
  px: string
): string[] {
  if (typeof value === 'string') {
    return [`${field}=${quote(value)},`];
  }
  if (Array.isArray(value)) {
    const line = `${field}=${literal(value)},`;
    return line.length <= WIDTH || value.length < 2
      ? [line]
      : [`${field}=(`, ...value.map(name => `    ${quote(name)},`), '),'];
  }
  if (isNames(value)) {
    return embedding(`${field}=`, value, px);
  }
  return [
    `${field}={`,
    ...Object.entries(value).flatMap(([name, columns]) =>
      embedding(`${quote(name)}: `, columns as Names, px).map(
        line => `    ${line}`
      )
    ),
    '},'
  ];
}

/** The columns of one embedding, over several lines where they are long. */
function embedding(head: string, columns: Names, px: string): string[] {
  const retrieves =
    columns.context_retrieval_ids_column_name ||
    columns.context_retrieval_scores_column_name;
  const args = NAMES.flatMap((key, i) => {
    const value = columns[key];
    return value ? [i === 0 ? quote(value) : `${key}=${quote(value)}`] : [];
  });
  const name = retrieves
    ? 'RetrievalEmbeddingColumnNames'
    : 'EmbeddingColumnNames';
  const line = `${head}${px}.${name}(${args.join(', ')}),`;
  return line.length <= WIDTH
    ? [line]
    : [
        `${head}${px}.${name}(`,
        ...args.map(argument => `    ${argument},`),
        '),'
      ];
}

/** Whether it is one embedding; a mapping's values are no texts, whatever its keys are called. */
function isNames(value: object): value is Names {
  return typeof (value as Names).vector_column_name === 'string';
}

/** Without what is null: a server may say that of fields that another leaves out. */
function tidy(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null && inner !== undefined)
          .map(([key, inner]) => [key, tidy(inner)])
      )
    : (value ?? null);
}
