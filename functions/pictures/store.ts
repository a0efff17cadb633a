/** Where pictures are kept. */
import type { Settings } from '../../azure/settings.ts';
import type { PictureStore } from './kept.ts';
import { memoryPictures } from './memory.ts';
import { tableOf, tablePictures } from './table.ts';

export const picturesOf = (settings: Settings): PictureStore => {
  const { tableUrl } = settings;
  return tableUrl === undefined ? memoryPictures : tablePictures(() => tableOf(settings, tableUrl));
};
