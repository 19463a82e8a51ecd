import { inferences } from '../../../api/__tests__/server';
import type { ColumnInfo } from '../../../api/contract';
import type { IInspection } from '../../../tokens';
import { setIds } from '../../parts';
import { RowReader } from '../rows';

it('of vectors alone are drawn as rows that nothing is told of', async () => {
  const columns = [
    { name: 'v', kind: 'vector', role: 'embedding', problem: null }
  ] as ColumnInfo[];
  const inspection = {
    primary: inferences({ columns }),
    reference: null
  } as unknown as IInspection;
  await new Promise<void>(resolve => {
    const reader = new RowReader(inspection, 'v', setIds(inspection), resolve);
    expect(reader.get('primary', 2)).toBeNull();
  });
});
