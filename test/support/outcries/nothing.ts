import { it } from '@jest/globals';

it('does nothing to cry about', () => {});
