/** `/`: the operator's page. Its routes are tried last, by the name of the function. It holds no secret: whoever may see more is asked by the API. */
import { z } from 'zod';
import { door, type Reply } from './door.ts';
import { encoded, pageFiles } from './page-files.ts';
import { Problem } from './problem.ts';

/** Nothing inline, nothing from elsewhere, and no page of others around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const SECURITY = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
};

/** A year. */
const FOREVER = 'public, max-age=31536000, immutable';

/** What is answered by others, or by nobody: never with the page. */
const OTHERS = /^(?:api|admin|runtime|assets|\.auth)(?:\/|$)/;

/** The file of a path; every path that names no file is one of the page's own views. */
const nameOf = (path: string): string => (OTHERS.test(path) || /\.\w+$/.test(path) ? path : 'index.html');

export const pageDoor = door({
  name: 'zz-dashboard',
  method: 'GET',
  route: '{*path}',
  access: 'anyone',
  summary: "The operator's page",
  query: z.looseObject({}),
  answers: { 200: 'A file of the page', 304: 'As you have it', 404: 'No such file' },
  async handle({ request }): Promise<Reply> {
    const files = pageFiles();
    if (!files) throw new Problem(503, "The page is not built: run 'npm run build'");
    const file = files.get(nameOf(request.params.path ?? ''));
    if (!file) throw new Problem(404, 'There is nothing here; the page is at /');
    const { coding, bytes } = encoded(file, request.headers.get('accept-encoding'));
    const headers = {
      ...SECURITY,
      'cache-control': file.hashed ? FOREVER : 'no-cache',
      etag: file.tag,
      vary: 'accept-encoding',
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    };
    const { type } = file;
    if (request.headers.get('if-none-match') === file.tag) return { status: 304, headers, text: '', type };
    return { headers, bytes, type };
  },
});
