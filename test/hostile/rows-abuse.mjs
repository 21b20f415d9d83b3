const CLAIMS = 'test/repo/claims.test.ts';
const PROCESSES = 'test/hostile/processes.test.ts';
const GUARD = 'test/contract/guard.contract.ts';
const core = (name) => `packages/core/test/${name}.test.ts`;

/** The rows on identity, attacks on the picture, abuse and privacy (H). What is left to the operator is held in the documents. */
export const ABUSE_ROWS = {
  H01: { tested: [CLAIMS], note: 'not promised, and said so; no document claims it' },
  H02: { tested: [CLAIMS], note: 'no figure of accuracy is claimed; the outcomes can be counted by the events' },
  H03: { tested: [GUARD, core('gate-route')] },
  H04: {
    tested: [GUARD, core('gate-route'), core('gate-problem'), core('gate-refusal')],
    note: 'how often a person may fail is for a limiter of the application',
  },
  H05: { tested: [CLAIMS], note: 'not promised, and said so' },
  H06: { tested: [core('gate-route'), core('gate-problem')] },
  H07: { tested: [core('gate-route'), core('policy-decide')], note: 'warnings.DUPLICATED_FACE of the policy' },
  H08: {
    tested: [CLAIMS, core('gate-gate')],
    note: 'the id is shown nowhere; that it be opaque is asked in the documents, as no program can tell',
  },
  H09: { tested: [core('gate-route'), core('gate-gate')] },
  H10: { tested: [CLAIMS, core('gate-route')], note: 'by validate, which runs before anything is sent or paid' },
  H11: { tested: [CLAIMS, PROCESSES, core('gate-route')] },
  H12: { tested: [core('gate-route'), core('client-endpoints')] },
  H13: { tested: [CLAIMS] },
  H14: { tested: [CLAIMS] },
  H15: { tested: [core('gate-events'), core('gate-guard'), core('gate-match'), core('gate-step-up')] },
  H16: {
    notApplicable:
      "the bytes are the handler's once it runs, and may be in use after the answer; nothing here can know when to overwrite them",
  },
  H17: { tested: [GUARD, core('gate-refusal')] },
  H18: { tested: [CLAIMS] },
  H19: { tested: [CLAIMS] },
};
