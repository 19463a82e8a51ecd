import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Banner } from './parts';

interface IProps {
  readonly trans: TranslationBundle;
  readonly children: React.ReactNode;
}

interface IState {
  readonly error: Error | null;
}

/** Keeps the fault of one view from taking the others with it. React has no other form for this than a class. */
export class ViewBoundary extends React.Component<IProps, IState> {
  static getDerivedStateFromError(error: Error): IState {
    return { error };
  }

  state: IState = { error: null };

  render(): React.ReactNode {
    const { trans, children } = this.props;
    return this.state.error ? (
      <Banner
        tone="error"
        actions={[
          {
            label: trans.__('Draw it again'),
            onClick: () => this.setState({ error: null })
          }
        ]}
      >
        <b>{trans.__('This view could not be drawn.')}</b>{' '}
        {this.state.error.message}
      </Banner>
    ) : (
      children
    );
  }
}
