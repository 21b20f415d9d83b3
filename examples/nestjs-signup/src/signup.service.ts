import { DIDIT_BASE_URL } from '@didit-liveness/core';
import { type LivenessResult, LivenessService } from '@didit-liveness/nestjs';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type Account, AccountsService } from './accounts.service.js';

/** What `POST /signup` answers. */
export interface SignedUp {
  readonly account: Account;
  readonly liveness: {
    readonly outcome: LivenessResult['outcome'];
    readonly requestId: string | null;
    readonly imageSha256: string | undefined;
    readonly policyId: string;
  };
}

/** Makes accounts for people who passed the check, and keeps an eye on what the check finds. */
@Injectable()
export class SignupService implements OnModuleInit {
  readonly #logger = new Logger(SignupService.name);

  constructor(
    private readonly accounts: AccountsService,
    private readonly liveness: LivenessService,
  ) {}

  onModuleInit(): void {
    this.liveness.decisions$.subscribe(({ contradictions, requestId }) => {
      if (contradictions.length > 0) this.#logger.warn(`Check ${requestId} spoke against itself.`);
    });
  }

  signUp(email: string, { outcome, requestId, imageSha256, policyId }: LivenessResult): SignedUp {
    const account = this.accounts.create(email);
    return { account, liveness: { outcome, requestId, imageSha256, policyId } };
  }

  /** Shown on the page, so that nobody takes a scripted answer for a real one. */
  mode(): 'emulator' | 'didit' {
    return this.liveness.client.origin === DIDIT_BASE_URL ? 'didit' : 'emulator';
  }
}
