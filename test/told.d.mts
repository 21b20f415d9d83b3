export interface TestResult {
  readonly fullName: string;
  readonly status: string;
}

export function tellRows(
  suites: readonly { readonly name: string; readonly assertionResults: readonly TestResult[] }[],
): void;
export function groupsOf(tests: readonly TestResult[]): [string, Record<string, number>][];
export function rowsIn(title: string): string[];
