/** The first inputs of a target, by its name. */
export function seedsOf(target: string): Promise<Buffer[]>;
