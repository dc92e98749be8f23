// How far the policy log reaches, asked of Kafka now and then: how far the roles have read it says little alone.
import { JOINING } from '../../runtime/metrics/joining.ts';
import type { Foundations } from './foundations.ts';

const EVERY_MS = 15_000;

/** Until the signal is raised. That Kafka does not answer is no news here: the roles say so themselves. */
export function showPolicyLogEnd({ log, metrics, settings }: Foundations, stop: AbortSignal): void {
  let end: number | null = null;
  const ask = async (): Promise<void> => {
    const [offsets] = await log.admin.offsets(settings.topics.policyChanges).catch(() => []);
    end = offsets?.end ?? end;
  };
  metrics.gauge(JOINING.policyLogEnd).from(() => (end === null ? [] : [[{}, end]]));
  void ask();
  const timer = setInterval(() => void ask(), EVERY_MS).unref();
  stop.addEventListener('abort', () => clearInterval(timer), { once: true });
}
