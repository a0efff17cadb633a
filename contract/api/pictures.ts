/** `GET /api/live/pictures?event=NAME`: small moving pictures of an event, every one in one stream of server-sent events, a part each. */
import type { Frame } from '../pictures.ts';

/** What one component shows, and when the control plane got it. */
export interface LivePicture extends Frame {
  component: string;
  /** Null for one that is there for all languages. */
  language: string | null;
  /** ISO 8601. */
  at: string;
}
/** Name of a message -> what it carries. */
export interface PictureParts {
  /** Every second or so. `now` is the control plane's clock; who has a picture that is older than this says so. */
  tick: { now: string };
  picture: LivePicture;
}
