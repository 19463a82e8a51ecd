import { history, type IPicked, START } from '../state';

describe('undo', () => {
  it('forgets with another pick that one set alone was wanted', () => {
    const start = { now: START, past: [], gesture: null };
    const only = history(start, { type: 'set', change: { only: 'primary' } });
    expect(only.now.only).toBe('primary');
    const next = history(only, {
      type: 'set',
      change: { picked: { indices: Int32Array.of(1), how: { kind: 'rows' } } }
    });
    expect(next.now.only).toBeNull();
    expect(history(next, { type: 'undo' }).now.only).toBe('primary');
  });

  it('walks back each change, and those of one gesture at once', () => {
    const pick = (i: number): IPicked => ({
      indices: Int32Array.of(i),
      how: { kind: 'rows' }
    });
    let state = { now: START, past: [], gesture: null } as Parameters<
      typeof history
    >[0];
    state = history(state, { type: 'set', change: { picked: pick(1) } });
    state = history(state, {
      type: 'set',
      change: { picked: pick(2) },
      gesture: 'g'
    });
    state = history(state, {
      type: 'set',
      change: { picked: pick(3) },
      gesture: 'g'
    });
    expect(state.now.picked?.indices[0]).toBe(3);
    state = history(state, { type: 'undo' });
    expect(state.now.picked?.indices[0]).toBe(1);
    state = history(state, { type: 'undo' });
    expect(state.now).toBe(START);
    expect(history(state, { type: 'undo' })).toBe(state);
  });
});
