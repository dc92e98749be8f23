"""Hand-written worlds with obvious answers: they prove that the harness asks the engine the right question, and
that the evaluator agrees where the answer is known without any engine. Each case names the statement that it
stands for. DIFFERS holds those where the engine does otherwise than the usual reading of the documents."""
import worlds

SHOP = ("shop", {"kubernetes.io/metadata.name": "shop", "team": "red"})
BANK = ("bank", {"kubernetes.io/metadata.name": "bank", "team": "blue"})
WEB = {"ns": SHOP, "labels": {"app": "web"}, "pod": "web-1", "n": 1}
API = {"ns": SHOP, "labels": {"app": "api"}, "pod": "api-1", "n": 2}
DB = {"ns": BANK, "labels": {"app": "db"}, "pod": "db-1", "n": 3}
OUTSIDE = "203.0.113.7"
ANOTHER = "198.51.100.4"


def pod(workload):
    return worlds.workload_endpoint(workload, False)


def node(*names):
    return worlds.reserved_endpoint(list(names), False)


def world(ip, *extra):
    return {"ip4": ip, "ip6": None, "labels4": sorted(["reserved:world", *extra]), "identity": 2}


def to_web(peer, port=80, protocol="TCP"):
    return worlds.hubble_flow(peer, pod(WEB), "INGRESS", l4(protocol, port))


def from_web(peer, port=80, protocol="TCP"):
    return worlds.hubble_flow(pod(WEB), peer, "EGRESS", l4(protocol, port))


def l4(protocol, port):
    if protocol.startswith("ICMP"):
        return {protocol: {"type": port} if port else {}}
    return {protocol: {"source_port": 40000, "destination_port": port}}


def np(spec, namespace="shop", name="np"):
    """Of all pods of its namespace, unless the spec says otherwise."""
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": namespace}, "spec": {"podSelector": {}, **spec}}


def cnp(spec, namespace="shop", name="cnp"):
    """Of all endpoints of its namespace, unless the spec says otherwise."""
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy",
            "metadata": {"name": name, "namespace": namespace}, "spec": {"endpointSelector": {}, **spec}}


def ccnp(spec, name="ccnp"):
    """Of all endpoints, unless the spec says otherwise."""
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumClusterwideNetworkPolicy",
            "metadata": {"name": name}, "spec": {"endpointSelector": {}, **spec}}


HOST_POLICY = {"apiVersion": "cilium.io/v2", "kind": "CiliumClusterwideNetworkPolicy",
               "metadata": {"name": "ccnp"}, "spec": {"nodeSelector": {}, "ingress": [{}]}}

TCP80 = [{"ports": [{"port": "80", "protocol": "TCP"}]}]

OPEN = ("allowed", "no-policy")
ALLOW = ("allowed", "allow-rule")
DENY = ("denied", "deny-rule")
DEFAULT = ("denied", "default-deny")

CASES = [
    ("no policy at all: open", [], [(to_web(pod(API)), OPEN), (from_web(world(OUTSIDE)), OPEN)]),
    ("a policy of another namespace does not select", [np({}, "bank")], [(to_web(pod(API)), OPEN)]),
    ("NP without rules isolates ingress only", [np({})],
     [(to_web(pod(API)), DEFAULT), (from_web(pod(API)), OPEN)]),
    ("NP ingress [{}] allows all", [np({"ingress": [{}]})],
     [(to_web(pod(DB)), ALLOW), (to_web(world(OUTSIDE)), ALLOW), (to_web(pod(DB), 8, "ICMPv4"), ALLOW)]),
    ("NP ingress [] denies all", [np({"ingress": []})], [(to_web(pod(API)), DEFAULT)]),
    ("NP podSelector alone means the own namespace",
     [np({"ingress": [{"from": [{"podSelector": {}}]}]})],
     [(to_web(pod(API)), ALLOW), (to_web(pod(DB)), DEFAULT), (to_web(world(OUTSIDE)), DEFAULT)]),
    ("NP empty namespaceSelector means all namespaces, not the world",
     [np({"ingress": [{"from": [{"namespaceSelector": {}}]}]})],
     [(to_web(pod(DB)), ALLOW), (to_web(world(OUTSIDE)), DEFAULT), (to_web(node("remote-node")), DEFAULT)]),
    ("NP namespaceSelector by label, and podSelector is AND",
     [np({"ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "blue"}},
          "podSelector": {"matchLabels": {"app": "db"}}}]}]})],
     [(to_web(pod(DB)), ALLOW), (to_web(pod(API)), DEFAULT)]),
    ("NP ports: protocol TCP by default, endPort inclusive, ICMP denied by a port list",
     [np({"ingress": [{"ports": [{"port": 80, "endPort": 90}]}]})],
     [(to_web(pod(DB), 80), ALLOW), (to_web(pod(DB), 90), ALLOW), (to_web(pod(DB), 91), DEFAULT),
      (to_web(pod(DB), 79), DEFAULT), (to_web(pod(DB), 85, "UDP"), DEFAULT), (to_web(pod(DB), 8, "ICMPv4"),
          DEFAULT)]),
    ("NP port without number: every port of the protocol",
     [np({"ingress": [{"ports": [{"protocol": "UDP"}]}]})],
     [(to_web(pod(DB), 7, "UDP"), ALLOW), (to_web(pod(DB), 7), DEFAULT)]),
    ("NP ipBlock with except, never pods",
     [np({"policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": {"cidr": "203.0.113.0/24",
          "except": ["203.0.113.128/25"]}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]}]})],
     [(from_web(world(OUTSIDE)), ALLOW), (from_web(world("203.0.113.200")), DEFAULT),
      (from_web(pod(API)), DEFAULT), (from_web(world("10.200.0.1")), ALLOW), (from_web(node("remote-node")),
          DEFAULT)]),
    ("CNP ingress [{}] allows nothing", [cnp({"ingress": [{}]})],
     [(to_web(pod(API)), DEFAULT), (to_web(world(OUTSIDE)), DEFAULT), (from_web(pod(API)), OPEN)]),
    ("CNP fromEndpoints [{}] means the own namespace", [cnp({"ingress": [{"fromEndpoints": [{}]}]})],
     [(to_web(pod(API)), ALLOW), (to_web(pod(DB)), DEFAULT), (to_web(world(OUTSIDE)), DEFAULT)]),
    ("CNP fromEndpoints [] matches nothing, even with toPorts",
     [cnp({"ingress": [{"fromEndpoints": [], "toPorts": TCP80}]})],
     [(to_web(pod(API)), DEFAULT)]),
    ("CNP toPorts without peers: any peer, world and nodes as well",
     [cnp({"ingress": [{"toPorts": TCP80}]})],
     [(to_web(world(OUTSIDE)), ALLOW), (to_web(node("remote-node")), ALLOW), (to_web(pod(DB), 81), DEFAULT)]),
    ("CNP namespace named in the selector reaches the other namespace",
     [cnp({"ingress": [{"fromEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "bank"}}]}]})],
     [(to_web(pod(DB)), ALLOW), (to_web(pod(API)), DEFAULT)]),
    ("deny beats allow, whatever is more specific",
     [cnp({"ingress": [{"fromEndpoints": [{"matchLabels": {"app": "api"}}], "toPorts": [{"ports": [{"port": "80",
          "protocol": "TCP"}]}]}], "ingressDeny": [{"fromEntities": ["cluster"]}]})],
     [(to_web(pod(API)), DENY), (to_web(pod(DB)), DENY), (to_web(world(OUTSIDE)), DEFAULT)]),
    ("deny of one policy beats allow of another",
     [np({"ingress": [{}]}), cnp({"ingressDeny": [{"fromEndpoints": [{"matchLabels": {"app": "api"}}]}]})],
     [(to_web(pod(API)), DENY), (to_web(world(OUTSIDE)), ALLOW)]),
    ("egressDeny alone switches on default deny", [cnp({"egressDeny": [{"toCIDR": ["203.0.113.0/24"]}]})],
     [(from_web(world(OUTSIDE)), DENY), (from_web(world(ANOTHER)), DEFAULT), (to_web(pod(API)), OPEN)]),
    ("egressDeny with enableDefaultDeny.egress false: the rest stays open",
     [cnp({"enableDefaultDeny": {"egress": False}, "egressDeny": [{"toCIDR": ["203.0.113.0/24"]}]})],
     [(from_web(world(OUTSIDE)), DENY), (from_web(world(ANOTHER)), OPEN)]),
    ("the local host always gets in, by default deny; other nodes do not", [np({})],
     [(to_web(node("host")), ALLOW), (to_web(node("remote-node")), DEFAULT),
      (to_web(node("host", "kube-apiserver")), ALLOW)]),
    ("the local host is no exception on egress", [np({"policyTypes": ["Egress"]})],
     [(from_web(node("host")), DEFAULT)]),
    ("entity world holds everything outside, not pods or nodes",
     [cnp({"egress": [{"toEntities": ["world"]}]})],
     [(from_web(world(OUTSIDE)), ALLOW), (from_web(pod(DB)), DEFAULT), (from_web(node("remote-node")), DEFAULT)]),
    ("entity cluster holds pods and nodes, not the world",
     [cnp({"egress": [{"toEntities": ["cluster"]}]})],
     [(from_web(pod(DB)), ALLOW), (from_web(node("host")), ALLOW), (from_web(node("kube-apiserver",
          "remote-node")), ALLOW),
      (from_web(world(OUTSIDE)), DEFAULT)]),
    ("entity kube-apiserver, on a node and outside; remote-node holds an API server node too",
     [cnp({"egress": [{"toEntities": ["kube-apiserver"]}]})],
     [(from_web(node("kube-apiserver", "remote-node")), ALLOW), (from_web(node("remote-node")), DEFAULT),
      (from_web(world(OUTSIDE, "reserved:kube-apiserver")), ALLOW)]),
    ("0.0.0.0/0 is the world, not the cluster", [cnp({"egress": [{"toCIDR": ["0.0.0.0/0"]}]})],
     [(from_web(world(OUTSIDE)), ALLOW), (from_web(pod(API)), DEFAULT), (from_web(node("remote-node")), DEFAULT)]),
    ("a CIDR rule holds when a longer CIDR of another policy names the address",
     [cnp({"egress": [{"toCIDR": ["203.0.0.0/16"]}]}), cnp({"egress": [{"toCIDR": ["203.0.113.7/32"],
          "toPorts": [{"ports": [{"port": "1", "protocol": "TCP"}]}]}]}, name="b")],
     [(from_web(world(OUTSIDE), 80), ALLOW)]),
    ("protocol ANY and no protocol: TCP, UDP and SCTP, not ICMP; port 0 is every port",
     [cnp({"egress": [{"toPorts": [{"ports": [{"port": "0", "protocol": "ANY"}]}]}]})],
     [(from_web(pod(DB), 9, "TCP"), ALLOW), (from_web(pod(DB), 9, "UDP"), ALLOW), (from_web(pod(DB), 9, "SCTP"),
          ALLOW),
      (from_web(pod(DB), 8, "ICMPv4"), DEFAULT)]),
    ("icmps by number and name",
     [cnp({"egress": [{"icmps": [{"fields": [{"type": "EchoRequest", "family": "IPv4"}]}]}]})],
     [(from_web(pod(DB), 8, "ICMPv4"), ALLOW), (from_web(pod(DB), 3, "ICMPv4"), DEFAULT),
      (from_web(pod(DB), 128, "ICMPv6"), DEFAULT), (from_web(pod(DB), 8), DEFAULT)]),
    ("NotIn and DoesNotExist match where the key is absent",
     [cnp({"ingress": [{"fromEndpoints": [{"matchExpressions": [{"key": "tier", "operator": "NotIn",
          "values": ["x"]}, {"key": "role", "operator": "DoesNotExist"}]}]}]})],
     [(to_web(pod(API)), ALLOW), (to_web(pod(DB)), DEFAULT)]),
    ("CCNP selects all namespaces; {} holds all pods and neither host nor world",
     [ccnp({"ingress": [{"fromEndpoints": [{}]}]})],
     [(to_web(pod(DB)), ALLOW), (to_web(node("remote-node")), DEFAULT), (to_web(world(OUTSIDE)), DEFAULT)]),
    ("CCNP subject by namespace label",
     [ccnp({"endpointSelector": {"matchLabels": {"k8s:io.cilium.k8s.namespace.labels.team": "blue"}},
          "ingress": [{}]})],
     [(to_web(pod(API)), OPEN), (worlds.hubble_flow(pod(API), pod(DB), "INGRESS", l4("TCP", 80)), DEFAULT)]),
    ("a reserved: selector is left alone",
     [cnp({"ingress": [{"fromEndpoints": [{"matchLabels": {"reserved:remote-node": ""}}]}]})],
     [(to_web(node("remote-node")), ALLOW), (to_web(pod(API)), DEFAULT)]),
    ("a selector of another cluster matches nothing here",
     [cnp({"ingress": [{"fromEndpoints": [{"matchLabels": {"k8s:io.cilium.k8s.policy.cluster": "other"}}]}]})],
     [(to_web(pod(API)), DEFAULT)]),
    ("host subjects have no policy without the host firewall", [HOST_POLICY],
     [(worlds.hubble_flow(pod(API), node("host"), "INGRESS", l4("TCP", 80)), OPEN)]),
    ("reserved:init subjects are always isolated", [],
     [(worlds.hubble_flow(pod(API), node("init"), "INGRESS", l4("TCP", 80)), DEFAULT)]),
]

# Where the engine does otherwise than documents (or common sense) say. The answers are the engine's.
DIFFERS = [
    ("enableDefaultDeny of a direction without rules has no effect",
     [cnp({"enableDefaultDeny": {"ingress": True}, "egress": [{"toEntities": ["all"]}]})], [(to_web(pod(API)),
          OPEN)]),
    ("NP: rules count although policyTypes leaves their direction out, and isolate it",
     [np({"policyTypes": ["Egress"], "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "api"}}}]}]})],
     [(to_web(pod(API)), ALLOW), (to_web(pod(DB)), DEFAULT), (from_web(pod(API)), DEFAULT)]),
    ("NP: egress [] without policyTypes does not isolate egress", [np({"egress": []})],
     [(from_web(pod(API)), OPEN), (to_web(pod(API)), DEFAULT)]),
    ("icmps type 0 is a wildcard for the whole family",
     [cnp({"egress": [{"icmps": [{"fields": [{"type": "EchoReply", "family": "IPv4"}]}]}]})],
     [(from_web(pod(API), 0, "ICMPv4"), ALLOW), (from_web(pod(API), 8, "ICMPv4"), ALLOW),
      (from_web(pod(API), 128, "ICMPv6"), DEFAULT)]),
    ("toFQDNs [] with ports: any peer", [cnp({"egress": [{"toFQDNs": [], "toPorts": TCP80}]})],
     [(from_web(pod(DB)), ALLOW), (from_web(world(OUTSIDE)), ALLOW), (from_web(pod(DB), 81), DEFAULT)]),
    ("toServices [] with ports: any peer", [cnp({"egress": [{"toServices": [], "toPorts": TCP80}]})],
     [(from_web(pod(DB)), ALLOW), (from_web(world(OUTSIDE)), ALLOW)]),
    ("toGroups [] with ports: any peer", [cnp({"egress": [{"toGroups": [], "toPorts": TCP80}]})],
     [(from_web(world(OUTSIDE)), ALLOW)]),
    ("a deny rule that matches the local host beats the local host exception",
     [cnp({"ingressDeny": [{"fromEntities": ["all"], "toPorts": TCP80}]})],
     [(to_web(node("host")), DENY), (to_web(node("host"), 81), ALLOW)]),
    ("CCNP subject {} holds health, ingress and init endpoints too, not pods alone",
     [ccnp({"ingress": [{}], "egress": [{}]})],
     [(worlds.hubble_flow(pod(API), node("health"), "INGRESS", l4("TCP", 4240)), DEFAULT),
      (worlds.hubble_flow(node("ingress"), pod(API), "EGRESS", l4("TCP", 80)), DEFAULT)]),
    ("CNP subject: matchLabels k8s:namespace of another namespace is replaced by the own one",
     [cnp({"endpointSelector": {"matchLabels": {"k8s:io.kubernetes.pod.namespace": "bank"}}, "ingress": [{}]})],
     [(to_web(pod(API)), DEFAULT), (worlds.hubble_flow(pod(API), pod(DB), "INGRESS", l4("TCP", 80)), OPEN)]),
    ("CNP subject: the same as any: or as an expression is not replaced and selects nothing",
     [cnp({"endpointSelector": {"matchLabels": {"io.kubernetes.pod.namespace": "bank"}}, "ingress": [{}]}),
      cnp({"endpointSelector": {"matchExpressions": [{"key": "k8s:io.kubernetes.pod.namespace", "operator": "In",
          "values": ["bank"]}]}, "ingress": [{}]}, name="b")],
     [(to_web(pod(API)), OPEN), (worlds.hubble_flow(pod(API), pod(DB), "INGRESS", l4("TCP", 80)), OPEN)]),
    ("dual stack: selector reserved:world holds nobody, entity world everybody",
     [cnp({"ingress": [{"fromEntities": ["world"]}],
          "egress": [{"toEndpoints": [{"matchLabels": {"reserved:world": ""}}]}]})],
     [(to_web({**world(OUTSIDE), "labels4": ["reserved:world-ipv4"]}), ALLOW),
      (from_web({**world(OUTSIDE), "labels4": ["reserved:world-ipv4"]}), DEFAULT)]),
    ("toPorts [] limits nothing, toPorts [{}] and [{ports: []}] match nothing",
     [cnp({"ingress": [{"fromEndpoints": [{}], "toPorts": []}], "egress": [{"toEndpoints": [{}], "toPorts": [{}]},
          {"toEndpoints": [{}], "toPorts": [{"ports": []}]}]})],
     [(to_web(pod(API)), ALLOW), (from_web(pod(API)), DEFAULT)]),
    ("port 0 with endPort is a range from 0; an endPort below the port is ignored",
     [cnp({"ingress": [{"toPorts": [{"ports": [{"port": "0", "endPort": 100, "protocol": "TCP"}, {"port": "900",
          "endPort": 800, "protocol": "TCP"}]}]}]})],
     [(to_web(pod(API), 90), ALLOW), (to_web(pod(API), 101), DEFAULT), (to_web(pod(API), 900), ALLOW),
      (to_web(pod(API), 850), DEFAULT)]),
    ("an empty peer list beside a filled one of another kind: nothing",
     [cnp({"ingress": [{"fromEndpoints": [], "fromEntities": ["all"]}]})], [(to_web(pod(API)), DEFAULT)]),
]


def run(oracle, tool):
    """Holds the oracle, and the evaluator where there is one, against what is written here."""
    cases = CASES + DIFFERS
    wrong = 0
    for title, policies, flows in cases:
        world = {"policies": policies, "flows": [flow for flow, _ in flows]}
        want = [expected for _, expected in flows]
        for name, engine in (("oracle", oracle), ("evaluator", tool)):
            if engine is None:
                continue
            answer = engine.decide(world)
            got = [plain(result) for result in answer["results"]]
            fits = len(got) == len(want) and all(map(right, got, want))
            if not fits or answer["invalid"] or answer.get("error"):
                wrong += 1
                print(f"{name}: {title}\n  want {want}\n  got  {got} {answer['invalid']} {answer.get('error', '')}")
    print(f"{len(cases)} hand-written worlds, {wrong} wrong answers")
    return 1 if wrong else 0


def plain(result):
    """The engine lets the local host in by an allow rule of its own, for which the evaluator has a word."""
    reason = result.get("reason")
    return (result["declared"], "allow-rule" if reason == "local-host" else reason)


def right(got, want):
    """An evaluator may leave open what the engine has as a setting: whether nodes have policies at all."""
    return got == want or got == ("unknown", "undecidable")
