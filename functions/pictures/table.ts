/**
 * Pictures in a table of the app's own storage: on Azure the door that an agent shows its picture to and the one that a page looks
 * through may be open in different instances. One row is replaced each second, one question reads all: a few cents an hour of fifty
 * languages, and nothing while nobody looks.
 */
import { clients } from '../../azure/clients.ts';
import type { Settings } from '../../azure/settings.ts';
import { type Row, Table } from '../../azure/table.ts';
import type { LivePicture } from '../../contract/api/pictures.ts';
import { frameSchema } from '../../contract/pictures.ts';
import type { PictureStore } from './kept.ts';

export const PICTURES_TABLE = 'pictures';
/** Row of a deployment that says when somebody looked last; no component has such a name. */
const LOOKED = '!looked';

interface Kept extends Row {
  at: string;
  type?: string;
  language?: string;
  /** Base64: a column of text would hold half as much. */
  picture?: string;
  peakDb?: number;
}

export function tablePictures(table: () => Promise<Table>): PictureStore {
  return {
    async look(deploymentId, now) {
      const row: Kept = { PartitionKey: deploymentId, RowKey: LOOKED, at: new Date(now).toISOString() };
      await (await table()).put(row);
    },
    async lookedAt(deploymentId) {
      const row = await (await table()).row<Kept>({ PartitionKey: deploymentId, RowKey: LOOKED });
      return row && Date.parse(row.at);
    },
    async keep(deploymentId, { component, language, at, type, picture, peakDb }) {
      const row = {
        ...{ PartitionKey: deploymentId, RowKey: component, at, type, picture },
        'picture@odata.type': 'Edm.Binary',
        ...(language === null ? {} : { language }),
        ...(peakDb === null ? {} : { peakDb, 'peakDb@odata.type': 'Edm.Double' }),
      };
      await (await table()).put(row);
    },
    async kept(deploymentId) {
      const rows = await (await table()).inPartition<Kept>(deploymentId);
      return rows.flatMap((row): LivePicture[] => {
        const frame = frameSchema.safeParse({ ...row, peakDb: row.peakDb ?? null });
        return frame.success
          ? [{ component: row.RowKey, language: row.language ?? null, at: row.at, ...frame.data }]
          : [];
      });
    },
    async sweep(before) {
      const all = await table();
      const old = await all.rows<Kept>(`at lt '${new Date(before).toISOString()}'`);
      for (const row of old) await all.delete(row);
    },
  };
}

export const tableOf = async (settings: Settings, url: string): Promise<Table> =>
  new Table(await clients(settings.subscriptionId), url, PICTURES_TABLE);
