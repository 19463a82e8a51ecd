import * as React from 'react';

interface IProps {
  readonly icon: React.ReactElement;
  readonly title: string;
  readonly text?: string;
  readonly action?: { readonly label: string; readonly onClick: () => void };
}

/** What is said where there is nothing to list, and what to do about it. */
export function Empty(props: IProps): React.ReactElement {
  const { icon, title, text, action } = props;
  return (
    <div className="px-empty" role="status">
      {icon}
      <b>{title}</b>
      {text && <span>{text}</span>}
      {action && (
        <button type="button" className="px-button" onClick={action.onClick}>
          {action.label}
        </button>
      )}
    </div>
  );
}
