import express5 from 'express';
import express4 from 'express4';
import { startExpress } from '../contract/express.host.js';
import { describeAnswers } from './answer.contract.js';
import { describeConnections } from './connection.contract.js';
import { describeInbound } from './inbound.contract.js';
import { describeParser } from './parser.contract.js';
import { describePictures } from './picture.contract.js';

describeInbound('Express 4', (options) => startExpress(express4, options));
describeInbound('Express 5', (options) => startExpress(express5, options));
describeConnections('Express 4', (options) => startExpress(express4, options));
describeConnections('Express 5', (options) => startExpress(express5, options), { everyByte: true });
describePictures('Express 4', (options) => startExpress(express4, options));
describePictures('Express 5', (options) => startExpress(express5, options));
describeParser('Express 4', (options) => startExpress(express4, options));
describeParser('Express 5', (options) => startExpress(express5, options));
describeAnswers('Express 4', (options) => startExpress(express4, options));
describeAnswers('Express 5', (options) => startExpress(express5, options));
