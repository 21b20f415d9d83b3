import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What a server shows; for the options of `tls.createServer`. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** What is wrong with a certificate besides that nobody trusts it. */
export interface CertificateOptions {
  /** `self`: signed by its own key; `unknown`: by one that is not sent; `sent`: by one that is sent along. */
  readonly issuer?: 'self' | 'unknown' | 'sent';
  readonly expired?: boolean;
}

const COMMON_NAME = [0x06, 0x03, 0x55, 0x04, 0x03];
const SUBJECT_ALTERNATIVE_NAME = [0x06, 0x03, 0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x06, 0x03, 0x55, 0x1d, 0x13];
const ECDSA_WITH_SHA256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const LOOPBACK: Address = [127, 0, 0, 1];

type Address = readonly [number, number, number, number];
type Keys = ReturnType<typeof newKeys>;

/** What is wrong with a certificate of an authority that is trusted. */
export interface IssuedOptions {
  /** When it holds. @defaultValue 'now' */
  readonly valid?: 'now' | 'no-more' | 'not-yet';
  /** The IPv4 address it is for. @defaultValue 127.0.0.1 */
  readonly address?: Address;
}

/** An authority that a client can be told to trust. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly cert: string;
  readonly issue: (options?: IssuedOptions) => ServerCertificate;
}

/** Makes an authority, whose certificates hold unless they are told otherwise. */
export function createAuthority(): Authority {
  const keys = newKeys();
  return {
    cert: rootOf(keys),
    issue: ({ valid = 'now', address = LOOPBACK } = {}) => {
      const own = newKeys();
      const cert = certificate({
        subject: 'server',
        publicKey: own.publicKey,
        issuer: 'authority',
        signer: keys.privateKey,
        period: PERIODS[valid],
        address,
      });
      return { key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
    },
  };
}

/** A certificate for 127.0.0.1, made here: X.509 (RFC 5280) in DER, written by hand since Node only reads them. */
export function serverCertificate({ issuer = 'self', expired = false }: CertificateOptions = {}): ServerCertificate {
  const own = newKeys();
  const authority = newKeys();
  const isSelfSigned = issuer === 'self';
  const leaf = certificate({
    subject: 'server',
    publicKey: own.publicKey,
    issuer: isSelfSigned ? 'server' : 'authority',
    signer: isSelfSigned ? own.privateKey : authority.privateKey,
    period: PERIODS[expired ? 'no-more' : 'now'],
  });
  const root = rootOf(authority);
  const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: issuer === 'sent' ? `${leaf}${root}` : leaf };
}

function rootOf({ publicKey, privateKey }: Keys): string {
  const period = PERIODS.now;
  return certificate({ subject: 'authority', publicKey, issuer: 'authority', signer: privateKey, period });
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

interface CertificateParts {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly period: readonly [from: string, to: string];
  readonly address?: Address;
}

const PERIODS = {
  now: ['200101000000Z', '491231235959Z'],
  'no-more': ['200101000000Z', '210101000000Z'],
  'not-yet': ['490101000000Z', '491231235959Z'],
} as const;

function certificate({ address = LOOPBACK, period, ...parts }: CertificateParts): string {
  const { subject, publicKey, issuer, signer } = parts;
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const extension =
    subject === 'authority'
      ? sequence(BASIC_CONSTRAINTS, tagged(0x04, sequence(tagged(0x01, [0xff]))))
      : sequence(SUBJECT_ALTERNATIVE_NAME, tagged(0x04, sequence(tagged(0x87, address))));
  const content = sequence(
    tagged(0xa0, tagged(0x02, [2])),
    tagged(0x02, [1]),
    algorithm,
    nameOf(issuer),
    sequence(time(period[0]), time(period[1])),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(extension)),
  );
  const der = sequence(content, algorithm, tagged(0x03, [0], sign('sha256', content, signer)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(commonName)))));
}

function time(utc: string): Buffer {
  return tagged(0x17, Buffer.from(utc));
}

function sequence(...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  return tagged(0x30, ...parts);
}

/** Tag, length, value. */
function tagged(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
