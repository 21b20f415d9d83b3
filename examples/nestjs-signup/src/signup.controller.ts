import { Liveness, LivenessGuard, type LivenessResult } from '@didit-liveness/nestjs';
import { ApiLiveness } from '@didit-liveness/nestjs/swagger';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { type Account, AccountsService } from './accounts.service.js';
import { SignupDto } from './signup.dto.js';
import { type SignedUp, SignupService } from './signup.service.js';

/** A signup that makes an account only for a live person. */
@Controller()
export class SignupController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly signups: SignupService,
  ) {}

  @Post('signup')
  @LivenessGuard({ threshold: 80, body: SignupDto })
  @ApiLiveness({ body: SignupDto })
  @ApiCreatedResponse({ description: 'The account was made.' })
  signUp(@Body() { email }: SignupDto, @Liveness() liveness: LivenessResult): SignedUp {
    return this.signups.signUp(email, liveness);
  }

  @Get('accounts')
  list(): { accounts: readonly Account[] } {
    return { accounts: this.accounts.list() };
  }

  @Get('mode')
  mode(): { mode: 'emulator' | 'didit' } {
    return { mode: this.signups.mode() };
  }
}
