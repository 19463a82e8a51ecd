import type { Kernel } from '@jupyterlab/services';

/**
 * Ask the bridge what dataframes that were read hold now: by ref, a text that changes when they do.
 *
 * The question goes the way of the cells, so it is answered after those that were started before. Nothing is said of
 * dataframes that the bridge does not know, and nothing at all by a kernel without the bridge.
 */
export async function askHeld(
  kernel: Kernel.IKernelConnection,
  refs: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  // Refs are hexadecimal, and the literal is that of JSON and of Python alike.
  const request = JSON.stringify(JSON.stringify({ do: 'token', refs }));
  const reply = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: {
      held: `__import__('sys').modules['_phoenix_lab_bridge'].call(${request})`
    }
  }).done;
  const content = reply?.content as { user_expressions?: unknown } | undefined;
  return heldOf(content?.user_expressions);
}

/** Read the answer: the representation of a string that is JSON. */
export function heldOf(expressions: unknown): ReadonlyMap<string, string> {
  const { held } = (expressions ?? {}) as {
    held?: { status?: string; data?: { 'text/plain'?: string } };
  };
  const text = held?.data?.['text/plain'];
  if (held?.status !== 'ok' || text === undefined) {
    return new Map();
  }
  try {
    const { tokens } = JSON.parse(text.slice(1, -1)) as {
      tokens?: Record<string, string>;
    };
    return new Map(Object.entries(tokens ?? {}));
  } catch {
    return new Map();
  }
}
