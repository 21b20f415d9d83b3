import type { RandomForm } from './random-form.mjs';

export function whyRefused(form: RandomForm, options: { readonly maxFields: number }): string | undefined;
export function whyReadOtherwise(form: RandomForm, options: { readonly maxFields: number }): string | undefined;
