import { describe, expect, it } from '@jest/globals';
import { decodeFaceSearch } from '../src/wire/face-search.js';
import { bodyOf, warningOf } from './support/answers.js';
import { printed } from './support/canaries.js';
import { faceSearchAnswer, faceSearchMatch } from './support/endpoint-answers.js';

function decoded(part: object = {}) {
  const answer = faceSearchAnswer();
  return decodeFaceSearch(bodyOf({ ...answer, face_search: { ...answer.face_search, ...part } })).faceSearch;
}

const matching = (part: object) => ({ matches: [{ ...faceSearchMatch, ...part }] });

describe('decodeFaceSearch', () => {
  it('decodes an answer, field by field', () => {
    const search = decoded();

    expect(search).toEqual({
      status: 'Approved',
      totalMatches: 1,
      matches: [
        {
          sessionId: '77a3e1b0-20e7-4d0c-9a55-0bd94c6ef8f1',
          sessionNumber: 2048,
          similarityPercentage: 71.5,
          source: 'session',
          vendorData: 'acct_9001',
          verificationDate: '2026-10-01T10:00:00Z',
          status: 'Approved',
          isBlocklisted: false,
          isAllowlisted: false,
          apiService: null,
        },
      ],
      userImage: {
        entities: [{ bbox: [1, 2, 3, 4], confidence: 0.7, age: null, gender: null, race: null }],
        bestAngle: 0,
      },
      warnings: [],
      contradictions: [],
    });
  });

  it('gives who was found by name, and to no printer (P8)', () => {
    const search = decoded();
    const [match] = search.matches;

    expect(match?.userDetails).toEqual({ fullName: 'Ada Example', documentType: 'P', documentNumber: 'X123' });
    expect(match?.matchImageUrl).toBe('https://media.example/match.jpg?sig=1');
    expect(printed(search)).not.toMatch(/Ada Example|X123|sig=1/);
  });

  it('decodes a search that found nothing', () => {
    expect(decoded({ total_matches: 0, matches: [] })).toMatchObject({ totalMatches: 0, matches: [] });
  });

  it('decodes which of the APIs knows a face', () => {
    expect(decoded(matching({ api_service: 'face-match' })).matches).toMatchObject([{ apiService: 'face-match' }]);
  });

  it('decodes what is not known of a match as null', () => {
    const [match] = decoded({ matches: [{ similarity_percentage: 0 }] }).matches;

    expect(match).toMatchObject({ sessionId: null, isBlocklisted: null, isAllowlisted: null, similarityPercentage: 0 });
    expect([match?.userDetails, match?.matchImageUrl]).toEqual([null, null]);
  });

  it.each([
    ['auto-decline-tag', { warnings: [warningOf('FACE_IN_BLOCKLIST', 'information')] }],
    ['auto-decline-tag', { warnings: [warningOf('POSSIBLE_FACE_IN_BLOCKLIST', 'warning')] }],
    ['error-warning', { warnings: [warningOf('NEVER_HEARD_OF', 'error')] }],
    ['no-face', { user_image: { entities: [], best_angle: 0 } }],
  ])('C18 C19 turns an approval into a decline for %s: %j', (contradiction, part) => {
    expect(decoded(part)).toMatchObject({ status: 'Declined', contradictions: [contradiction] });
  });

  it.each([
    ['face_search.total_matches is not a whole number from 0', { total_matches: -1 }],
    ['face_search.total_matches is not a whole number from 0', { total_matches: 0.5 }],
    ['face_search.total_matches is not a number', { total_matches: '1' }],
    ['face_search.matches is not an array', { matches: null }],
    ['face_search.matches[0].similarity_percentage is not a number', matching({ similarity_percentage: null })],
    ['face_search.matches[0].is_blocklisted is not true or false', matching({ is_blocklisted: 'no' })],
    ['face_search.matches[0].user_details is not an object', matching({ user_details: 'Ada' })],
    ['face_search.matches[0].session_number is not a number', matching({ session_number: '7' })],
  ])('C16 refuses it when %s', (message, part) => {
    expect(() => decoded(part)).toThrow(message);
  });
});
