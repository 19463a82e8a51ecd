import * as React from 'react';
import { act } from 'react';

import { useRoving } from '../roving';
import { host, root } from '../../../__tests__/host';

function Sheet({ rows }: { rows: readonly (readonly string[])[] }) {
  const table = React.useRef<HTMLTableElement>(null);
  return (
    <table ref={table} {...useRoving(table)}>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map(name => (
              <td key={name}>
                <button>{name}</button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const draw = (rows: readonly (readonly string[])[]): void =>
  act(() => root.render(<Sheet rows={rows} />));
const stops = (): (string | null)[] =>
  [...host.querySelectorAll('button')]
    .filter(({ tabIndex }) => tabIndex === 0)
    .map(({ textContent }) => textContent);
const press = (key: string): string | null => {
  act(() => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    );
  });
  return document.activeElement?.textContent ?? null;
};

describe('a table with one tab stop', () => {
  it('is walked through by the arrows', () => {
    draw([['head'], ['a', 'rows of a'], [], ['b'], ['c', 'rows of c']]);
    expect(stops()).toEqual(['head']);
    act(() => host.querySelector('button')?.focus());
    expect(press('ArrowDown')).toBe('a');
    expect(press('ArrowRight')).toBe('rows of a');
    expect(press('ArrowRight')).toBe('rows of a');
    expect(press('ArrowDown')).toBe('b');
    expect(press('End')).toBe('c');
    expect(press('ArrowDown')).toBe('c');
    expect(stops()).toEqual(['c']);
    expect(press('Home')).toBe('head');
    expect(press('x')).toBe('head');
  });

  it('keeps its stop while there is one, and has one when that is gone', () => {
    draw([['head'], ['a'], ['b']]);
    act(() => host.querySelectorAll('button')[2].focus());
    draw([['head'], ['a'], ['b'], ['new']]);
    expect(stops()).toEqual(['b']);
    draw([['head']]);
    expect(stops()).toEqual(['head']);
  });
});
