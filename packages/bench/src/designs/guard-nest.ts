import 'reflect-metadata';
import type { Server } from 'node:http';
import { LivenessGuard, LivenessModule } from '@didit-liveness/nestjs';
import { Controller, type DynamicModule, Module, Post } from '@nestjs/common';
import { type DesignSettings, SIGNED_UP, type SignedUp } from '../design.js';
import { gateSource } from '../gate-source.js';
import { startNest } from '../start-nest.js';

@Controller()
class SignupController {
  @Post('signup')
  @LivenessGuard()
  signUp(): SignedUp {
    return SIGNED_UP;
  }
}

@Module({ controllers: [SignupController] })
class AppModule {
  static with(settings: DesignSettings): DynamicModule {
    return { module: AppModule, imports: [LivenessModule.forRoot(gateSource(settings))] };
  }
}

/** Our guard on Nest, with its default settings. */
export async function start(settings: DesignSettings): Promise<Server> {
  return startNest(AppModule.with(settings));
}
