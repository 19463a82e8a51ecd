import * as React from 'react';

/** The counts of a small picture. */
export interface ISpark {
  /** Ends of the bins, one more than counts; null for categories. */
  readonly edges: readonly number[] | null;
  readonly labels: readonly string[] | null;
  readonly reference: readonly number[] | null;
  readonly primary: readonly number[] | null;
}

export interface ISparkProps {
  spark: ISpark;
  width?: number;
  height?: number;
  label: string;
}

const PAD = 1.5;

/** A small distribution of both sets: reference as pale area with an outline, primary as a line on it. */
export const Spark = React.memo(
  ({
    spark,
    width = 88,
    height = 24,
    label
  }: ISparkProps): React.ReactElement | null => {
    const primary = shares(spark.primary);
    const reference = shares(spark.reference);
    const bins = Math.max(primary?.length ?? 0, reference?.length ?? 0);
    const most = Math.max(0, ...(primary ?? []), ...(reference ?? []));
    if (bins === 0 || most === 0) {
      return <span className="px-faint">—</span>;
    }
    const floor = height - 1;
    const y = (share: number) => floor - (share / most) * (floor - PAD);
    const categories = spark.labels !== null && spark.edges === null;
    const slot = width / bins;
    return (
      <svg
        className="px-spark"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
      >
        {reference &&
          categories &&
          bars(reference, slot, y, floor, 'reference', true)}
        {reference && !categories && (
          <>
            <path
              d={`${steps(reference, slot, y)}V${floor}H0Z`}
              fill="var(--px-reference)"
              opacity={0.34}
            />
            <path
              d={steps(reference, slot, y)}
              fill="none"
              stroke="var(--px-reference)"
              strokeWidth={0.8}
            />
          </>
        )}
        <path d={`M0 ${floor}H${width}`} stroke="var(--px-hair2)" />
        {primary &&
          categories &&
          bars(primary, slot, y, floor, 'primary', !reference)}
        {primary && !categories && (
          <>
            {!reference && (
              <path
                d={`${steps(primary, slot, y)}V${floor}H0Z`}
                fill="var(--px-primary)"
                opacity={0.16}
              />
            )}
            <path
              d={steps(primary, slot, y)}
              fill="none"
              stroke="var(--px-primary)"
              strokeWidth={1.4}
              strokeLinejoin="round"
            />
          </>
        )}
      </svg>
    );
  }
);

function shares(counts: readonly number[] | null): number[] | null {
  if (!counts || counts.length === 0) {
    return null;
  }
  const total = counts.reduce((a, b) => a + b, 0);
  return total > 0 ? counts.map(n => n / total) : null;
}

function steps(
  values: readonly number[],
  slot: number,
  y: (value: number) => number
): string {
  return values
    .map((value, i) => {
      const at = y(value).toFixed(1);
      const start = i === 0 ? `M0 ${at}` : `V${at}`;
      return `${start}H${((i + 1) * slot).toFixed(1)}`;
    })
    .join('');
}

function bars(
  values: readonly number[],
  slot: number,
  y: (value: number) => number,
  floor: number,
  set: 'primary' | 'reference',
  filled: boolean
): React.ReactElement[] {
  const wide = Math.max(slot - (slot > 8 ? 4 : 1), 1);
  return values.map((value, i) => {
    const x = i * slot;
    const top = y(value);
    return (
      <React.Fragment key={i}>
        {filled && (
          <rect
            x={x}
            y={top}
            width={wide}
            height={floor - top}
            fill={`var(--px-${set})`}
            opacity={set === 'reference' ? 0.34 : 0.16}
          />
        )}
        <path
          d={`M${x} ${top}h${wide}`}
          stroke={`var(--px-${set})`}
          strokeWidth={set === 'primary' ? 2 : 1}
        />
      </React.Fragment>
    );
  });
}
