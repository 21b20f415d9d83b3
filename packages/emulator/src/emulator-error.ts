/** What went wrong, one word per kind of mistake. */
export type EmulatorErrorCode = 'invalid-options' | 'port-unavailable' | 'refused-in-production' | 'invalid-script';

/** A mistake of whoever starts or scripts the emulator; never a scripted fault, those are HTTP answers. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
