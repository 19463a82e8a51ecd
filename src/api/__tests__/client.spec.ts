import { ProblemError } from '../problem';
import { type IAnswer, type IAsked, WireServer } from './server';

let wire: WireServer;
let answer: (asked: IAsked) => IAnswer | Promise<IAnswer>;

beforeEach(async () => {
  wire = await WireServer.start(asked => answer(asked));
});

afterEach(async () => {
  await wire.stop();
});

async function problemOf(work: Promise<unknown>): Promise<ProblemError> {
  const error: unknown = await work.then(
    () => null,
    reason => reason
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

describe('Client', () => {
  it('asks under the base URL, with what belongs into the query', async () => {
    answer = () => ({ json: { kernel: {}, frames: [] } });
    await wire.client.frames('a/b c', ['i1', 'i2']);
    expect(wire.asked[0]).toMatchObject({
      method: 'GET',
      path: '/base/phoenix-lab/api/frames?kernel_id=a%2Fb+c&set=i1&set=i2'
    });
  });

  it('posts bodies as JSON, and ids that cannot leave their place', async () => {
    answer = () => ({ json: { id: 'x' } });
    await wire.client.read({ kernel_id: 'k', ref: 'r' });
    await wire.client.release('../cache');
    expect(wire.asked).toMatchObject([
      {
        method: 'POST',
        path: '/base/phoenix-lab/api/inferences',
        body: { kernel_id: 'k', ref: 'r' }
      },
      { method: 'DELETE', path: '/base/phoenix-lab/api/inferences/..%2Fcache' }
    ]);
  });

  it('gives events as they come, however the bytes are cut', async () => {
    let send: (() => void) | null = null;
    const gate = new Promise<void>(resolve => (send = resolve));
    async function* lines(): AsyncGenerator<string> {
      yield '{"state":"running","fraction":.'.replace('.', '0.');
      yield '25}\n{"state":"runn';
      await gate;
      yield 'ing","fraction":0.5}\n\n{"state":"done"}';
    }
    answer = () => ({ lines: lines() });
    const seen: unknown[] = [];
    for await (const event of wire.client.events('a')) {
      seen.push(event);
      if (seen.length === 1) {
        send!();
      }
    }
    expect(seen).toEqual([
      { state: 'running', fraction: 0.25 },
      { state: 'running', fraction: 0.5 },
      { state: 'done' }
    ]);
  });

  it('lets go of the connection when nobody listens any more', async () => {
    async function* lines(): AsyncGenerator<string> {
      for (;;) {
        yield '{"state":"running"}\n';
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    }
    answer = () => ({ lines: lines() });
    const abort = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const event of wire.client.events('a', abort.signal)) {
        expect(event.state).toBe('running');
        abort.abort();
      }
    };
    await expect(follow()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it("hands on the server's own words", async () => {
    answer = () => ({
      status: 409,
      json: {
        message: 'column "x": row 17 has 383 values, the others 384',
        hint: 'Leave it out.',
        column: 'x'
      }
    });
    const problem = await problemOf(wire.client.frames('k'));
    expect(problem).toMatchObject({
      message: 'column "x": row 17 has 383 values, the others 384',
      hint: 'Leave it out.',
      column: 'x',
      status: 409
    });
  });

  it('says what to do when our half is not there', async () => {
    // What Jupyter itself answers where there is no such handler.
    answer = () => ({
      status: 404,
      json: { message: 'Not Found', reason: null }
    });
    const problem = await problemOf(wire.client.bridge());
    expect(problem.message).toContain('server half');
    expect(problem.hint).toContain('pip install phoenix_lab');
  });

  it('shows no page of a proxy, and no trace', async () => {
    answer = () => ({
      status: 502,
      bytes: new TextEncoder().encode('<html>Traceback (most recent call')
    });
    const problem = await problemOf(wire.client.clearCache());
    expect(problem.message).toContain('502');
    expect(`${problem.message}${problem.hint}`).not.toMatch(/html|Traceback/);
  });

  it('says when the server does not answer at all', async () => {
    answer = () => ({});
    const { client } = wire;
    await wire.stop();
    const problem = await problemOf(client.frames('k'));
    expect(problem).toMatchObject({ status: 0 });
    expect(problem.message).toContain('does not answer');
    wire = await WireServer.start(asked => answer(asked));
  });
});
