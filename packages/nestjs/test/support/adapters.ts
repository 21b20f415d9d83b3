import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const createExpressAdapter = (): AbstractHttpAdapter => new ExpressAdapter();
export const createFastifyAdapter = (): AbstractHttpAdapter => new FastifyAdapter();

/** The platforms of Nest; each test that touches a request runs on both. */
export const ADAPTERS: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', createExpressAdapter],
  ['Fastify', createFastifyAdapter],
];
