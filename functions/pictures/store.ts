/** Where pictures are kept. */
import type { Settings } from '../../azure/settings.ts';
import type { PictureStore } from './kept.ts';
import { memoryPictures } from './memory.ts';

export const picturesOf = (_settings: Settings): PictureStore => memoryPictures;
