import { heldOf } from '../held';

function reply(text: string, status = 'ok'): unknown {
  return { held: { status, data: { 'text/plain': text } } };
}

describe('heldOf', () => {
  it("reads the bridge's answer", () => {
    const held = heldOf(reply(`'{"tokens": {"a1": "a1:00ff", "b2": "gone"}}'`));
    expect([...held]).toEqual([
      ['a1', 'a1:00ff'],
      ['b2', 'gone']
    ]);
  });

  it('knows nothing where there is no bridge, or no sense', () => {
    for (const expressions of [
      undefined,
      null,
      {},
      reply('', 'error'),
      reply("'{'"),
      reply('\'{"error": {"message": "no"}}\'')
    ]) {
      expect(heldOf(expressions).size).toBe(0);
    }
  });
});
