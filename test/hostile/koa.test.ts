import Koa3 from 'koa';
import { Koa2, startKoa } from '../contract/koa.host.js';
import { describeAnswers } from './answer.contract.js';
import { describeConnections } from './connection.contract.js';
import { describeInbound } from './inbound.contract.js';
import { describeParser } from './parser.contract.js';
import { describePictures } from './picture.contract.js';

describeInbound('Koa 2', (options) => startKoa(Koa2, options));
describeInbound('Koa 3', (options) => startKoa(Koa3, options));
describeConnections('Koa 2', (options) => startKoa(Koa2, options));
describeConnections('Koa 3', (options) => startKoa(Koa3, options));
describePictures('Koa 2', (options) => startKoa(Koa2, options));
describePictures('Koa 3', (options) => startKoa(Koa3, options));
describeParser('Koa 2', (options) => startKoa(Koa2, options));
describeParser('Koa 3', (options) => startKoa(Koa3, options));
describeAnswers('Koa 2', (options) => startKoa(Koa2, options));
describeAnswers('Koa 3', (options) => startKoa(Koa3, options));
