export type {
  WireEntity,
  WireLogType,
  WirePassiveLivenessFields,
  WirePassiveLivenessResponse,
  WireWarning,
} from './wire/passive-liveness.js';
