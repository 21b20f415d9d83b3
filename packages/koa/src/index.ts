export {
  createLivenessGate,
  createMemoryInbox,
  definePolicy,
  DiditClient,
  isLivenessRefusal,
} from '@didit-liveness/core';
export { diditWebhook } from './didit-webhook.js';
export { livenessErrorHandler } from './error-handler.js';
export { getFields, getLiveness, getSelfie, getStepUp } from './published.js';
export { requireLiveness } from './require-liveness.js';
export { requireStepUp } from './require-step-up.js';

export type {
  Decision,
  FieldErrors,
  LivenessEvent,
  LivenessGate,
  LivenessRefusal,
  LivenessResult,
  Policy,
  PolicyOptions,
  StepUpOptions,
  StepUpResult,
  WebhookEvent,
  WebhookHandlerError,
  WebhookInbox,
  WebhookOptions,
  WebhookVerificationError,
} from '@didit-liveness/core';
export type { SelfieFile } from '@didit-liveness/upload';
export type { GuardedContext } from './published.js';
export type { LivenessOptions } from './require-liveness.js';
export type { StepUpGuardOptions } from './require-step-up.js';
