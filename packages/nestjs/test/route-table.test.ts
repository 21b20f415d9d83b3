import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { LivenessGuard, SkipLiveness } from '../src/index.js';
import { RouteTable } from '../src/route-table.js';
import { LivenessTestingModule } from '../src/testing.js';

@Controller()
@LivenessGuard({ threshold: 50 })
class SignupController {
  @LivenessGuard({ instance: 'kyc', threshold: 60 })
  own() {}

  plain() {}

  @SkipLiveness()
  skipped() {}
}

describe('RouteTable', () => {
  it('works out each handler once, and skipped ones as null', async () => {
    const testing = await Test.createTestingModule({
      imports: [LivenessTestingModule.forRoot(), LivenessTestingModule.forRoot({ name: 'kyc' })],
      controllers: [SignupController],
    }).compile();
    const table = RouteTable.of(testing.get(ModulesContainer));
    const routeOf = (handler: () => void) => table.routeOf(SignupController, handler, testing.get(ModuleRef));
    const { own, plain, skipped } = SignupController.prototype;

    table.fill(testing.get(ModuleRef));

    expect(RouteTable.of(testing.get(ModulesContainer))).toBe(table);
    expect(routeOf(own)).toBe(routeOf(own));
    expect(routeOf(own)?.route?.policy.rules.score.declineAtOrBelow).toBe(60);
    expect(routeOf(plain)?.route?.policy.rules.score.declineAtOrBelow).toBe(50);
    expect(routeOf(own)?.service).not.toBe(routeOf(plain)?.service);
    expect(routeOf(skipped)).toBeNull();
  });
});
