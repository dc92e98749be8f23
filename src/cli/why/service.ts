// What a person calls a port: `8080`, `53/udp`, `icmp`, `icmp/8`; and which flows go to it.
import { Fault } from '../../model/fault.ts';
import type { FlowVerdict } from '../../model/event.ts';
import { TRANSPORTS, type Transport } from '../../model/verdict.ts';

export interface Service {
  /** null: any that has ports. */
  readonly transport: Transport | null;
  /** 0 for ICMP. */
  readonly port: number;
  /** null: any. */
  readonly icmpType: number | null;
  /** As asked. */
  readonly text: string;
}

const PORTED: readonly Transport[] = ['tcp', 'udp', 'sctp'];
const ICMP: readonly Transport[] = ['icmp', 'icmpv6'];

/** @throws Fault `usage` */
export function parseService(text: string): Service {
  const [first = '', second = '', ...more] = text.toLowerCase().split('/');
  const [number, word] = /^\d+$/.test(first) || first === '' ? [first, second] : [second, first];
  const transport = TRANSPORTS.find((name) => name === word) ?? null;
  const wrong = (word !== '' && transport === null) || more.length > 0;
  if (!wrong && transport !== null && ICMP.includes(transport) && /^\d{0,3}$/.test(number))
    return { transport, port: 0, icmpType: number === '' ? null : Number(number), text };
  const port = Number(number);
  const isPorted = transport === null || PORTED.includes(transport);
  if (wrong || !isPorted || !/^\d{1,5}$/.test(number) || port < 1 || port > 65_535)
    throw new Fault('usage', `${text}: no port; write a number, 53/udp, icmp or icmp/8`);
  return { transport, port, icmpType: null, text };
}

export function matchesService(service: Service, flow: FlowVerdict): boolean {
  if (service.port === 0)
    return (
      flow.transport === service.transport &&
      (service.icmpType === null || service.icmpType === flow.icmpType)
    );
  if (flow.destination.port !== service.port) return false;
  return service.transport === null ? PORTED.includes(flow.transport) : flow.transport === service.transport;
}

/** The type asked about; without one an echo request, which is what `ping` sends. */
export function icmpTypeOf({ icmpType }: Service, transport: Transport): number {
  return icmpType ?? (transport === 'icmpv6' ? 128 : 8);
}

/** The argument that asks about a flow's port. */
export function serviceOf(flow: FlowVerdict): string {
  const { transport, destination, icmpType } = flow;
  if (destination.port === 0) return icmpType === null ? transport : `${transport}/${icmpType}`;
  return transport === 'tcp' ? String(destination.port) : `${destination.port}/${transport}`;
}
