import { randomUUID } from 'node:crypto';
import { ConfigurableModuleBuilder, type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyBodies } from './fastify-bodies.js';
import { LivenessExceptionFilter } from './liveness-exception.filter.js';
import { LivenessRouteGuard } from './liveness.guard.js';
import { LivenessService } from './liveness.service.js';
import type { LivenessModuleOptions } from './module-options.js';
import { DEFAULT_INSTANCE, getLivenessServiceToken } from './tokens.js';
import { getWebhookSettingsToken, type WebhookSettings } from './webhook-table.js';

/** What stands beside the options of a module, also with `forRootAsync()`. */
export interface LivenessModuleExtras {
  /** Lets every module inject the service. The decorators work everywhere in any case. @defaultValue false */
  isGlobal?: boolean;
  /** Tells several modules of one application apart, say for two keys or two policies. */
  name?: string;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<LivenessModuleOptions>({
  moduleName: 'Liveness',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createLivenessOptions')
  .setExtras<LivenessModuleExtras>({ isGlobal: false, name: DEFAULT_INSTANCE }, complete)
  .build();

function complete(definition: DynamicModule, { isGlobal = false, name }: LivenessModuleExtras): DynamicModule {
  const service = getLivenessServiceToken(name);
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...(definition.providers ?? []).map(toHiddenValue),
      // Nest may tell modules apart by what they are made of, and functions of one text are the same to it.
      { provide: `LivenessModule:${randomUUID()}`, useValue: true },
      {
        provide: service,
        useFactory: (options: LivenessModuleOptions) => new LivenessService(options),
        inject: [MODULE_OPTIONS_TOKEN],
      },
      {
        provide: getWebhookSettingsToken(name),
        useFactory: (options: LivenessModuleOptions) => webhookSettingsOf(options),
        inject: [MODULE_OPTIONS_TOKEN],
      },
      LivenessRouteGuard,
      FastifyBodies,
      { provide: APP_FILTER, useClass: LivenessExceptionFilter },
    ],
    exports: [service, LivenessRouteGuard],
  };
}

/** The same value out of a function: a module that is printed shows neither key nor secret. */
function toHiddenValue(provider: Provider): Provider {
  if (!('useValue' in provider)) return provider;
  const { provide, useValue } = provider;
  return { provide, useFactory: () => useValue as unknown };
}

function webhookSettingsOf({ webhookSecret: secret, webhookInbox: inbox }: LivenessModuleOptions): WebhookSettings {
  return { ...(secret === undefined ? {} : { secret }), ...(inbox === undefined ? {} : { inbox }) };
}

/**
 * Provides `LivenessService`, and what `@LivenessGuard()` needs. Import it once; give further ones a `name`.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { LivenessModule } from '@didit-liveness/nestjs';
 *
 * @Module({ imports: [LivenessModule.forRoot({ threshold: 80, isGlobal: true })] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class LivenessModule extends ConfigurableModuleClass {
  /**
   * With options that are known now; without any, everything is as documented and the key comes from `DIDIT_API_KEY`.
   * They are checked when the application starts, which a wrong one stops.
   */
  static override forRoot(options: LivenessModuleOptions & LivenessModuleExtras = {}): DynamicModule {
    return super.forRoot(options);
  }
}
