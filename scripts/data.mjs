// Folders with data that the app reads at run time, one folder above the file that reads them.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Those that are there: the page is built before it is asked for. @returns {string[]} */
export const data = () => ['templates', 'dashboard/built'].filter((folder) => existsSync(join(root, folder)));
