// What a verdict leaves open that no node gave: one that stands for many, or one that is only asked about.
import type { FlowVerdict } from '../../model/event.ts';

export const NOT_TOLD = {
  kind: 'FlowVerdict',
  judgement: 'verdict',
  uuid: '',
  icmpCode: null,
  dropReason: '',
  matchType: 'unknown',
  authType: '',
  reported: [],
  policyLog: [],
  isReply: null,
  node: '',
  l7: null,
} as const satisfies Partial<FlowVerdict>;
