import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createProject, runNode, TSC, useTarballs } from './tarballs.js';

/** An application as a user would write it; `@nestjs/swagger` and `@nestjs/terminus` only where they are installed. */
const APP = `
import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { Liveness, LivenessGuard, LivenessModule, Selfie, type LivenessResult, type SelfieFile } from '@didit-liveness/nestjs';
import { IsEmail } from 'class-validator';

export class SignupDto {
  @IsEmail()
  readonly email!: string;
}

@Controller()
export class SignupController {
  @Post('signup')
  @LivenessGuard({ threshold: 80, body: SignupDto })
  signup(@Body() { email }: SignupDto, @Liveness() { outcome }: LivenessResult, @Selfie() selfie: SelfieFile) {
    return { email, outcome, size: selfie.buffer.length };
  }
}

@Module({ imports: [LivenessModule.forRootAsync({ useFactory: () => ({ apiKey: 'key' }) })], controllers: [SignupController] })
export class AppModule {}

// @ts-expect-error There is no such option.
LivenessGuard({ treshold: 80 });
// @ts-expect-error A tag on which Didit always declines cannot be relaxed.
LivenessModule.forRoot({ policy: { warnings: { LIVENESS_FACE_ATTACK: 'approve' } } });
`;

const EXTRAS = `
import { Controller, Get, Module, Post } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { LivenessGuard, LivenessModule } from '@didit-liveness/nestjs';
import { ApiLiveness } from '@didit-liveness/nestjs/swagger';
import { LivenessHealthIndicator } from '@didit-liveness/nestjs/terminus';

@Controller()
export class ExtrasController {
  constructor(private readonly health: HealthCheckService, private readonly liveness: LivenessHealthIndicator) {}

  @Post('described')
  @ApiLiveness()
  @LivenessGuard()
  described() {}

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.liveness.isHealthy('liveness')]);
  }
}

@Module({
  imports: [TerminusModule, LivenessModule.forRoot({ apiKey: 'key' })],
  controllers: [ExtrasController],
  providers: [LivenessHealthIndicator],
})
export class ExtrasModule {}
`;

const SPEC = `
import { Test } from '@nestjs/testing';
import { LivenessModule, LivenessService } from '@didit-liveness/nestjs';
import { LivenessScript, LivenessTestingModule, SELFIE } from '@didit-liveness/nestjs/testing';
import { SignupController } from './app';

const formOf = (email: string) => {
  const form = new FormData();
  form.set('email', email);
  form.set('selfie', new Blob([new Uint8Array(SELFIE)]), 'selfie.png');
  return form;
};

it('signs up whom the script lets through', async () => {
  const testing = await Test.createTestingModule({
    imports: [LivenessTestingModule.forRoot({ verdicts: ['approved', 'declined'] })],
    controllers: [SignupController],
  }).compile();
  const app = testing.createNestApplication();
  await app.listen(0, '127.0.0.1');
  const post = (email: string) => fetch((appUrl) + '/signup', { method: 'POST', body: formOf(email) });
  const appUrl = await app.getUrl();

  const approved = await post('ada@example.org');
  expect([approved.status, await approved.json()]).toEqual([201, { email: 'ada@example.org', outcome: 'approved', size: SELFIE.length }]);
  expect((await post('nobody')).status).toBe(422);
  expect((await post('ada@example.org')).status).toBe(403);
  expect(app.get(LivenessScript).calls).toHaveLength(2);
  await app.close();
});

it('lets a provider be overridden', async () => {
  const testing = await Test.createTestingModule({
    imports: [LivenessModule.forRoot()],
    controllers: [SignupController],
  })
    .overrideProvider(LivenessService)
    .useValue({ check: () => Promise.resolve({ kind: 'passed', liveness: { outcome: 'approved' } }) })
    .compile();
  const app = testing.createNestApplication();
  await app.listen(0, '127.0.0.1');

  const response = await fetch((await app.getUrl()) + '/signup', { method: 'POST', body: formOf('ada@example.org') });

  expect([response.status, await response.json()]).toEqual([201, { email: 'ada@example.org', outcome: 'approved', size: SELFIE.length }]);
  await app.close();
});
`;

const COMMON = { 'class-transformer': '^0.5.1', 'reflect-metadata': '^0.2.0', rxjs: '^7.8.0' };
const DECORATORS = { strict: true, experimentalDecorators: true, emitDecoratorMetadata: true, target: 'ES2022' };

const tarballs = useTarballs(['core', 'upload', 'nestjs', 'emulator']);

describe('a CommonJS application with Nest 11, TypeScript 5, Jest 29 and ts-jest', () => {
  const project = join(tarballs.folder, 'nest11-cjs');

  beforeAll(() => {
    const nest = ['common', 'core', 'platform-express', 'swagger', 'terminus', 'testing'];
    createProject(
      project,
      {
        ...tarballs.dependencies(),
        ...COMMON,
        ...Object.fromEntries(nest.map((name) => [`@nestjs/${name}`, '^11.0.0'])),
        '@types/express': '^5.0.0',
        '@types/jest': '^29.0.0',
        '@types/node': '^20.19.0',
        'class-validator': '^0.14.0',
        jest: '^29.0.0',
        'ts-jest': '^29.0.0',
        typescript: '^5.5.0',
      },
      {
        'app.ts': APP,
        'extras.ts': EXTRAS,
        'app.spec.ts': SPEC,
        'jest.config.js': "module.exports = { preset: 'ts-jest', testEnvironment: 'node' };",
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            ...DECORATORS,
            module: 'CommonJS',
            moduleResolution: 'node',
            esModuleInterop: true,
            skipLibCheck: true,
            noEmit: true,
            types: ['node', 'jest'],
          },
          include: ['*.ts'],
        }),
      },
    );
  }, 180_000);

  it('compiles with the module resolution of old', async () => {
    expect(await runNode(project, ['node_modules/typescript/bin/tsc', '-p', '.'])).toEqual({ code: 0, output: '' });
  });

  it('passes its own tests, without HTTP to Didit', async () => {
    const { code, output } = await runNode(project, ['node_modules/jest/bin/jest.js']);

    expect(output).toContain('2 passed');
    expect(code).toBe(0);
  });
});

describe('an ES module application with Nest 12', () => {
  const project = join(tarballs.folder, 'nest12-esm');

  beforeAll(() => {
    const nest = ['common', 'core', 'platform-express', 'platform-fastify', 'testing'];
    createProject(
      project,
      {
        ...tarballs.dependencies(),
        ...COMMON,
        ...Object.fromEntries(nest.map((name) => [`@nestjs/${name}`, '^12.0.0'])),
        '@types/node': '^20.19.0',
        'class-validator': '^0.15.0',
      },
      {
        'app.mts': APP,
        'main.mts': `
          import { createEmulator } from '@didit-liveness/emulator';
          import { LivenessModule, LivenessService } from '@didit-liveness/nestjs';
          import { SELFIE } from '@didit-liveness/nestjs/testing';
          import { Module } from '@nestjs/common';
          import { NestFactory } from '@nestjs/core';
          import { ExpressAdapter } from '@nestjs/platform-express';
          import { FastifyAdapter } from '@nestjs/platform-fastify';
          import { SignupController } from './app.mjs';

          const emulator = await createEmulator();

          @Module({
            imports: [LivenessModule.forRoot({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true })],
            controllers: [SignupController],
          })
          class MainModule {}

          for (const adapter of [new ExpressAdapter(), new FastifyAdapter()]) {
            const app = await NestFactory.create(MainModule, adapter, { logger: false });
            await app.listen(0, '127.0.0.1');
            app.get(LivenessService).decisions$.subscribe(({ outcome }) => console.log('decided', outcome));
            for (const email of ['ada@example.org', 'nobody']) {
              const form = new FormData();
              form.set('email', email);
              form.set('selfie', new Blob([new Uint8Array(SELFIE)]), 'selfie.png');
              const response = await fetch((await app.getUrl()) + '/signup', { method: 'POST', body: form });
              const { outcome, code } = (await response.json()) as { outcome?: string; code?: string };
              console.log(response.status, outcome ?? code);
            }
            app.getHttpServer().closeAllConnections();
            await app.close();
          }
          await emulator.close();`,
        'tsconfig.json': JSON.stringify({
          compilerOptions: { ...DECORATORS, module: 'NodeNext', outDir: 'dist', skipLibCheck: true, types: ['node'] },
          include: ['*.mts'],
        }),
      },
    );
  }, 180_000);

  it('compiles and runs on both platforms, without the optional peers', async () => {
    expect(await runNode(project, [TSC, '-p', '.'])).toEqual({ code: 0, output: '' });

    const { code, output } = await runNode(project, ['dist/main.mjs']);

    const once = 'decided approved\n201 approved\n422 invalid-fields\n';
    expect(output).toBe(once + once);
    expect(code).toBe(0);
  });

  it('starts as CommonJS just as well', async () => {
    const program = `
      require('reflect-metadata');
      const { Module } = require('@nestjs/common');
      const { NestFactory } = require('@nestjs/core');
      const { LivenessModule, LivenessService } = require('@didit-liveness/nestjs');
      class AppModule {}
      Module({ imports: [LivenessModule.forRoot({ apiKey: 'key' })] })(AppModule);
      NestFactory.createApplicationContext(AppModule, { logger: false }).then(async (app) => {
        console.log(app.get(LivenessService).client.origin);
        await app.close();
      });`;
    writeFileSync(join(project, 'main.cjs'), program);

    const { output } = await runNode(project, ['main.cjs']);

    expect(output).toContain('https://verification.didit.me');
  });
});
