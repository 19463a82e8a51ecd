import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import type { LabIcon } from '@jupyterlab/ui-components';

/** Have a factory open documents: with its icon, followed by a tracker, and opened again with the page. */
export function addDocuments<T extends DocumentWidget>(
  app: JupyterFrontEnd,
  factory: DocumentRegistry.IWidgetFactory<T, DocumentRegistry.IModel>,
  tracker: WidgetTracker<T>,
  icon: LabIcon,
  restorer: ILayoutRestorer | null
): void {
  factory.widgetCreated.connect((_, widget) => {
    widget.title.icon = icon;
    widget.context.pathChanged.connect(() => {
      tracker.save(widget).catch(() => undefined);
    });
    tracker.add(widget).catch(() => undefined);
  });
  app.docRegistry.addWidgetFactory(factory);
  restorer
    ?.restore(tracker, {
      command: 'docmanager:open',
      args: ({ context }) => ({ path: context.path, factory: factory.name }),
      name: ({ context }) => context.path
    })
    .catch(() => undefined);
}
