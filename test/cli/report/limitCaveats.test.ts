// A report of a store says where only the logs could have told more.
import { describe, expect, test } from 'vitest';
import { limitCaveats } from '../../../src/cli/report/limitCaveats.ts';
import type { AuditedNow } from '../../../src/report/findings.ts';

const AUDITED: AuditedNow = {
  cluster: 'prod-eu1',
  direction: 'ingress',
  subjectNamespace: 'mixed',
  subjectWorkload: 'named',
  peerNamespace: 'mixed',
  peerWorkload: 'client',
  peerEntity: '',
  peerIp: '',
  transport: 'tcp',
  port: 8080,
  count: 3,
  firstSeen: 1,
  lastSeen: 2,
  stillInAuditMode: true,
  declaredNow: 'unknown',
  reasonNow: 'undecidable',
  isolatingNow: [],
  decidingNow: [],
  undecidableNow: ['named-port'],
};

describe('a conversation that cannot be judged again', () => {
  test('is told with what the store lacks', () => {
    expect(limitCaveats([AUDITED])).toMatchObject([
      { code: 'store-limits', message: expect.stringMatching(/^1 audited conversation .*Pods/) },
    ]);
  });

  test('counts where rollups do not tell types of ICMP apart', () => {
    const ping = { ...AUDITED, transport: 'icmp', port: 0, undecidableNow: ['missing-port'] } as const;
    expect(limitCaveats([AUDITED, ping])[0]?.message).toMatch(/^2 audited conversations .*types of ICMP/);
  });

  test('is no matter when it is decided, out of audit mode, or beyond the logs, too', () => {
    const others: readonly AuditedNow[] = [
      { ...AUDITED, declaredNow: 'denied', undecidableNow: [] },
      { ...AUDITED, stillInAuditMode: false },
      { ...AUDITED, undecidableNow: ['service'] },
    ];
    expect(limitCaveats(others)).toEqual([]);
  });
});
