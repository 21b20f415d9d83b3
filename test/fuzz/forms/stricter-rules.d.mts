import type { RandomForm } from './random-form.mjs';

export declare function ruleFor(form: RandomForm, options: { readonly maxFields: number }): string | undefined;
