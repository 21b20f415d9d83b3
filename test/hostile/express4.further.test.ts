import express from 'express4';
import { startExpress } from '../contract/express.host.js';
import { describeHostile } from './every-contract.js';

describeHostile('Express 4', (options, onError) => startExpress(express, options, onError));
