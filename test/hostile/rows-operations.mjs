const APPLICATION = 'test/hostile/application.contract.ts';
const PROCESSES = 'test/hostile/processes.test.ts';
const SECRETS = 'test/hostile/secrets.test.ts';
const NODE_OPTIONS = 'test/hostile/node-options.test.ts';
const DEPENDENCIES = 'test/repo/dependencies.test.ts';
const RESILIENCE = 'test/contract/resilience.contract.ts';
const core = (name) => `packages/core/test/${name}.test.ts`;
const upload = (name) => `packages/upload/test/${name}.test.ts`;
const express = (name) => `packages/express/test/${name}.test.ts`;
const koa = (name) => `packages/koa/test/${name}.test.ts`;
const nestjs = (name) => `packages/nestjs/test/${name}.test.ts`;

const NO_LIMITER =
  'no package here limits how often somebody asks or what a day may cost: that is for a limiter of the application, in front of the guard';
const NO_STORE = 'no package here keeps anything in Redis or in another store that could be gone, slow or back again';

/** The rows on configuration and secrets (D), on races and repetition (E), on operation (F) and on frameworks (G). */
export const OPERATION_ROWS = {
  D01: {
    tested: [
      core('client-client'),
      core('gate-guard'),
      express('require-liveness'),
      koa('require-liveness'),
      nestjs('liveness.module'),
    ],
  },
  D02: { tested: [SECRETS, core('client-client'), core('client-transport'), core('gate-guard')] },
  D03: {
    tested: [
      SECRETS,
      NODE_OPTIONS,
      core('client-errors'),
      core('gate-guard'),
      upload('options'),
      nestjs('module-options'),
    ],
  },
  D04: { tested: [SECRETS, core('client-errors'), core('gate-gate'), upload('selfie-file')] },
  D05: {
    tested: [core('client-api-key'), core('client-caller'), core('client-client'), core('gate-route')],
    note: 'one more read of the key after a 401, and no loop',
  },
  D06: {
    tested: [core('client-passive-liveness'), core('gate-route'), express('two-guards')],
    note: 'the guard takes a function of the request on the server; nothing that it is given from a form is sent',
  },
  D07: { tested: [APPLICATION, core('gate-route'), core('gate-match')] },
  D08: { tested: ['test/hostile/thresholds.test.ts', core('gate-options'), nestjs('liveness.module')] },
  D09: { tested: [core('client-client'), core('client-account')] },
  D10: { tested: [APPLICATION] },
  D11: {
    tested: [DEPENDENCIES],
    note: 'a floor under multer; whether an advisory came up since is asked of the registry, which tests do not',
  },
  D12: {
    tested: [DEPENDENCIES],
    note: 'number of dependencies, no install scripts, digests; provenance is made where packages are published',
  },
  E01: { tested: [core('gate-single-flight'), core('gate-asking')] },
  E02: {
    tested: [core('gate-single-flight'), core('gate-asking')],
    note: 'nothing is shared between people, so each of them pays; there is no replay guard that would refuse the second',
  },
  E03: {
    notApplicable:
      'there is no replay guard: to know a picture again it needs a store that all processes share, and no package here has one',
  },
  E04: { tested: [APPLICATION], note: 'not promised: known faces are a matter of DUPLICATED_FACE in the policy' },
  E05: { tested: [core('gate-single-flight'), core('gate-asking')] },
  E06: { tested: [core('gate-single-flight'), core('gate-asking')] },
  E07: { tested: [APPLICATION], note: 'there is no cache of verdicts: the same bytes are asked about again' },
  E08: { notApplicable: `${NO_LIMITER}; what is wrong with a picture by itself is refused for free all the same` },
  E09: { notApplicable: `${NO_LIMITER}, and so no counter that replicas could race for` },
  E10: { notApplicable: NO_STORE },
  E11: { notApplicable: `${NO_STORE}; the return of Didit after an outage is row F05` },
  E13: {
    tested: [core('client-retry-budget'), core('client-caller'), core('client-client'), core('client-circuit-breaker')],
  },
  E14: {
    tested: [core('gate-problem'), core('gate-route'), core('gate-match')],
    note: 'one layer tries again, and the problem says whether another may',
  },
  E15: { tested: [core('client-circuit-breaker'), core('client-client'), RESILIENCE] },
  E16: { tested: [core('client-circuit-breaker')] },
  E17: { tested: [core('client-bulkhead'), core('client-caller'), core('gate-unavailable')] },
  E18: {
    tested: [
      'test/hostile/uploads.soak.test.ts',
      'test/hostile/http2.test.ts',
      upload('buffer-budget'),
      upload('counted-reading'),
      core('gate-checked'),
    ],
    note: 'limited in bytes, not in number: maxBufferedBytes; test/contract/buffered.contract.ts holds every host to it',
  },
  E19: {
    tested: [PROCESSES],
    note: 'prints the p99 against the goal of 50 ms; fails at 500 ms, as other processes share the processor',
  },
  E20: {
    tested: [
      core('gate-guard'),
      express('two-guards'),
      express('error-paths'),
      koa('require-liveness'),
      nestjs('liveness.guard'),
    ],
  },
  E21: { tested: [APPLICATION, core('gate-guard'), express('error-paths'), koa('koa-flow')] },
  E22: {
    tested: [APPLICATION, express('require-liveness'), koa('require-liveness'), nestjs('liveness.guard')],
  },
  F01: {
    tested: [
      PROCESSES,
      RESILIENCE,
      core('gate-traffic'),
      core('gate-gate'),
      core('client-client'),
      core('client-caller'),
      core('fixed-faults'),
      nestjs('liveness.service'),
    ],
  },
  F02: { tested: [PROCESSES], note: 'there is no budget that could stay reserved' },
  F03: { tested: ['test/repo/outcries.test.ts', core('fixed-faults')], note: 'the hook runs in every test file' },
  F04: {
    tested: ['test/soak/soak.mjs'],
    note: 'ten thousand aborted uploads on each framework; 100,000 mixed requests through an example are `pnpm soak`',
  },
  F05: {
    tested: [core('client-circuit-breaker'), core('gate-unavailable')],
    note: 'by a simulation in virtual time',
  },
  F06: { tested: [APPLICATION, nestjs('terminus'), nestjs('call-record')] },
  F07: { tested: [core('client-caller'), core('client-deadline')] },
  F08: { tested: [PROCESSES] },
  F09: { tested: [PROCESSES, core('public-api'), core('shared-state'), core('client-errors')] },
  F10: {
    tested: [nestjs('terminus'), core('client-endpoints')],
    note: 'the health indicator for Nest goes by the answers to the checks that were made anyway; DiditClient.health() asks Didit, needs no key and costs nothing',
  },
  F11: {
    tested: [core('gate-events'), core('gate-unavailable'), core('client-client')],
    note: 'events, and no counters of our own: the application counts them in whatever it has',
  },
  F12: { tested: [core('gate-options'), core('gate-unavailable'), nestjs('module-options'), RESILIENCE] },
  G01: {
    tested: [nestjs('guard-order'), nestjs('liveness.guard')],
    note: 'a file interceptor may stay on the handler: it finds the form already read',
  },
  G02: {
    tested: [nestjs('liveness.guard'), nestjs('guard-order'), nestjs('http-exchange')],
    note: 'by contexts of their types: @nestjs/graphql and @nestjs/websockets are no dependencies, not even of tests',
  },
  G03: { tested: [nestjs('guard-order'), nestjs('liveness.guard')] },
  G04: {
    tested: [nestjs('guard-order'), nestjs('liveness.guard')],
    note: 'supported: every contract of the suite runs on Fastify too',
  },
  G05: { tested: [nestjs('guard-order'), nestjs('liveness.guard')] },
  G06: { tested: [express('error-paths'), express('require-liveness'), core('gate-refusal')] },
  G07: {
    tested: [express('error-paths'), express('require-liveness')],
    note: 'an error handler inside a route can lead to the handler behind it, which then finds no result',
  },
  G08: { tested: [express('require-liveness'), koa('parsed-upload'), upload('parsed-before')] },
  G09: {
    tested: [APPLICATION, 'examples/koa-signup/test/signup.test.ts', 'examples/nestjs-signup/test/start.test.ts'],
  },
  G10: { tested: [koa('koa-flow')] },
  G11: {
    tested: [APPLICATION, koa('koa-flow'), 'test/repo/source-files.test.ts'],
    note: 'nothing here depends on an address of a client',
  },
  G12: {
    tested: [core('gate-route'), express('require-liveness'), koa('published'), nestjs('published')],
  },
};
