const INBOUND = 'test/hostile/inbound.contract.ts';
const CONNECTION = 'test/hostile/connection.contract.ts';
const PARSER = 'test/hostile/parser.contract.ts';
const PICTURE = 'test/hostile/picture.contract.ts';
const SOAK = 'test/soak/aborts.mjs';
const HTTP2 = 'test/hostile/http2.test.ts';
const CROSS_SITE = 'test/hostile/cross-site.test.ts';
const GUARD = 'test/contract/guard.contract.ts';
const UPSTREAM = 'test/hostile/upstream.contract.ts';
const REFUSALS = 'test/hostile/refusals.cases.ts';
const VERDICTS = 'test/hostile/verdicts.cases.ts';
const WIRE = 'test/hostile/wire.cases.ts';
const NODE_OPTIONS = 'test/hostile/node-options.test.ts';
const SCENARIOS = 'test/hostile/scenarios.cases.ts';
const SCENARIO_TEST = 'test/hostile/scenarios.test.ts';
const ANSWER = 'test/hostile/answer.contract.ts';
const LOOKUP = 'test/hostile/lookup.test.ts';
const TLS = 'test/hostile/tls.test.ts';
const OPTIONS = 'packages/core/test/client-client.test.ts';
const CALLER = 'packages/core/test/client-caller.test.ts';
const RETRY_AFTER = 'packages/core/test/client-retry-after.test.ts';
const CLASSIFY = 'packages/core/test/client-classify.test.ts';
const CLIENT = 'packages/core/test/client-passive-liveness.test.ts';
const DECODERS = 'packages/core/test/wire-decoders.test.ts';

/**
 * The rows on inbound requests (A), on pictures (B), on faults of the API (C), and the one on paying twice (E12). What the
 * reader of uploads, the inspector of pictures, the client and the decoders do by themselves is tested in their packages
 * besides; here is what holds through every framework: every case of C on Express 5, one of each row and answer elsewhere.
 */
export const TRAFFIC_ROWS = {
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
  C01: { tested: [REFUSALS, SCENARIOS] },
  C02: { tested: [REFUSALS, SCENARIOS], note: 'every refused call is an event; what gives up calling is row E15' },
  C03: {
    tested: [REFUSALS, SCENARIOS],
    note: '503 liveness-unavailable: an empty account is no business of the person',
  },
  C04: { tested: [REFUSALS, SCENARIOS] },
  C05: { tested: [REFUSALS, SCENARIOS] },
  C06: { tested: [REFUSALS, SCENARIOS] },
  C07: { tested: [REFUSALS, SCENARIOS] },
  C08: {
    tested: [REFUSALS, SCENARIOS, CALLER, RETRY_AFTER],
    note: 'how long is waited, with a clock of the test; there is no rate of ours that a 429 would lower',
  },
  C09: { tested: [REFUSALS, SCENARIOS] },
  C10: { tested: [REFUSALS, SCENARIOS], note: '504 of a gateway is 504 here too' },
  C11: { tested: [REFUSALS, SCENARIOS] },
  C12: { tested: [UPSTREAM, SCENARIOS] },
  C13: { tested: [WIRE, SCENARIOS] },
  C14: { tested: [WIRE, SCENARIOS, ANSWER, CLIENT], note: 'cut at every byte by the client alone' },
  C15: { tested: [WIRE, SCENARIOS] },
  C16: { tested: [VERDICTS, SCENARIOS, DECODERS], note: 'any JSON by the decoders alone' },
  C17: { tested: [VERDICTS, SCENARIOS], note: 'In Review is 403 review-required, every other status 502' },
  C18: { tested: [VERDICTS, SCENARIOS] },
  C19: { tested: [VERDICTS, SCENARIOS] },
  C20: { tested: [VERDICTS, SCENARIOS], note: '95.5 is accepted' },
  C21: { tested: [VERDICTS] },
  C22: { tested: [VERDICTS] },
  C23: {
    tested: [VERDICTS, SCENARIOS],
    note: 'balanced: a warning that nobody knows is held for review, an information passes',
  },
  C24: { tested: [VERDICTS] },
  C25: { tested: [VERDICTS] },
  C26: { tested: [VERDICTS] },
  C27: { tested: [VERDICTS, CLASSIFY], note: 'an id that is not harmless is null' },
  C28: { tested: [VERDICTS] },
  C29: { tested: [WIRE, SCENARIOS] },
  C30: { tested: [WIRE, SCENARIOS] },
  C31: { tested: [WIRE, SCENARIOS] },
  C32: { tested: [WIRE, SCENARIOS, UPSTREAM, ANSWER, NODE_OPTIONS] },
  C33: { tested: [WIRE, SCENARIOS, ANSWER] },
  C34: { tested: [UPSTREAM, TLS], note: 'with an authority that is trusted, by a process of its own' },
  C35: { tested: [OPTIONS], note: 'an option that throws before there is a server' },
  C36: { tested: [LOOKUP], note: 'tried again at most twice, as every failure to connect; by the client alone' },
  C37: { tested: [UPSTREAM, LOOKUP], note: 'the codes of the operating system by the client alone' },
  C38: { tested: [WIRE, SCENARIOS, UPSTREAM] },
  C39: { tested: [UPSTREAM, SCENARIOS] },
  C40: { tested: [REFUSALS, WIRE, NODE_OPTIONS], note: 'a 100 is waited through (RFC 9110, 15.2), a 101 is 503' },
  C41: { tested: [UPSTREAM, ANSWER] },
  C42: { tested: [VERDICTS] },
  E12: { tested: [UPSTREAM, SCENARIO_TEST, LOOKUP], note: 'every case counts what arrives whole' },
};
