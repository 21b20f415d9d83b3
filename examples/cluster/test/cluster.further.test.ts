import { describeCluster } from './cluster.contract.js';

describeCluster('the Koa example', ['koa-signup']);
describeCluster('the Nest example on Express', ['nestjs-signup', 'express']);
describeCluster('the Nest example on Fastify', ['nestjs-signup', 'fastify']);
