export { LivenessExceptionFilter } from './liveness-exception.filter.js';
export { Liveness, LivenessGuard, Selfie, SkipLiveness } from './liveness.decorators.js';
export { LivenessException } from './liveness.exception.js';
export { LivenessRouteGuard } from './liveness.guard.js';
export { LivenessModule } from './liveness.module.js';
export { LivenessService } from './liveness.service.js';
export { LivenessModuleOptions } from './module-options.js';
export { getLiveness, getSelfie, getStepUp } from './published.js';
export { StepUp, StepUpGuard } from './step-up.decorators.js';
export { StepUpRouteGuard } from './step-up.guard.js';
export { getLivenessServiceToken, InjectLiveness } from './tokens.js';
export { DiditWebhook, WebhookEvent } from './webhook.decorators.js';
export { WebhookException } from './webhook.exception.js';
export { DiditWebhookInterceptor } from './webhook.interceptor.js';

export type { LivenessModuleExtras } from './liveness.module.js';
export type { CheckOptions, SelfieInput } from './liveness.service.js';
export type { LivenessOptionsFactory } from './module-options.js';
export type { LivenessGuardOptions, LivenessRouteOptions } from './route-options.js';
export type { StepUpGuardOptions, StepUpRouteOptions } from './step-up-options.js';
export type { DiditWebhookOptions } from './webhook-table.js';
export type {
  DecidedEvent,
  Decision,
  GateResult,
  LivenessEvent,
  LivenessRefusal,
  LivenessResult,
  LivenessVerdict,
  Policy,
  MatchOptions,
  OnReview,
  PolicyOptions,
  StepUpOptions,
  StepUpResult,
  WebhookAnswer,
  WebhookHandlerError,
  WebhookInbox,
  WebhookVerificationError,
} from '@didit-liveness/core';
export type { SelfieFile } from '@didit-liveness/upload';
