import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

type Parser = (request: unknown, payload: unknown, done: (error: null) => void) => void;
type Plugin = (instance: FastifyInstance, options: unknown, done: () => void) => void;

/** Fastify, as far as it matters here; it is no dependency. */
interface FastifyInstance {
  register(plugin: Plugin): unknown;
  hasContentTypeParser(contentType: string | RegExp): boolean;
  addContentTypeParser(contentType: RegExp, parser: Parser): void;
}

/**
 * Fastify answers 415 to any media type that it has no parser for, before guards run. This lets forms and pictures
 * through, unread. Being a pattern it gives way to every parser that is registered for a type by name, before or after,
 * such as that of @fastify/multipart; and it stays away from an application that takes everything (`*`).
 */
@Injectable()
export class FastifyBodies implements OnModuleInit {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  /** Queued as a plugin, so that it looks at what the plugins of the application have registered. */
  onModuleInit(): void {
    const adapter = this.#host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter?.getType() === 'fastify') adapter.getInstance<FastifyInstance>().register(passBodiesThrough);
  }
}

const FORMS_AND_PICTURES = /^(?:multipart|image)\//;

function letThrough(...[, , done]: Parameters<Parser>): void {
  done(null);
}

/** Whether there is a parser for `*`. Fastify's own `hasContentTypeParser('*')` says no in any case (5.12). */
function takesEverything(instance: FastifyInstance): boolean {
  const key = Object.getOwnPropertySymbols(instance).find(({ description }) => description === PARSERS);
  const parsers: unknown = key && Reflect.get(Reflect.get(instance, key) as object, 'customParsers');
  return parsers instanceof Map && parsers.has('');
}

/** Where Fastify keeps its parsers, by type; that for `*` under the empty one. */
const PARSERS = 'fastify.contentTypeParser';

const passBodiesThrough: Plugin = (instance, _, done) => {
  if (!takesEverything(instance) && !instance.hasContentTypeParser(FORMS_AND_PICTURES)) {
    instance.addContentTypeParser(FORMS_AND_PICTURES, letThrough);
  }
  done();
};

// How Fastify is told that a plugin is meant for the instance it is registered on, and not for a child of it.
Object.assign(passBodiesThrough, { [Symbol.for('skip-override')]: true });
