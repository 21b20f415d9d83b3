import 'reflect-metadata';

/** Where `@StepUpGuard()` leaves its options. */
export const STEP_UP_METADATA = 'didit-liveness:step-up';
