import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ProblemError } from '../api/problem';
import type { IEmbedders, IEmbedding } from '../tokens';
import { literal } from './python';

/** Ask a kernel what it could embed with; silent, without a name, an entry in the history or a count. */
export async function askEmbedders(
  kernel: Kernel.IKernelConnection,
  /** Variables. */
  frames: readonly string[],
  { column, isOfImages }: Pick<IEmbedding, 'column' | 'isOfImages'>,
  model: string | null,
  trans: TranslationBundle
): Promise<IEmbedders> {
  const module = '__import__("phoenix_lab.generate.offer", fromlist=["offer"])';
  const args = [`[${frames.join(', ')}]`, literal(column), literal(model)];
  if (isOfImages) {
    args.push('of="image"');
  }
  const reply = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { answer: `${module}.offer(${args.join(', ')})` }
  }).done;
  const { content } = reply;
  const answer =
    content.status === 'ok'
      ? (content.user_expressions as { answer?: IAnswer }).answer
      : undefined;
  const found = answer?.data?.['application/json'];
  if (!found) {
    const isMissing = answer?.ename === 'ModuleNotFoundError';
    throw new ProblemError({
      message: isMissing
        ? trans.__('The kernel has no phoenix_lab, which embeds.')
        : trans.__(
            'The kernel could not say what it can embed with: %1',
            answer?.evalue ?? ''
          ),
      hint: isMissing
        ? trans.__('Run %pip install phoenix_lab in the notebook.')
        : undefined
    });
  }
  return found;
}

interface IAnswer {
  readonly data?: { readonly 'application/json'?: IEmbedders };
  readonly ename?: string;
  readonly evalue?: string;
}
