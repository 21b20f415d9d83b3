import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { CallRecord } from './call-record.js';
import { LivenessService } from './liveness.service.js';
import { getLivenessServiceToken } from './tokens.js';

/** When {@link LivenessHealthIndicator} says `down`. */
export interface LivenessHealthOptions {
  /** Name of the `LivenessModule` to ask after. @defaultValue the one without a name */
  readonly instance?: string;
  /** So many calls in a row have to fail. @defaultValue 3 */
  readonly failures?: number;
  /**
   * A failure counts for so many milliseconds. Without an end, an instance that gets no requests because it is down
   * would stay down. @defaultValue 60_000
   */
  readonly memoryMs?: number;
}

/**
 * Tells @nestjs/terminus how the latest checks went. It makes no call of its own, so it spends no credit: without
 * traffic it says `up`, and after failures it needs a check that succeeds, or time, to say so again.
 *
 * @example
 * ```ts
 * import { LivenessHealthIndicator } from '@didit-liveness/nestjs/terminus';
 * import { Controller, Get } from '@nestjs/common';
 * import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
 *
 * @Controller('health')
 * export class HealthController {
 *   constructor(
 *     private readonly health: HealthCheckService,
 *     private readonly liveness: LivenessHealthIndicator,
 *   ) {}
 *
 *   @Get()
 *   @HealthCheck()
 *   check() {
 *     return this.health.check([() => this.liveness.isHealthy('liveness')]);
 *   }
 * }
 * ```
 */
@Injectable()
export class LivenessHealthIndicator {
  readonly #moduleRef: ModuleRef;
  readonly #health: HealthIndicatorService;

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef, @Inject(HealthIndicatorService) health: HealthIndicatorService) {
    this.#moduleRef = moduleRef;
    this.#health = health;
  }

  /** `up`, or `down` with the code of the last error. */
  isHealthy<Key extends string>(
    key: Key,
    { instance, failures = 3, memoryMs = 60_000 }: LivenessHealthOptions = {},
  ): HealthIndicatorResult<Key> {
    const service = this.#moduleRef.get<LivenessService>(getLivenessServiceToken(instance), { strict: false });
    // A stand-in for the service makes no calls.
    const record = service instanceof LivenessService ? service.callRecord : new CallRecord();
    const { failures: failed, lastError, sinceFailureMs, lastAnsweredAt } = record;
    const facts = { consecutiveFailures: failed, ...(lastAnsweredAt === undefined ? {} : { lastAnsweredAt }) };
    const check = this.#health.check(key);
    return sinceFailureMs < memoryMs && failed >= failures
      ? check.down({ ...facts, error: lastError })
      : check.up(facts);
  }
}
