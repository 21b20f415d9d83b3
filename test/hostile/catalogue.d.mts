/** Where a row of the catalogue of threats is tested, or why it cannot be. */
export type RowStatus =
  | { readonly tested: readonly string[]; readonly note?: string }
  | { readonly notApplicable: string };

export const GROUPS: Readonly<Record<string, number>>;
export const SUBJECTS: Readonly<Record<string, string>>;
export const ROWS: Readonly<Record<string, RowStatus>>;
