import { PathExt } from '@jupyterlab/coreutils';
import {
  ABCWidgetFactory,
  type DocumentRegistry,
  DocumentWidget
} from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { ProblemError } from '../api/problem';
import { tell } from '../notebook/inspect';
import type { IInspection, IPhoenix, IPin } from '../tokens';
import { ViewBoundary } from '../views/boundary';
import { EXTENSION, MOST_TILES } from './document';
import { Live } from './live';
import { DashboardModel } from './model';
import { withPin } from './pinning';

const DashboardView = React.lazy(async () => ({
  default: (await import('./view')).DashboardView
}));

type Context = DocumentRegistry.IContext<DocumentRegistry.ICodeModel>;

/** The content of a dashboard's tab. */
export class DashboardContent extends ReactWidget {
  constructor(options: DashboardContent.IOptions) {
    super();
    this.addClass('px-tab');
    const { context, phoenix, trans } = options;
    this._options = options;
    this.model = new DashboardModel(context.model);
    this.live = new Live({
      phoenix,
      model: this.model,
      path: () => ({
        drive: context.path.slice(
          0,
          context.path.length - context.localPath.length
        ),
        path: context.localPath
      }),
      trans
    });
    let folder = PathExt.dirname(context.localPath);
    context.pathChanged.connect(() => {
      // A notebook is named as seen from the folder of the file.
      const now = PathExt.dirname(context.localPath);
      const { notebook } = this.model.dashboard;
      if (now !== folder && notebook !== null) {
        this.model.change({
          notebook: PathExt.relative(now, PathExt.join(folder, notebook))
        });
      }
      folder = now;
      this.update();
    }, this);
  }

  readonly model: DashboardModel;
  readonly live: Live;

  /**
   * Put an answer on the dashboard.
   *
   * @returns whether it is of the dataframes that the dashboard is of; null where the dashboard takes no tile.
   */
  pin(inspection: IInspection, pin: IPin): boolean | null {
    const { model, live } = this;
    if (model.isReadOnly || model.dashboard.tiles.length >= MOST_TILES) {
      return null;
    }
    const { dashboard, tile } = withPin(
      model.dashboard,
      inspection,
      pin,
      live.named(inspection.path)
    );
    model.change(dashboard);
    if (!live.isOf(inspection)) {
      return false;
    }
    const asked = pin.recipe;
    // Mostly it is there: it is what is seen where it was pinned.
    inspection.run({ ...asked, where: asked.where ?? [] }).done.then(
      result => {
        if (!this.isDisposed) {
          live.adopt(tile, asked, inspection, result);
        }
      },
      () => undefined
    );
    return true;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._watch?.dispose();
    this.live.dispose();
    this.model.dispose();
    super.dispose();
  }

  /** The dataframes are looked for as long as somebody looks at what is made of them. */
  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._follow();
  }

  protected onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._watch?.dispose();
    this._watch = null;
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('focusin', this._follow);
    if (this.isVisible) {
      this._follow();
    }
  }

  protected render(): React.ReactElement {
    const { context, phoenix, trans, openNotebook, openText } = this._options;
    const { openHistory } = this._options;
    return (
      <ViewBoundary trans={trans}>
        <React.Suspense
          fallback={
            <div className="px-tab-loading" role="status">
              {trans.__('Loading the dashboard…')}
            </div>
          }
        >
          <DashboardView
            model={this.model}
            live={this.live}
            phoenix={phoenix}
            name={PathExt.basename(context.localPath)}
            onRename={name => void this._rename(name)}
            openNotebook={openNotebook}
            openHistory={openHistory}
            openText={() => openText(context.path)}
            trans={trans}
          />
        </React.Suspense>
      </ViewBoundary>
    );
  }

  /** Call the file otherwise; it stays a dashboard, and takes no other file's name. */
  private async _rename(wanted: string): Promise<void> {
    const { context, trans } = this._options;
    const name = wanted.endsWith(EXTENSION) ? wanted : wanted + EXTENSION;
    try {
      if (/[/\\:]/.test(name) || name.startsWith('.')) {
        throw new ProblemError({
          message: trans.__('No file can be called %1.', name),
          hint: trans.__('A name has no /, \\ or : in it, and no dot in front.')
        });
      }
      await context.rename(name);
    } catch (error) {
      tell(error);
    }
  }

  private readonly _follow = (): void => {
    const { phoenix } = this._options;
    this._watch ??= phoenix.watch();
    const path = this.live.notebook;
    if (path !== null) {
      phoenix.follow(path);
    }
  };

  private readonly _options: DashboardContent.IOptions;
  private _watch: IDisposable | null = null;
}

export namespace DashboardContent {
  export interface IOptions {
    readonly context: Context;
    readonly phoenix: IPhoenix;
    readonly trans: TranslationBundle;
    /** Bring a notebook to the front, opened where it is not. */
    readonly openNotebook: (path: string) => void;
    /** Open the history of the monitors of a notebook. */
    readonly openHistory: (notebook: string) => void;
    /** Open a file as text. */
    readonly openText: (path: string) => void;
  }
}

export type DashboardWidget = DocumentWidget<
  DashboardContent,
  DocumentRegistry.ICodeModel
>;

/** Makes the tabs of dashboards. */
export class DashboardFactory extends ABCWidgetFactory<
  DashboardWidget,
  DocumentRegistry.ICodeModel
> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<DashboardWidget>,
    private readonly _others: Omit<DashboardContent.IOptions, 'context'>
  ) {
    super(options);
  }

  protected createNewWidget(context: Context): DashboardWidget {
    const widget = new DocumentWidget({
      content: new DashboardContent({ ...this._others, context }),
      context
    });
    widget.toolbar.hide();
    return widget;
  }
}
