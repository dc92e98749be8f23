import { describe, expect, test } from 'vitest';
import { parseMonitorVerdict } from '../../src/sources/monitor.ts';
import { unwrap } from '../../src/sources/unwrap.ts';

describe('every generation of the line', () => {
  test.each([
    [
      'Cilium 1.7 and 1.8',
      'Policy verdict log: flow 0x5d6dc1e local EP ID 3311, remote ID 54321, dst port 80, proto 6, ingress true, action deny, match none, 10.0.1.5:51234 -> 10.0.2.7:80 tcp SYN',
      { direction: 'ingress', action: 'deny', match: 'none', policyName: '' },
    ],
    [
      'Cilium 1.7, egress, verdict 0',
      'Policy verdict log: flow 0 local EP ID 3311, remote ID 2, dst port 53, proto 17, ingress false, action allow, match L3-L4, 10.0.1.5:51234 -> 8.8.8.8:53 udp',
      { direction: 'egress', action: 'allow', match: 'L3-L4', policyName: '' },
    ],
    [
      'before authentication',
      'Policy verdict log: flow 0x3bed0943 local EP ID 2177, remote ID remote-node, proto 6, ingress, action audit, match none, 10.0.0.9:41182 -> 10.0.0.12:8080 tcp SYN',
      { direction: 'ingress', action: 'audit', match: 'none', policyName: '' },
    ],
    [
      'with authentication, IPv6',
      'Policy verdict log: flow 0x1 local EP ID 9, remote ID world-ipv6, proto 6, egress, action redirect, auth: disabled, match L4-Only, [fd00::1]:41182 -> [2001:db8::2]:443 tcp SYN',
      { direction: 'egress', action: 'redirect', match: 'L4-Only', policyName: '' },
    ],
    [
      'ICMP',
      'Policy verdict log: flow 0x1 local EP ID 9, remote ID host, proto 1, ingress, action allow, auth: disabled, match L3-Proto, 10.0.0.1 -> 10.0.0.2 EchoRequest',
      { direction: 'ingress', action: 'allow', match: 'L3-Proto', policyName: '' },
    ],
    [
      'with the policy named',
      'Policy verdict log: flow 0x1, PolicyName allow-dns, local EP ID 9, remote ID 5, proto 17, egress, action audit(deny), match L3-Only, 10.0.0.1:5 -> 10.0.0.2:53 udp',
      { direction: 'egress', action: 'audit', match: 'L3-Only', policyName: 'allow-dns' },
    ],
    [
      'with the policy named, let pass though audit mode is on',
      'Policy verdict log: flow 0x1, PolicyName , local EP ID 9, remote ID 5, proto 17, egress, action audit(allow), match all, 10.0.0.1:5 -> 10.0.0.2:53 udp',
      { direction: 'egress', action: 'allow', match: 'all', policyName: '' },
    ],
    [
      'AccuKnox',
      'Policy verdict log: flow 0x0, PolicyName rule1, local EP ID 262, remote ID 3884, proto 6, ingress, action ALLOW auditMode:false, match all, -> tcp SYN',
      { direction: 'ingress', action: 'allow', match: 'all', policyName: 'rule1' },
    ],
    [
      'AccuKnox, double comma',
      'Policy verdict log: flow 0x0, PolicyName implicit-default-deny,, local EP ID 262, remote ID 30448, proto 6, ingress, action DENY auditMode:true, match all, -> tcp SYN',
      { direction: 'ingress', action: 'audit', match: 'all', policyName: 'implicit-default-deny' },
    ],
    [
      'behind the prefix of a verbose monitor',
      'CPU 01: Policy verdict log: flow 0x1 local EP ID 9, remote ID 5, proto 6, ingress, action deny, match none, a:1 -> b:2 tcp SYN',
      { direction: 'ingress', action: 'deny', match: 'none', policyName: '' },
    ],
  ])('%s', (_, text, expected) => {
    expect(parseMonitorVerdict(text)).toEqual(expected);
    expect(unwrap(text)).toEqual([{ feed: 'monitor', text, cluster: '' }]);
  });
});

test.each([
  'Policy verdict log: flow 0x1',
  'Policy verdict log: flow 0x1 local EP ID 9, remote ID 5, proto 6, ingress, action maybe, match none, x',
])('an unknown form is no verdict: %s', (text) => {
  expect(parseMonitorVerdict(text)).toBeUndefined();
});

test.each([
  '-> endpoint 3978 flow 0x0 , identity host->5242 state new ifindex 0 orig-ip 10.0.0.1: 10.0.0.1:80 -> 10.0.0.2:4 tcp SYN',
  'xx drop (Policy denied) flow 0x1 to endpoint 9, , identity 5->6: 10.0.0.1:5 -> 10.0.0.2:80 tcp SYN',
  'Listening for events on 2 CPUs with 64x4096 of shared memory',
  'Press Ctrl-C to quit',
  '{"cpu":"CPU 01:","type":"trace","mark":"0x1","state":"new","summary":{}}',
])('other lines of the same command are ignored: %s', (text) => {
  expect(unwrap(text)).toEqual([
    { feed: 'none', outcome: { outcome: 'ignored', reason: 'monitor-other' }, cluster: '' },
  ]);
});
