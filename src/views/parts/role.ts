import type { TranslationBundle } from '@jupyterlab/translation';

import type { ColumnInfo } from '../../api/contract';

/** The words for what a column is for. */
export function roleText(
  role: ColumnInfo['role'],
  trans: TranslationBundle
): string {
  switch (role) {
    case 'feature':
      return trans.__('no role');
    case 'prediction_id':
      return trans.__('id');
    case 'timestamp':
      return trans.__('time');
    case 'tag':
      return trans.__('tag');
    case 'prediction_label':
      return trans.__('predicted label');
    case 'prediction_score':
      return trans.__('prediction score');
    case 'actual_label':
      return trans.__('actual label');
    case 'actual_score':
      return trans.__('actual score');
    case 'prompt':
      return trans.__('prompt');
    case 'response':
      return trans.__('response');
    case 'document':
      return trans.__('document');
    case 'embedding':
      return trans.__('embedding');
    case 'raw_data':
      return trans.__('text of an embedding');
    case 'link_to_data':
      return trans.__('link');
    case 'excluded':
      return trans.__('left out');
  }
}

/** What it means to be that, in one line. */
export function roleDetail(
  role: ColumnInfo['role'],
  trans: TranslationBundle
): string | undefined {
  switch (role) {
    case 'feature':
      return trans.__('Compared between the sets like any other column.');
    case 'timestamp':
      return trans.__('When each row was: gives the charts through time.');
    case 'prediction_id':
      return trans.__('Names each row; not compared.');
    case 'tag':
      return trans.__('About the row, not an input of the model.');
    case 'prediction_label':
      return trans.__('The class that the model chose.');
    case 'actual_label':
      return trans.__('The class that was right: with it there is accuracy.');
    case 'prompt':
      return trans.__('What a language model was asked.');
    case 'response':
      return trans.__('What a language model answered.');
    case 'excluded':
      return trans.__('Neither read nor compared.');
    default:
      return undefined;
  }
}
