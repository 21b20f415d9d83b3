import Koa from 'koa';
import { startKoa } from '../contract/koa.host.js';
import { describeHostile } from './every-contract.js';

describeHostile('Koa 3', (options, onError) => startKoa(Koa, options, onError));
