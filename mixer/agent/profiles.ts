import type { ProfileName } from '../../contract/layout.ts';

/** Width, height, frame rate, video kbit/s and x264 preset of the profiles; 720p30 is what a machine without a GPU was seen to hold. */
export const PROFILES = {
  '720p30': { width: 1280, height: 720, fps: 30, videoKbps: 3000, preset: 'veryfast' },
  '720p15': { width: 1280, height: 720, fps: 15, videoKbps: 1500, preset: 'veryfast' },
  '1080p30': { width: 1920, height: 1080, fps: 30, videoKbps: 5000, preset: 'superfast' },
  '360p15': { width: 640, height: 360, fps: 15, videoKbps: 600, preset: 'ultrafast' },
} as const satisfies Record<ProfileName, object>;
