import type { WebhookDelivery } from './webhooks.js';

/** The figures of one destination; every attempt counts as a delivery. */
export function summarize(deliveries: readonly WebhookDelivery[]): Readonly<Record<string, unknown>> {
  const attempts = deliveries.flatMap((delivery) => delivery.attempts);
  const failed = attempts.filter(({ status }) => status === null || status >= 300).length;
  const durations = attempts.map(({ durationMs }) => durationMs).sort((left, right) => left - right);
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    total_deliveries: attempts.length,
    failed_deliveries: failed,
    error_rate_percentage: attempts.length === 0 ? 0 : Math.round((failed / attempts.length) * 10_000) / 100,
    min_response_time_ms: durations[0] ?? null,
    avg_response_time_ms: attempts.length === 0 ? null : total / attempts.length,
    max_response_time_ms: durations.at(-1) ?? null,
    last_delivery_at: attempts.at(-1)?.at ?? null,
  };
}
