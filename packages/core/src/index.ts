export { isSandboxKey } from './client/api-key.js';
export { DIDIT_BASE_URL, DiditClient } from './client/client.js';
export {
  AbortedError,
  ApiKeyError,
  AuthenticationError,
  BadRequestError,
  BadResponseError,
  ClientClosedError,
  ConnectionError,
  DiditApiError,
  DiditCallError,
  InsufficientCreditsError,
  isCallError,
  PermissionError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  UnexpectedStatusError,
} from './client/errors.js';
export { filePartsOf } from './client/multipart.js';
export { PassiveLiveness } from './client/passive-liveness.js';
export { systemClock } from './clock.js';
export { DiditLivenessError, InvalidOptionError, isDiditLivenessError } from './errors.js';
export { createLivenessGate, LivenessGate } from './gate/gate.js';
export { createGuard } from './gate/guard.js';
export { PROBLEMS } from './gate/problem.js';
export { isLivenessRefusal, LivenessRefusal } from './gate/refusal.js';
export { LivenessRoute } from './gate/route.js';
export { inspectImage, sniffImageType } from './image/inspect.js';
export { ImageRefusedError, MAX_IMAGE_BYTES, refusalOf as imageRefusalOf } from './image/picture.js';
export { HINT_TEXTS } from './policy/catalogue.js';
export { decide } from './policy/decide.js';
export { definePolicy } from './policy/policy.js';
export { PRESETS } from './policy/presets.js';
export { sharedWeakMap } from './shared-state.js';
export { UndecodableError } from './wire/decoding.js';
export { decodePassiveLiveness } from './wire/passive-liveness.js';
export { WARNING_TAGS } from './wire/warning-tags.js';

export type { AnyDiditLivenessError, ErrorCode } from './any-error.js';
export type { ApiKeySource } from './client/api-key.js';
export type { DiditClientOptions } from './client/client.js';
export type { AnyCallError, BadRequestSubject, Billed } from './client/errors.js';
export type { PassiveLivenessFields, PassiveLivenessRequest } from './client/passive-liveness.js';
export type { Clock } from './clock.js';
export type {
  AbortedEvent,
  BrokenEvent,
  ConfigurationEvent,
  DecidedEvent,
  FailedEvent,
  ImageFacts,
  LivenessEvent,
  LivenessEventListener,
  RefusedEvent,
} from './gate/events.js';
export type { Guard, GuardHost, GuardOptions, SelfieFormat } from './gate/guard.js';
export type { GateOptions, RouteOptions } from './gate/options.js';
export type { Problem, ProblemCode, ProblemHint } from './gate/problem.js';
export type { ReadingRefusalCode, Selfie, SelfieReading } from './gate/reading.js';
export type { GateResult, LivenessResult } from './gate/result.js';
export type { Attempt, FieldErrors } from './gate/route.js';
export type { ImageType } from './image/format.js';
export type { ImageInspection } from './image/inspect.js';
export type { ImageInput, ImageRefusal, Picture } from './image/picture.js';
export type { Hint, HintCode } from './policy/catalogue.js';
export type { Decision, Reason } from './policy/decide.js';
export type {
  Action,
  LowerLimits,
  LuminanceLimits,
  Policy,
  PolicyOptions,
  PolicyRules,
  WarningActions,
} from './policy/policy.js';
export type { PresetName } from './policy/presets.js';
export type {
  PassiveLivenessResponse,
  WireEntity,
  WireLogType,
  WirePassiveLivenessFields,
  WirePassiveLivenessResponse,
  WireWarning,
} from './wire/passive-liveness.js';
export type {
  ApprovedVerdict,
  Contradiction,
  Face,
  LivenessVerdict,
  LivenessWarning,
  LogType,
  UnapprovedVerdict,
  WarningDetails,
} from './wire/verdict.js';
export type { AutoDeclineRisk, KnownRisk } from './wire/warning-tags.js';
