import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LivenessModule, StepUpGuard } from '../src/index.js';
import { refuseUnknown } from '../src/known-options.js';

describe('refuseUnknown', () => {
  it('lets known options pass', () => {
    expect(() => refuseUnknown('LivenessModule', { threshold: 0 }, ['threshold'])).not.toThrow();
  });

  it('names the option, what may have been meant, and all there are', () => {
    expect(() => refuseUnknown('LivenessModule', { webhooksecret: 'secret' }, ['apiKey', 'webhookSecret'])).toThrow(
      'LivenessModule.webhooksecret is not an option; did you mean "webhookSecret"? Allowed: apiKey, webhookSecret',
    );
  });

  it.each(['gate', 'onDeclined', 'onError'])('says what Nest has in place of %s', (name) => {
    expect(() => refuseUnknown('LivenessModule', { [name]: {} }, [])).toThrow(
      `LivenessModule.${name} is not an option in Nest; use a client of the module, or an exception filter`,
    );
  });
});

describe('D08 the start of an application', () => {
  let close: (() => Promise<void>) | undefined;

  afterEach(async () => close?.());

  it('is stopped by a @StepUpGuard() with an option of other frameworks', async () => {
    @Controller()
    class ReturnController {
      @Get()
      @StepUpGuard({ onDeclined: () => {} } as object)
      back() {}
    }
    const imports = [LivenessModule.forRoot({ apiKey: 'key' })];
    const module = await Test.createTestingModule({ imports, controllers: [ReturnController] }).compile();
    const app = module.createNestApplication({ logger: false });
    close = () => app.close();

    await expect(app.init()).rejects.toThrow('StepUpGuard(ReturnController.back).onDeclined is not an option in Nest');
  });
});
