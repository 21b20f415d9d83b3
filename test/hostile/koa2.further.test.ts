import { Koa2, startKoa } from '../contract/koa.host.js';
import { describeHostile } from './every-contract.js';

describeHostile('Koa 2', (options, onError) => startKoa(Koa2, options, onError));
