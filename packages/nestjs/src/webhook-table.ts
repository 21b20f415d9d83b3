import {
  createHostedReceiver,
  type WebhookInbox,
  type WebhookOptions,
  type WebhookReceiver,
  type WebhookSecret,
} from '@didit-liveness/core';
import { type InjectionToken, Logger, type Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { handlersOf } from './controllers.js';
import { type Handler, WEBHOOK_METADATA } from './guard-metadata.js';
import { refuseUnknown } from './known-options.js';
import { type InstanceRequest, notExactlyOne, providersOf } from './services.js';
import { DEFAULT_INSTANCE } from './tokens.js';

/** Options of `@DiditWebhook()`. What is left out is as the module says. */
export interface DiditWebhookOptions extends Omit<WebhookOptions, 'onEvent' | 'onError'> {
  /** Name of the `LivenessModule` whose secret and inbox count here. @defaultValue the one without a name */
  readonly instance?: string;
}

/** The names of {@link DiditWebhookOptions}. */
export const WEBHOOK_OPTION_NAMES = [
  'secret',
  'inbox',
  'toleranceSeconds',
  'onRejected',
  'clock',
  'instance',
] as const satisfies readonly (keyof DiditWebhookOptions)[];

/** What a `LivenessModule` says of webhooks. */
export interface WebhookSettings {
  readonly secret?: WebhookSecret;
  readonly inbox?: WebhookInbox;
}

/** What the settings of a named module are found by. */
export function getWebhookSettingsToken(name: string = DEFAULT_INSTANCE): InjectionToken<WebhookSettings> {
  return `LivenessWebhookSettings:${name}`;
}

/** The receivers of one application, by handler. */
export class WebhookTable {
  static readonly #tables = new WeakMap<ModulesContainer, WebhookTable>();
  readonly #receivers = new Map<Handler, WebhookReceiver>();
  readonly #modules: ModulesContainer;

  private constructor(modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** The one table of an application, however many interceptors it has. */
  static of(modules: ModulesContainer): WebhookTable {
    const table = WebhookTable.#tables.get(modules) ?? new WebhookTable(modules);
    WebhookTable.#tables.set(modules, table);
    return table;
  }

  /**
   * Makes the receivers of all handlers with `@DiditWebhook()`, so that a mistake stops the start.
   *
   * @throws InvalidOptionError naming the handler, the option and what is allowed
   */
  fill(moduleRef: ModuleRef): void {
    for (const { controller, handler } of handlersOf(this.#modules)) {
      if (optionsOf(handler)) this.receiverOf(controller, handler, moduleRef);
    }
  }

  /** @throws TypeError for a handler without `@DiditWebhook()` */
  receiverOf(controller: Type, handler: Handler, moduleRef: ModuleRef): WebhookReceiver {
    const receiver = this.#receivers.get(handler) ?? createReceiver(controller, handler, moduleRef);
    this.#receivers.set(handler, receiver);
    return receiver;
  }
}

function createReceiver(controller: Type, handler: Handler, moduleRef: ModuleRef): WebhookReceiver {
  const name = `DiditWebhook(${controller.name}.${handler.name})`;
  const options = optionsOf(handler);
  if (!options) throw new TypeError(`${name}: the interceptor works for handlers with @DiditWebhook() only`);
  refuseUnknown(name, options, WEBHOOK_OPTION_NAMES);
  const { instance, ...own } = options;
  const logger = new Logger('DiditWebhook');
  return createHostedReceiver(
    { ...settingsOf(moduleRef, { name, instance }), ...definedOnly(own), onEvent: neverAlone },
    { name, env: process.env, warn: (message) => logger.warn(message) },
  );
}

/** The handler takes its place for each delivery. */
function neverAlone(): never {
  throw new TypeError('There is no handler for this event');
}

function optionsOf(handler: Handler): DiditWebhookOptions | undefined {
  // Written by `@DiditWebhook()` alone.
  return Reflect.getOwnMetadata(WEBHOOK_METADATA, handler) as DiditWebhookOptions | undefined;
}

/** What the module says; an application that has none gives its secret to the decorator or to the environment. */
function settingsOf(moduleRef: ModuleRef, request: InstanceRequest): WebhookSettings {
  const found = providersOf(moduleRef, getWebhookSettingsToken(request.instance));
  const [settings = {}, second] = found;
  if (!second && (request.instance === undefined || found.length === 1)) return settings;
  throw notExactlyOne(request, found.length);
}

function definedOnly<Value extends object>(value: Value): Value {
  // Only entries that are undefined are left out, which the options allow.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}
