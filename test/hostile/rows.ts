/** Where a row of the catalogue of threats is tested, or why it cannot be. */
export type RowStatus =
  | { readonly tested: readonly string[]; readonly note?: string }
  | { readonly notApplicable: string };

const INBOUND = 'test/hostile/inbound.contract.ts';
const CONNECTION = 'test/hostile/connection.contract.ts';
const PARSER = 'test/hostile/parser.contract.ts';
const PICTURE = 'test/hostile/picture.contract.ts';
const SOAK = 'test/soak/aborts.mjs';
const HTTP2 = 'test/hostile/http2.test.ts';
const CROSS_SITE = 'test/hostile/cross-site.test.ts';
const GUARD = 'test/contract/guard.contract.ts';

/**
 * The rows on inbound requests (A) and on pictures (B). What the reader of uploads and the inspector of pictures do by
 * themselves is tested in their packages besides; here is what holds through every framework.
 */
export const ROWS: Readonly<Record<string, RowStatus>> = {
  A01: { tested: [INBOUND, GUARD] },
  A02: { tested: [INBOUND, GUARD, PICTURE] },
  A03: { tested: [INBOUND] },
  A04: { tested: [INBOUND, GUARD] },
  A05: { tested: [INBOUND] },
  A06: { tested: [CONNECTION, PARSER], note: 'at every byte on Express 5, at every seventh elsewhere' },
  A07: { tested: [INBOUND] },
  A08: { tested: [INBOUND] },
  A09: { tested: [INBOUND] },
  A10: { tested: [INBOUND, GUARD] },
  A11: { tested: [INBOUND, PARSER] },
  A12: { tested: [INBOUND] },
  A13: { tested: [INBOUND], note: 'and every test of the suite compares the prototypes with what they were' },
  A14: { tested: [INBOUND] },
  A15: { tested: [INBOUND] },
  A16: { tested: [INBOUND], note: '415 and not 422: encoded bytes are none of the four types' },
  A17: { tested: [INBOUND] },
  A18: { tested: [INBOUND] },
  A19: { tested: [INBOUND, GUARD], note: 'exactly 5 MiB pass, which holds for both readings of 5 MB' },
  A20: { tested: [CONNECTION, HTTP2] },
  A21: { tested: [CONNECTION] },
  A22: { tested: [CONNECTION, GUARD] },
  A23: { tested: [CONNECTION, PARSER] },
  A24: {
    tested: [CONNECTION],
    note: 'the time of a head is the limit of Node, 60 s, and the test is that no framework lifts it; there is no least rate beside the deadline of the upload',
  },
  A25: { tested: [CONNECTION, PARSER, SOAK] },
  A26: { tested: [CONNECTION, GUARD] },
  A27: { tested: [CONNECTION] },
  A28: {
    tested: [CONNECTION],
    note: 'Node says 100 Continue by itself unless an application listens for the question; 413 follows before a byte of the body',
  },
  A29: { tested: [INBOUND] },
  A30: { tested: [CROSS_SITE], note: 'the guard leaves the origin to a check in front of it, as its documents say' },
  A31: { tested: [INBOUND] },
  A32: { tested: [INBOUND, PARSER] },
  A33: {
    tested: [HTTP2],
    note: 'Koa; Express speaks no HTTP/2, and Fastify gives the guard the same requests of Node',
  },
  A34: { tested: [INBOUND] },
  B01: { tested: [PICTURE, GUARD] },
  B02: { tested: [PICTURE] },
  B03: { tested: [PICTURE, GUARD] },
  B04: { tested: [PICTURE, GUARD] },
  B05: { tested: [PICTURE], note: 'accepted; there is no option to refuse a tail' },
  B06: { tested: [PICTURE] },
  B07: { tested: [PICTURE] },
  B08: { tested: [PICTURE] },
  B09: { tested: [PICTURE] },
  B10: { tested: [PICTURE] },
  B11: { tested: [PICTURE] },
  B12: { tested: [PICTURE] },
  B13: { tested: [PICTURE], note: 'bytes are forwarded unchanged; there is no option to strip metadata' },
  B14: { tested: [PICTURE] },
  B15: { tested: [PICTURE, GUARD] },
  B16: { tested: [PICTURE] },
};
