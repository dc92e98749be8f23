// The question as the naive evaluator takes it. Everything in it is known: the evaluator answers yes or no.
export interface Who {
  /** `source:key=value`. */
  readonly labels: readonly string[];
  readonly ip: string;
  readonly names: readonly string[];
}

export interface Asked {
  readonly direction: 'ingress' | 'egress';
  readonly subject: Who;
  readonly peer: Who;
  readonly protocol: string;
  /** The destination port, or the ICMP type. */
  readonly number: number;
}

/** What the pods call their ports: the number and the protocol behind a name. */
export const NAMED_PORTS = [{ name: 'http', protocol: 'tcp', number: 80 }];

/** The cluster in which all this happens. */
export const HERE = 'c1';
