import type { Decision, LivenessWarning } from '@didit-liveness/core';

/** What Didit's own verdict means where no policy is applied; only `Approved` is a pass. */
export function outcomeOf(status: 'Approved' | 'Declined' | 'In Review'): Decision['outcome'] {
  switch (status) {
    case 'Approved':
      return 'approved';
    case 'In Review':
      return 'review';
    case 'Declined':
      return 'declined';
    default:
      return status satisfies never;
  }
}

interface Observed {
  readonly warnings: readonly LivenessWarning[];
  readonly contradictions: readonly string[];
}

/** What Didit observed, and what speaks against its own verdict, as rows. */
export function warningRows({ warnings, contradictions }: Observed): readonly (readonly [string, string])[] {
  return [
    [
      'warnings',
      warnings.length === 0 ? 'none' : warnings.map(({ risk, logType }) => `${risk} (${logType})`).join(', '),
    ],
    ...(contradictions.length === 0 ? [] : [['contradictions', contradictions.join(', ')] as const]),
  ];
}
