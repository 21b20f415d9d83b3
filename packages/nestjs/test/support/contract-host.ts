import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import type { LivenessResult } from '@didit-liveness/core';
import {
  Liveness,
  LivenessGuard,
  LivenessModule,
  type LivenessModuleOptions,
  Selfie,
  type SelfieFile,
} from '@didit-liveness/nestjs';

/** A Nest application whose `POST /signup` is guarded with these options; it counts how often the handler ran. */
export async function startContractHost(adapter: AbstractHttpAdapter, options: LivenessModuleOptions) {
  let handled = 0;

  @Controller()
  class SignupController {
    @Post('signup')
    @LivenessGuard()
    signup(@Liveness() liveness: LivenessResult, @Selfie() selfie: SelfieFile, @Body() fields: unknown) {
      handled += 1;
      const { outcome, requestId, imageSha256, policyId } = liveness;
      const { buffer, size, mimetype, originalname } = selfie;
      const sha256 = createHash('sha256').update(buffer).digest('hex');
      return {
        liveness: { outcome, requestId, imageSha256, policyId },
        file: { sha256, size, mimetype, originalname },
        fields,
      };
    }
  }

  @Module({ imports: [LivenessModule.forRoot(options)], controllers: [SignupController] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    handled: () => handled,
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
}
