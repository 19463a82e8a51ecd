import { PathExt } from '@jupyterlab/coreutils';
import {
  ABCWidgetFactory,
  Base64ModelFactory,
  type DocumentRegistry,
  DocumentWidget
} from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { HistoryStatus } from '../api/contract';
import { ViewBoundary } from '../views/boundary';

const MonitorsPage = React.lazy(async () => ({
  default: (await import('./page')).MonitorsPage
}));

/** The model of a file whose content never comes to the browser, and is never written from there. */
export class UnreadModelFactory extends Base64ModelFactory {
  get name(): string {
    return 'phoenix-history';
  }

  get fileFormat(): Contents.FileFormat {
    return null;
  }
}

export interface IMonitorsOptions {
  readonly read: (path: string, signal: AbortSignal) => Promise<HistoryStatus>;
  readonly trans: TranslationBundle;
}

/** The content of a history's tab. */
export class MonitorsContent extends ReactWidget {
  constructor(
    private readonly _context: DocumentRegistry.Context,
    private readonly _others: IMonitorsOptions
  ) {
    super();
    this.addClass('px-tab');
    _context.pathChanged.connect(() => this.update(), this);
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    // A check may have been made meanwhile.
    this._turn++;
    this.update();
  }

  protected render(): React.ReactElement {
    const { trans } = this._others;
    const { localPath } = this._context;
    return (
      <ViewBoundary trans={trans}>
        <React.Suspense
          fallback={
            <div className="px-tab-loading" role="status">
              {trans.__('Loading the monitors…')}
            </div>
          }
        >
          <MonitorsPage
            key={localPath}
            name={PathExt.basename(localPath)}
            read={this._read}
            turn={this._turn}
            trans={trans}
          />
        </React.Suspense>
      </ViewBoundary>
    );
  }

  private readonly _read = (signal: AbortSignal): Promise<HistoryStatus> =>
    this._others.read(this._context.localPath, signal);

  private _turn = 0;
}

/** Makes the tabs of histories. */
export class MonitorsFactory extends ABCWidgetFactory<
  DocumentWidget<MonitorsContent>,
  DocumentRegistry.IModel
> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<
      DocumentWidget<MonitorsContent>
    >,
    private readonly _others: IMonitorsOptions
  ) {
    super(options);
  }

  protected createNewWidget(
    context: DocumentRegistry.Context
  ): DocumentWidget<MonitorsContent> {
    lock(context);
    const widget = new DocumentWidget({
      content: new MonitorsContent(context, this._others),
      context
    });
    widget.toolbar.hide();
    return widget;
  }
}

/** Say of a file that it cannot be written from here: JupyterLab asks its context before it saves, and there is nothing of it in the browser. */
function lock(context: DocumentRegistry.Context): void {
  const own = Object.getOwnPropertyDescriptor(
    Object.getPrototypeOf(context),
    'contentsModel'
  );
  Object.defineProperty(context, 'contentsModel', {
    configurable: true,
    get: () => {
      const model = own?.get?.call(context) as
        DocumentRegistry.Context['contentsModel'] | undefined;
      return model ? { ...model, writable: false } : null;
    }
  });
}
