/**
 * The simulator's TLS identity: a certificate authority and a server certificate made on this machine, no openssl needed.
 *
 * The authority's private key is thrown away once it has signed, so trusting `ca.pem` trusts this one server key and nothing else.
 */
import 'reflect-metadata'; // @peculiar/x509 resolves its algorithms through it
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface TlsIdentity {
  /** PEM of the authority; what a client must trust. */
  ca: string;
  /** PEM of the server certificate. */
  cert: string;
  /** PEM (PKCS #8) of the server's private key. */
  key: string;
  /** Path of the authority's PEM, for `REQUESTS_CA_BUNDLE` or `NODE_EXTRA_CA_CERTS`. */
  caPath: string;
}

const DAY = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Names a client may call the server by: what the simulator binds to, never more. */
const NAMES: x509.JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
];

const serial = () => randomBytes(16).toString('hex').replace(/^./, '1'); // RFC 5280 4.1.2.2: a positive integer

const pem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
};

async function make(now: number): Promise<Omit<TlsIdentity, 'caPath'>> {
  const validity = { notBefore: new Date(now - DAY), notAfter: new Date(now + 365 * DAY) };
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serverKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Azure simulator',
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=localhost',
    issuer: authority.subject,
    ...validity,
    signingAlgorithm: ALGORITHM,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(NAMES),
      await x509.SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  return { ca: authority.toString('pem'), cert: server.toString('pem'), key: await pem(serverKeys.privateKey) };
}

/**
 * The identity kept in `<data>/tls`, made when it is missing or ends within a day, so that a client configured once keeps trusting a restarted simulator.
 * @param data the simulator's data folder
 * @param now ms since the Unix epoch; wall clock, as clients check validity by theirs
 */
export async function tlsIdentity(data: string, now: number): Promise<TlsIdentity> {
  const folder = join(data, 'tls');
  const path = { ca: join(folder, 'ca.pem'), cert: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') };
  if (existsSync(folder)) {
    const kept = readKept(path);
    if (new X509Certificate(kept.cert).validToDate.getTime() > now + DAY) return { ...kept, caPath: path.ca };
  }
  const made = await make(now);
  // Whole or not at all, so that what is there and not whole is damaged.
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  writeFileSync(join(fresh, 'server-key.pem'), made.key, { mode: 0o600 });
  writeFileSync(join(fresh, 'server.pem'), made.cert);
  writeFileSync(join(fresh, 'ca.pem'), made.ca);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return { ...made, caPath: path.ca };
}

/** @throws Error naming the file that is missing, no PEM, or of another identity than the others */
function readKept(path: Record<'ca' | 'cert' | 'key', string>): Omit<TlsIdentity, 'caPath'> {
  const todo = 'Restore it, or delete its folder and let clients trust the new ca.pem';
  const read = <T>(file: string, parse: (text: string) => T): { text: string; value: T } => {
    try {
      const text = readFileSync(file, 'utf8');
      return { text, value: parse(text) };
    } catch (error) {
      throw new Error(`Cannot read '${file}': ${(error as Error).message.split('\n')[0]}. ${todo}`, { cause: error });
    }
  };
  const ca = read(path.ca, (text) => new X509Certificate(text));
  const cert = read(path.cert, (text) => new X509Certificate(text));
  const key = read(path.key, (text) => createPrivateKey(text));
  if (!cert.value.checkPrivateKey(key.value))
    throw new Error(`Cannot use '${path.key}': it is the key of another certificate. ${todo}`);
  if (!cert.value.verify(ca.value.publicKey))
    throw new Error(`Cannot use '${path.cert}': another authority than '${path.ca}' has signed it. ${todo}`);
  return { ca: ca.text, cert: cert.text, key: key.text };
}
