// Names of ICMP types as `icmps` rules may write them (cilium/cilium pkg/policy/api/icmp.go).

const IPV4 = new Map([
  ['EchoReply', 0],
  ['DestinationUnreachable', 3],
  ['Redirect', 5],
  ['Echo', 8],
  ['EchoRequest', 8],
  ['RouterAdvertisement', 9],
  ['RouterSelection', 10],
  ['TimeExceeded', 11],
  ['ParameterProblem', 12],
  ['Timestamp', 13],
  ['TimestampReply', 14],
  ['Photuris', 40],
  ['ExtendedEchoRequest', 42],
  ['ExtendedEchoReply', 43],
]);

const IPV6 = new Map([
  ['DestinationUnreachable', 1],
  ['PacketTooBig', 2],
  ['TimeExceeded', 3],
  ['ParameterProblem', 4],
  ['EchoRequest', 128],
  ['EchoReply', 129],
  ['MulticastListenerQuery', 130],
  ['MulticastListenerReport', 131],
  ['MulticastListenerDone', 132],
  ['RouterSolicitation', 133],
  ['RouterAdvertisement', 134],
  ['NeighborSolicitation', 135],
  ['NeighborAdvertisement', 136],
  ['RedirectMessage', 137],
  ['RouterRenumbering', 138],
  ['ICMPNodeInformationQuery', 139],
  ['ICMPNodeInformationResponse', 140],
  ['InverseNeighborDiscoverySolicitation', 141],
  ['InverseNeighborDiscoveryAdvertisement', 142],
  ['HomeAgentAddressDiscoveryRequest', 144],
  ['HomeAgentAddressDiscoveryReply', 145],
  ['MobilePrefixSolicitation', 146],
  ['MobilePrefixAdvertisement', 147],
  ['DuplicateAddressRequestCodeSuffix', 157],
  ['DuplicateAddressConfirmationCodeSuffix', 158],
  ['ExtendedEchoRequest', 160],
  ['ExtendedEchoReply', 161],
]);

/** The number behind a name or a decimal text; undefined when the family has no such type. */
export function icmpTypeOf(family: 'IPv4' | 'IPv6', written: string): number | undefined {
  if (/^(0|[1-9]\d{0,2})$/.test(written)) return Number(written) <= 255 ? Number(written) : undefined;
  return (family === 'IPv4' ? IPV4 : IPV6).get(written);
}
