/** The body of an approval, complete, as the API documents it. Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22) */
export const APPROVAL = JSON.stringify({
  request_id: '0b7a6a5e-94c8-4f0e-9a6d-2d3c1f5e7a90',
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 94.21,
    user_image: {
      entities: [{ bbox: [301, 244, 812, 1007], confidence: 0.81, age: 29.6, gender: 'male', race: null }],
      best_angle: 0,
    },
    warnings: [],
    face_quality: 78.4,
    face_luminance: 51.2,
  },
  vendor_data: null,
  metadata: null,
  created_at: '2026-11-22T10:00:00.000000+00:00',
});
