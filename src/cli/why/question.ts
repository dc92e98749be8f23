// The question as asked, checked, and which verdicts it is about. The ends are source and destination:
// whoever connects comes first.
import type { FlowVerdict } from '../../model/event.ts';
import { type EndPattern, matchesEnd, parseEnd } from './ends.ts';
import { matchesService, parseService, type Service } from './service.ts';

export interface WhyQuestion {
  readonly source: { readonly text: string; readonly pattern: EndPattern };
  readonly destination: { readonly text: string; readonly pattern: EndPattern };
  readonly service: Service;
}

/** @throws Fault `usage` */
export function parseQuestion(source: string, destination: string, port: string): WhyQuestion {
  return {
    source: { text: source, pattern: parseEnd(source) },
    destination: { text: destination, pattern: parseEnd(destination) },
    service: parseService(port),
  };
}

/**
 *   yes       this conversation
 *   service   these ends, another port
 *   reverse   this port, the ends the other way round
 */
export type Relation = 'yes' | 'service' | 'reverse' | 'none';

export function relationOf({ source, destination, service }: WhyQuestion, flow: FlowVerdict): Relation {
  const isTo = matchesService(service, flow);
  if (matchesEnd(source.pattern, flow.source) && matchesEnd(destination.pattern, flow.destination))
    return isTo ? 'yes' : 'service';
  const isBack =
    isTo && matchesEnd(destination.pattern, flow.source) && matchesEnd(source.pattern, flow.destination);
  return isBack ? 'reverse' : 'none';
}
