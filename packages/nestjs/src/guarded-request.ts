import {
  type FieldErrors,
  filePartsOf,
  type GateResult,
  type Selfie,
  type SelfieReading,
  sniffImageType,
} from '@didit-liveness/core';
import { hangUpSignal, holdUntilAnswered, readSelfie, refuseUpload, SelfieFile } from '@didit-liveness/upload';
import type { ExecutionContext } from '@nestjs/common';
import { earlierParseOf, hideForm, type HttpExchange } from './http-exchange.js';
import type { CheckOptions } from './liveness.service.js';
import { publish } from './published.js';
import type { GuardedRoute } from './route-table.js';

type PassedResult = Extract<GateResult, { kind: 'passed' }>;

/** One request on its way through the guard: what is read of it, and what its handler will find. */
export class GuardedRequest {
  readonly #exchange: HttpExchange;
  readonly #context: ExecutionContext;
  readonly #guarded: GuardedRoute;
  #reading: Promise<SelfieReading> | undefined;
  #body: object | undefined;

  constructor(exchange: HttpExchange, context: ExecutionContext, guarded: GuardedRoute) {
    this.#exchange = exchange;
    this.#context = context;
    this.#guarded = guarded;
  }

  /** Reads the upload, once. */
  readonly read = (): Promise<SelfieReading> => {
    const { reading } = this.#guarded;
    const { rawRequest, rawResponse } = this.#exchange;
    holdUntilAnswered(rawRequest, rawResponse);
    this.#reading ??= readSelfie(rawRequest, reading, earlierParseOf(this.#exchange, reading.field));
    return this.#reading;
  };

  /** The functions of the application, bound to this request. */
  checkOptions(): CheckOptions {
    const { options, route } = this.#guarded;
    const { subject, hintText, match } = options;
    const correlationId = options.correlationId?.(this.#context);
    return {
      ...(route ? { route } : {}),
      ...(match ? { referenceImage: () => match.referenceImage(this.#context) } : {}),
      ...(subject ? { subject: () => subject(this.#context) } : {}),
      ...(hintText ? { hintText: (code) => hintText(code, this.#context) } : {}),
      ...(correlationId === undefined ? {} : { correlationId }),
      validate: (fields) => this.#validate(fields),
      refuse: () => refuseUpload(this.#exchange.rawRequest),
      signal: hangUpSignal(this.#exchange.rawResponse),
    };
  }

  /** Lets the handler find result, file and fields, and nothing else find the form again. */
  async publish(result: PassedResult): Promise<void> {
    // A stand-in for the service may say no more than that the request passed.
    const { liveness } = result;
    const picture = result.picture as PassedResult['picture'] | undefined;
    const selfie = (result.selfie as Selfie | undefined) ?? (await this.#selfieAsRead());
    const file = selfie && this.#toFile(selfie, picture);
    publish(this.#exchange.request, { liveness, file }, this.#body ?? selfie?.fields);
    hideForm(this.#exchange);
  }

  async #validate(fields: Selfie['fields']): Promise<FieldErrors> {
    const { form, options } = this.#guarded;
    const outcome = await form?.hold(fields);
    if (outcome?.kind === 'valid') this.#body = outcome.body;
    const complaints = await options.validate?.(fields, this.#context);
    return { ...(outcome?.kind === 'invalid' ? outcome.errors : {}), ...complaints };
  }

  async #selfieAsRead(): Promise<Selfie | undefined> {
    const reading = await this.read();
    if (reading.kind !== 'selfie') return undefined;
    await this.#validate(reading.selfie.fields);
    return reading.selfie;
  }

  #toFile({ chunks }: Selfie, picture: PassedResult['picture'] | undefined): SelfieFile {
    const type = picture?.type ?? sniffImageType(chunks[0] ?? new Uint8Array()) ?? 'jpeg';
    return new SelfieFile({ fieldname: this.#guarded.reading.field, ...filePartsOf({ type, chunks }) });
  }
}
