export { DIDIT_AUTH_URL, DiditAccount } from './client/account.js';
export { AgeEstimation } from './client/age-estimation.js';
export { isSandboxKey } from './client/api-key.js';
export { Billing } from './client/billing.js';
export { DIDIT_BASE_URL, DiditClient } from './client/client.js';
export {
  AbortedError,
  ApiKeyError,
  AuthenticationError,
  BadRequestError,
  BadResponseError,
  CircuitOpenError,
  ClientClosedError,
  ConnectionError,
  DiditApiError,
  DiditCallError,
  InsufficientCreditsError,
  isCallError,
  NotFoundError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  UnexpectedStatusError,
} from './client/errors.js';
export { FaceMatch } from './client/face-match.js';
export { IdentityIncompleteError } from './client/identity-incomplete.js';
export { FaceSearch } from './client/face-search.js';
export { filePartsOf } from './client/multipart.js';
export { PassiveLiveness } from './client/passive-liveness.js';
export { passwordProblems } from './client/password.js';
export { Sessions } from './client/sessions.js';
export { Workflows } from './client/workflows.js';
export { systemClock } from './clock.js';
export { DiditLivenessError, InvalidOptionError, isDiditLivenessError } from './errors.js';
export { createLivenessGate, LivenessGate } from './gate/gate.js';
export { createGuard } from './gate/guard.js';
export { warnAbout } from './gate/own-gate.js';
export { PROBLEMS } from './gate/problem.js';
export { isLivenessRefusal, LivenessRefusal } from './gate/refusal.js';
export { LivenessRoute } from './gate/route.js';
export { StepUpRoute } from './gate/step-up.js';
export { createStepUpGuard } from './gate/step-up-guard.js';
export { inspectImage, sniffImageType } from './image/inspect.js';
export { ImageRefusedError, MAX_IMAGE_BYTES, refusalOf as imageRefusalOf } from './image/picture.js';
export { HINT_TEXTS } from './policy/catalogue.js';
export { decide } from './policy/decide.js';
export { decideSession } from './policy/decide-session.js';
export { policyJsonSchema } from './policy/checks.js';
export { definePolicy } from './policy/policy.js';
export { PRESETS } from './policy/presets.js';
export { unknownOption } from './options.js';
export { sharedWeakMap } from './shared-state.js';
export { UndecodableError } from './wire/decoding.js';
export { decodePassiveLiveness } from './wire/passive-liveness.js';
export { isSessionStatus, isTerminalStatus, SESSION_STATUSES } from './wire/session-status.js';
export { FACE_MATCH_TAGS, WARNING_TAGS } from './wire/warning-tags.js';
export { createMemoryInbox } from './webhook/inbox.js';
export { WebhookHandlerError, WebhookVerificationError } from './webhook/errors.js';
export { WEBHOOK_PROBLEMS } from './webhook/answer.js';
export { createHostedReceiver, createWebhookReceiver } from './webhook/receiver.js';
export { MAX_WEBHOOK_BYTES, webhooks } from './webhook/verify.js';

export type { AnyDiditLivenessError, ErrorCode } from './any-error.js';
export type { DiditAccountOptions } from './client/account.js';
export type {
  ApplicationsRequest,
  CredentialsRequest,
  EmailAndCode,
  EmailAndPassword,
  OrganizationsRequest,
  ResendCodeRequest,
  TwoFactorRequest,
} from './client/account-requests.js';
export type { AgeEstimationRequest } from './client/age-estimation.js';
export type { ApiKeySource } from './client/api-key.js';
export type { BalanceRequest, TopUpRequest } from './client/billing.js';
export type { CircuitBreakerOptions } from './client/circuit-breaker.js';
export type { DiditClientOptions } from './client/client.js';
export type {
  CircuitEvent,
  ClientEvent,
  ClientEventListener,
  RetryBudgetSpentEvent,
} from './client/client-events.js';
export type { AnyCallError, BadRequestSubject, Billed, CircuitCause } from './client/errors.js';
export type { FaceMatchFields, FaceMatchRequest } from './client/face-match.js';
export type { FaceSearchRequest } from './client/face-search.js';
export type { PassiveLivenessFields, PassiveLivenessRequest } from './client/passive-liveness.js';
export type { PictureFields } from './client/picture-fields.js';
export type { IdentityRequest, IdentityResult } from './client/verify-identity.js';
export type { ContactDetails, SessionCallOptions, SessionRequest } from './client/sessions.js';
export type { LivenessWorkflowRequest } from './client/workflows.js';
export type { Clock } from './clock.js';
export type {
  AbortedEvent,
  BrokenEvent,
  CheckStep,
  ConfigurationEvent,
  DecidedEvent,
  FailedEvent,
  ImageFacts,
  LivenessEvent,
  LivenessEventListener,
  RefusedEvent,
  SharedEvent,
  SkippedEvent,
} from './gate/events.js';
export type { Attempt, FieldErrors } from './gate/attempt.js';
export type { Guard, GuardedUpload, Override } from './gate/guard.js';
export type { GateSource, GuardOptions, MatchOptions, RequestFunctions, SelfieFormat } from './gate/guard-options.js';
export type { GateOptions, OnReview, RouteOptions, SelfieRouteOptions, StepUpOptions } from './gate/options.js';
export type { GuardHost } from './gate/own-gate.js';
export type { Problem, ProblemCode, ProblemHint, StepUpSession } from './gate/problem.js';
export type { ReadingRefusalCode, Selfie, SelfieReading } from './gate/reading.js';
export type { GateRefusal, GateResult, JudgedLiveness, LivenessResult, SkippedLiveness } from './gate/result.js';
export type { StepUpAttempt, StepUpOutcome, StepUpResult } from './gate/step-up.js';
export type { StepUpGuard, StepUpGuardOptions } from './gate/step-up-guard.js';
export type { JsonSchema } from './options.js';
export type { ImageType } from './image/format.js';
export type { ImageInspection } from './image/inspect.js';
export type { ImageInput, ImageRefusal, Picture } from './image/picture.js';
export type { Hint, HintCode } from './policy/catalogue.js';
export type { Decision } from './policy/decide.js';
export type { SessionOutcome } from './policy/decide-session.js';
export type { Reason } from './policy/findings.js';
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
export type { WebhookAnswer, WebhookProblemCode } from './webhook/answer.js';
export type { WebhookRejection } from './webhook/errors.js';
export type {
  ActivityEventType,
  ActivityWebhookEvent,
  BusinessEventType,
  BusinessWebhookEvent,
  KnownWebhookType,
  SessionEventType,
  SessionWebhookEvent,
  TransactionEventType,
  TransactionWebhookEvent,
  UnknownWebhookEvent,
  UserEventType,
  UserWebhookEvent,
  WebhookEvent,
  WebhookFacts,
} from './webhook/event.js';
export type { WebhookHeaders } from './webhook/headers.js';
export type { MemoryInboxOptions, WebhookInbox, WebhookProgress } from './webhook/inbox.js';
export type {
  WebhookHost,
  WebhookOptions,
  WebhookReading,
  WebhookReceiver,
  WebhookReceiverOptions,
} from './webhook/receiver.js';
export type { WebhookSecret } from './webhook/secrets.js';
export type { WebhookVerifyOptions } from './webhook/verify.js';
export type {
  AccountTokens,
  Application,
  Credentials,
  Organization,
  RegisteredAccount,
  Registration,
  TwoFactorChallenge,
} from './wire/account.js';
export type {
  AgeEstimationResponse,
  AgeEstimationVerdict,
  WireAgeEstimationFields,
  WireAgeEstimationResponse,
} from './wire/age-estimation.js';
export type { Balance, TopUp } from './wire/billing.js';
export type { Contradiction } from './wire/contradiction.js';
export type {
  FaceMatchResponse,
  FaceMatchVerdict,
  WireFaceMatchFields,
  WireFaceMatchResponse,
} from './wire/face-match.js';
export type { CreatedSession } from './wire/created-session.js';
export type {
  FaceSearchMatch,
  FaceSearchResponse,
  FaceSearchVerdict,
  MatchedPerson,
  WireFaceSearchFields,
  WireFaceSearchMatch,
  WireFaceSearchResponse,
} from './wire/face-search.js';
export type { DetectedFaces, Face, WireEntity, WireFaces } from './wire/faces.js';
export type { AnswerFrame, WireFrame, WirePictureFields } from './wire/frame.js';
export type { Health } from './wire/health.js';
export type {
  PassiveLivenessResponse,
  WirePassiveLivenessFields,
  WirePassiveLivenessResponse,
} from './wire/passive-liveness.js';
export type { LivenessMethod, SessionDecision, SessionFaceMatch, SessionLivenessCheck } from './wire/session.js';
export type { SessionStatus } from './wire/session-status.js';
export type {
  ApprovedVerdict,
  CheckVerdict,
  LivenessVerdict,
  UnapprovedVerdict,
  VerdictStatus,
} from './wire/verdict.js';
export type { LivenessWarning, LogType, WarningDetails, WireWarning } from './wire/warning.js';
export type { AutoDeclineRisk, FaceMatchRisk, KnownRisk, WireLogType } from './wire/warning-tags.js';
export type { CreatedWorkflow } from './wire/workflow.js';
export type { DrainResult } from './gate/traffic.js';
