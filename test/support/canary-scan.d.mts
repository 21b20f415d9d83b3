/** What is marked. */
export type Mark = 'key' | 'picture' | 'file name' | 'vendor data';

export const MARKS: Readonly<Record<Mark, string>>;

export function marksIn(text: string): readonly { readonly mark: Mark; readonly encoding: string }[];

export class MarkScanner {
  write(text: string): void;
  get found(): readonly string[];
}
