"""Random small worlds: some workloads, a few policies about them, flows between them. A seed gives the same
world on every machine, so a disagreement is named by one number. Worlds are dense on purpose: few names,
few ports, few prefixes, so that rules overlap, contradict each other and miss by one."""
import ipaddress
import random

NS_LABEL = "io.cilium.k8s.namespace.labels."
NS_KEY = "io.kubernetes.pod.namespace"
CLUSTER_KEY = "io.cilium.k8s.policy.cluster"

FEATURES = {
    "np": "networking.k8s.io NetworkPolicy",
    "cnp": "CiliumNetworkPolicy",
    "ccnp": "CiliumClusterwideNetworkPolicy",
    "deny": "ingressDeny and egressDeny",
    "default-deny": "enableDefaultDeny",
    "default-deny-foreign": "enableDefaultDeny of a direction without rules",
    "specs": "specs[]",
    "cidr": "CIDRs, ipBlock",
    "entities": "entities",
    "icmp": "icmps rules and ICMP flows",
    "icmp-zero": "icmps rules of type 0",
    "sctp": "SCTP",
    "empty": "empty lists, empty rules",
    "empty-open": "toFQDNs, toServices, toGroups: [], which the engine does not take for an empty peer list",
    "types-mismatch": "NetworkPolicy rules of a direction that policyTypes leaves out",
    "reserved": "reserved: keys in selectors",
    "cluster": "the cluster label in selectors",
    "namespaces": "namespace labels and namespace keys in selectors",
    "dual": "dual stack worlds",
    "named-ports": "ports by name, and Pods that give them numbers",
    "cidr-groups": "CiliumCIDRGroups, by name and by label",
    "clusters": "workloads of another cluster of the mesh",
    "cidr-labels": "flows whose outside peer carries the labels of the longest prefix",
}


class World:
    def __init__(self, rng, without):
        self.rng = rng
        self.on = {name for name in FEATURES if name not in without}
        self.dual = "dual" in self.on and rng.random() < 0.12
        self.namespaces = []
        for name in rng.sample(["shop", "bank", "ops", "default", "dev"], rng.randint(2, 4)):
            labels = {"kubernetes.io/metadata.name": name}
            if rng.random() < 0.8:
                labels["team"] = rng.choice(["red", "blue"])
            if rng.random() < 0.5:
                labels["env"] = rng.choice(["prod", "test"])
            self.namespaces.append((name, labels))
        self.workloads = []
        for i in range(rng.randint(3, 8)):
            namespace = rng.choice(self.namespaces)
            labels = {"app": rng.choice(["web", "api", "db"])}
            if rng.random() < 0.6:
                labels["tier"] = rng.choice(["front", "back"])
            if rng.random() < 0.2:
                labels["app.kubernetes.io/name"] = rng.choice(["web", "api"])
            self.workloads.append({"ns": namespace, "labels": labels, "pod": f"pod-{i}", "n": i + 1,
                                   "sa": rng.choice(["default", "default", "builder"])})
        self.ports = [80, 443, 53, 8080]
        self.groups = [self.group(i) for i in range(rng.randint(1, 2))] if self.p(0.2, "cidr-groups") else []
        if self.p(0.2, "clusters"):
            for workload in rng.sample(self.workloads[1:], rng.randint(1, 2)):
                workload["cluster"] = "other"
        self.local = [w for w in self.workloads if "cluster" not in w]
        self.pods = [self.pod(w) for w in self.local] if self.p(0.25, "named-ports") else []
        self.policies = [self.policy(i) for i in range(rng.randint(1, 6))]
        self.flows = [self.flow() for _ in range(rng.randint(6, 24))]

    def p(self, chance, feature=None):
        return (feature is None or feature in self.on) and self.rng.random() < chance

    # -- what policies refer to

    def pod(self, workload):
        ports = [{"name": "http", "containerPort": self.rng.choice([80, 80, 8080])},
                 {"name": "dns", "containerPort": 53, "protocol": "UDP"}]
        chosen = self.rng.sample(ports, self.rng.randint(1, 2))
        return {"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": workload["pod"], "namespace": workload["ns"][0]},
                "spec": {"containers": [{"name": "main", "ports": chosen}]}}

    def group(self, i):
        prefixes = self.rng.sample(["203.0.113.0/24", "203.0.113.7/32", "198.51.100.0/24", "10.0.0.0/8",
                                    "192.168.0.0/16", "8.8.0.0/16"], self.rng.randint(1, 3))
        return {"apiVersion": "cilium.io/v2", "kind": "CiliumCIDRGroup",
                "metadata": {"name": f"g{i}", "labels": {"zone": self.rng.choice(["a", "b"])}},
                "spec": {"externalCIDRs": prefixes}}

    def port_name(self):
        return self.rng.choice(["http", "http", "dns", "none"])

    # -- policies

    def policy(self, i):
        kinds = [k for k in ("np", "cnp", "cnp", "ccnp") if k in self.on]
        kind = self.rng.choice(kinds)
        namespace = self.rng.choice(self.workloads)["ns"][0]
        if kind == "np":
            return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                    "metadata": {"name": f"p{i}", "namespace": namespace, "uid": f"uid-{i}"},
                    "spec": self.np_spec()}
        out = {"apiVersion": "cilium.io/v2",
               "kind": "CiliumNetworkPolicy" if kind == "cnp" else "CiliumClusterwideNetworkPolicy",
               "metadata": {"name": f"p{i}", "uid": f"uid-{i}"}}
        if kind == "cnp":
            out["metadata"]["namespace"] = namespace
        if self.p(0.15, "specs"):
            out["specs"] = [self.cilium_spec(kind) for _ in range(self.rng.randint(1, 2))]
            if self.p(0.4):
                out["spec"] = self.cilium_spec(kind)
        else:
            out["spec"] = self.cilium_spec(kind)
        return out

    def selector(self, cilium, peer=False):
        if self.p(0.35 if peer else 0.45):
            return {}
        if self.p(0.35):  # one that some workload has
            key, value = self.rng.choice(list(self.rng.choice(self.workloads)["labels"].items()))
            return {"matchLabels": {(self.rng.choice(["", "k8s:", "any:"]) if cilium else "") + key: value}}
        out = {}
        matches, expressions = {}, []
        for _ in range(self.rng.randint(1, 2)):
            key, values = self.selector_key(cilium, peer)
            roll = self.rng.random()
            if roll < 0.55 or (roll >= 0.55 and key.startswith("reserved:") and self.p(0.5)):
                value = "" if key.startswith("reserved:") else self.rng.choice(values)
                # `app` and `any:app` are one key to Cilium, and Go's map order would say whose value counts.
                if key.removeprefix("any:") not in [other.removeprefix("any:") for other in matches]:
                    matches[key] = value
            elif roll < 0.7:
                expressions.append({"key": key, "operator": "In",
                                    "values": self.rng.sample(values, self.rng.randint(1, len(values)))})
            elif roll < 0.82:
                expressions.append({"key": key, "operator": "NotIn",
                                    "values": self.rng.sample(values, self.rng.randint(1, len(values)))})
            elif roll < 0.9:
                expressions.append({"key": key, "operator": "Exists"})
            else:
                expressions.append({"key": key, "operator": "DoesNotExist"})
        if matches:
            out["matchLabels"] = matches
        if expressions:
            out["matchExpressions"] = expressions
        return out

    def selector_key(self, cilium, peer):
        key, values = self.rng.choice([
            ("app", ["web", "api", "db"]), ("app", ["web", "api", "db"]), ("tier", ["front", "back"]),
            ("app.kubernetes.io/name", ["web", "api"]), ("absent", ["x", "y"])])
        if not cilium:
            return key, values
        names = [n for n, _ in self.namespaces]
        if self.p(0.15, "namespaces"):
            key, values = self.rng.choice([
                (NS_KEY, names), (NS_LABEL + "team", ["red", "blue"]), (NS_LABEL + "env", ["prod", "test"]),
                (NS_LABEL + "kubernetes.io/metadata.name", names),
                ("io.cilium.k8s.policy.serviceaccount", ["default", "builder"])])
        elif self.p(0.04, "cluster"):
            key, values = CLUSTER_KEY, ["default", "other"]
        elif peer and self.p(0.07, "reserved"):
            return self.rng.choice([("reserved:host", [""]), ("reserved:world", [""]),
                                    ("reserved:remote-node", [""]), ("reserved:kube-apiserver", [""]),
                                    ("reserved:health", [""]), ("reserved:ingress", [""])])
        prefix = self.rng.choice(["", "", "k8s:", "any:"])
        return prefix + key, values

    def np_spec(self):
        spec = {"podSelector": self.selector(False)}
        types = self.rng.choice([None, ["Ingress"], ["Egress"], ["Ingress", "Egress"]])
        if types is not None:
            spec["policyTypes"] = types
        elif self.p(0.1, "empty"):
            spec["policyTypes"] = []
        for direction, kind, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
            fits = types is None or direction in types
            if not fits and not self.p(0.1, "types-mismatch"):
                continue
            roll = self.rng.random()
            if roll < 0.2:
                continue
            if roll < 0.28 and "empty" in self.on:
                spec[kind] = []
            elif roll < 0.34 and "empty" in self.on:
                spec[kind] = [{}]
            else:
                spec[kind] = [self.np_rule(peers) for _ in range(self.rng.randint(1, 2))]
        return spec

    def np_rule(self, peers):
        rule = {}
        if self.p(0.8):
            rule[peers] = [self.np_peer() for _ in range(self.rng.randint(1, 2))]
        elif self.p(0.3, "empty"):
            rule[peers] = []
        if self.p(0.6):
            rule["ports"] = [self.np_port() for _ in range(self.rng.randint(1, 2))]
        elif self.p(0.2, "empty"):
            rule["ports"] = []
        return rule

    def np_peer(self):
        roll = self.rng.random()
        if roll < 0.3 and "cidr" in self.on:
            cidr, excepted = self.cidr_with_except()
            block = {"cidr": cidr}
            if excepted:
                block["except"] = excepted
            return {"ipBlock": block}
        if roll < 0.6:
            return {"podSelector": self.selector(False, peer=True)}
        if roll < 0.8:
            return {"namespaceSelector": self.namespace_selector()}
        return {"podSelector": self.selector(False, peer=True), "namespaceSelector": self.namespace_selector()}

    def namespace_selector(self):
        roll = self.rng.random()
        names = [n for n, _ in self.namespaces]
        if roll < 0.25:
            return {}
        if roll < 0.5:
            return {"matchLabels": {"team": self.rng.choice(["red", "blue"])}}
        if roll < 0.7:
            return {"matchLabels": {"kubernetes.io/metadata.name": self.rng.choice(names)}}
        operator = self.rng.choice(["In", "NotIn", "Exists", "DoesNotExist"])
        expression = {"key": self.rng.choice(["env", "team"]), "operator": operator}
        if operator in ("In", "NotIn"):
            expression["values"] = ["prod", "red"]
        return {"matchExpressions": [expression]}

    def np_port(self):
        port = {}
        protocol = self.rng.choice([None, "TCP", "UDP"] + (["SCTP"] if "sctp" in self.on else []))
        if protocol:
            port["protocol"] = protocol
        if self.pods and self.p(0.3):
            port["port"] = self.port_name()
        elif self.p(0.85):
            port["port"] = self.port_number()
            if self.p(0.2):
                port["endPort"] = min(65535, port["port"] + self.rng.choice([0, 1, 10, 4000]))
        return port

    def port_number(self):
        port = self.rng.choice([80, 80, 443, 53, 8080, 1, 1024, 65535, self.rng.randint(1, 65000)])
        self.ports.append(port)
        return port

    def cidr_with_except(self):
        pool = ["0.0.0.0/0", "203.0.113.0/24", "203.0.0.0/16", "203.0.113.7/32", "10.0.0.0/8", "10.0.1.0/24",
                "198.51.100.0/24", "192.168.0.0/16", "203.0.113.0/25", "192.168.7.0/24"]
        if self.dual:
            pool += ["::/0", "2001:db8::/32", "2001:db8:1::/48"]
        block = ipaddress.ip_network(self.rng.choice(pool))
        excepted = []
        if block.prefixlen < block.max_prefixlen and self.p(0.4):
            inside = [c for c in pool if ipaddress.ip_network(c).version == block.version
                      and ipaddress.ip_network(c).prefixlen > block.prefixlen
                      and ipaddress.ip_network(c).subnet_of(block)]
            excepted = self.rng.sample(inside, min(len(inside), self.rng.randint(1, 2)))
        return str(block), excepted

    def cidr_set_item(self):
        if self.groups and self.p(0.6):
            if self.p(0.5):
                item = {"cidrGroupRef": self.rng.choice(self.groups)["metadata"]["name"]}
            else:
                item = {"cidrGroupSelector": {"matchLabels": {"zone": self.rng.choice(["a", "b"])}}}
            if self.p(0.3):
                item["except"] = [self.rng.choice(["203.0.113.128/25", "203.0.113.7/32", "10.200.0.0/16"])]
            return item
        cidr, excepted = self.cidr_with_except()
        return {"cidr": cidr, **({"except": excepted} if excepted else {})}

    def cilium_spec(self, kind):
        subject = self.selector(True)
        spec = {"endpointSelector": subject}
        sections = ["ingress", "egress"]
        if "deny" in self.on:
            sections += ["ingressDeny", "egressDeny"]
        chosen = self.rng.sample(sections, self.rng.choice([1, 1, 2, 2, 3]) if len(sections) > 2 else 1)
        filled = False
        for section in chosen:
            if self.p(0.08, "empty") and (filled or section != chosen[-1]):
                spec[section] = []
                continue
            spec[section] = [self.cilium_rule(section) for _ in range(self.rng.randint(1, 2))]
            filled = True
        if self.p(0.25, "default-deny"):
            flags = {}
            for direction in self.rng.sample(["ingress", "egress"], self.rng.randint(1, 2)):
                own = any(spec.get(s) for s in (direction, direction + "Deny"))
                if own or "default-deny-foreign" in self.on:
                    flags[direction] = self.p(0.4)
            if flags:
                spec["enableDefaultDeny"] = flags
        return spec

    def cilium_rule(self, section):
        if self.p(0.06, "empty"):
            return {}
        way = "from" if section.startswith("ingress") else "to"
        rule = {}
        roll = self.rng.random()
        if roll < 0.4:
            rule[way + "Endpoints"] = [self.selector(True, peer=True) for _ in range(self.rng.randint(1, 2))]
        elif roll < 0.45 and "empty" in self.on:
            lists = ["Endpoints", "CIDR", "CIDRSet", "Entities"]
            if section == "egress" and "empty-open" in self.on:
                lists += ["FQDNs", "Services", "Groups"]
            rule[way + self.rng.choice(lists)] = []
        elif roll < 0.6 and "cidr" in self.on:
            rule[way + "CIDR"] = [self.cidr_with_except()[0] for _ in range(self.rng.randint(1, 2))]
        elif roll < 0.72 and "cidr" in self.on:
            rule[way + "CIDRSet"] = [self.cidr_set_item() for _ in range(self.rng.randint(1, 2))]
        elif roll < 0.88 and "entities" in self.on:
            pool = ["all", "world", "cluster", "host", "remote-node", "kube-apiserver", "health", "ingress",
                    "init", "unmanaged", "none"]
            rule[way + "Entities"] = self.rng.sample(pool, self.rng.randint(1, 2))
        roll = self.rng.random()
        if roll < 0.5:
            rule["toPorts"] = [self.cilium_ports() for _ in range(self.rng.randint(1, 2))]
        elif roll < 0.6 and "icmp" in self.on:
            fields = []
            for _ in range(self.rng.randint(1, 2)):
                types = [8, 3, 11, "EchoRequest", "TimeExceeded"] + ([0, "EchoReply"] if "icmp-zero" in self.on else [])
                field = {"type": self.rng.choice(types)}
                roll = self.rng.random()
                if roll < 0.3:
                    field["family"] = "IPv4"
                elif roll < 0.45:
                    field = {"family": "IPv6", "type": self.rng.choice([128, 129, "EchoRequest", 3])}
                fields.append(field)
            rule["icmps"] = [{"fields": fields}]
        elif roll < 0.63 and "empty" in self.on:
            rule[self.rng.choice(["toPorts", "icmps"])] = []
        return rule

    def cilium_ports(self):
        if self.p(0.04, "empty"):
            return {"ports": []}
        ports = []
        for _ in range(self.rng.randint(1, 2)):
            named = bool(self.pods) and self.p(0.3)
            port = {"port": self.port_name() if named else str(self.port_number()) if self.p(0.9) else "0"}
            if not named and port["port"] != "0" and self.p(0.2):
                port["endPort"] = min(65535, int(port["port"]) + self.rng.choice([0, 1, 10, 4000]))
            protocol = self.rng.choice([None, "TCP", "TCP", "UDP", "ANY"] + (["SCTP"] if "sctp" in self.on else []))
            if protocol:
                port["protocol"] = protocol
            ports.append(port)
        return {"ports": ports}

    # -- flows

    def flow(self):
        workload = self.rng.choice(self.local)
        subject = workload_endpoint(workload, self.dual)
        near = [w for w in self.workloads if w["ns"] == workload["ns"] and w is not workload]
        if self.p(0.04, "reserved"):
            subject = reserved_endpoint([self.rng.choice(["health", "ingress", "init", "host"])], self.dual)
        peer = workload_endpoint(self.rng.choice(near), self.dual) if near and self.p(0.3) else self.peer()
        direction = self.rng.choice(["INGRESS", "EGRESS"])
        v6 = self.dual and self.p(0.5) and peer["ip6"] is not None and subject["ip6"] is not None
        l4 = self.l4(v6)
        source, destination = (peer, subject) if direction == "INGRESS" else (subject, peer)
        return hubble_flow(source, destination, direction, l4, v6)

    def l4(self, v6):
        roll = self.rng.random()
        if roll < 0.15 and "icmp" in self.on:
            if v6:
                return {"ICMPv6": {"type": self.rng.choice([128, 129, 3, 1])}}
            icmp_type = self.rng.choice([8, 0, 3, 11])
            return {"ICMPv4": {"type": icmp_type} if icmp_type else {}}
        port = self.rng.choice(self.ports)
        if self.p(0.3):
            port = min(65535, max(1, port + self.rng.choice([-1, 1, 10, 11, 4000])))
        protocol = self.rng.choice(["TCP", "TCP", "TCP", "TCP", "UDP"] + (["SCTP"] if "sctp" in self.on else []))
        return {protocol: {"source_port": self.rng.randint(32768, 60999), "destination_port": port}}

    def peer(self):
        roll = self.rng.random()
        if roll < 0.5:
            return workload_endpoint(self.rng.choice(self.workloads), self.dual)
        if roll < 0.78:
            return self.outside()
        return reserved_endpoint(self.rng.choice(
            [["host"], ["host"], ["remote-node"], ["kube-apiserver", "remote-node"], ["host", "kube-apiserver"],
             ["health"], ["ingress"], ["unmanaged"], ["init"]]), self.dual)

    def outside(self):
        v4 = self.rng.choice(["203.0.113.7", "203.0.113.200", "203.0.5.5", "198.51.100.4", "8.8.8.8",
                              "192.168.7.7", "192.168.1.1", "10.200.0.1", "203.0.113.127", "203.0.113.128"])
        v6 = self.rng.choice(["2001:db8::1", "2001:db8:1::5", "2606:4700::1111"])
        extra = ["reserved:kube-apiserver"] if self.p(0.06, "entities") else []
        cidr = "cidr-labels" in self.on and self.p(0.5)
        prefixes = prefixes_of(self.policies) if cidr else []

        def labels(ip, version):
            world = "reserved:world" + (f"-ipv{version}" if self.dual else "")
            return sorted(extra + [world] + longest_label(ip, prefixes))

        return {"ip4": v4, "ip6": v6 if self.dual else None, "labels4": labels(v4, 4), "labels6": labels(v6, 6),
                "identity": 2}


def prefixes_of(value):
    """Every CIDR that occurs in the policies, excepted ones included."""
    out = []
    if isinstance(value, dict):
        for item in value.values():
            out += prefixes_of(item)
    elif isinstance(value, list):
        for item in value:
            out += prefixes_of(item)
    elif isinstance(value, str) and "/" in value:
        try:
            out.append(ipaddress.ip_network(value))
        except ValueError:
            pass
    return out


def longest_label(ip, prefixes):
    address = ipaddress.ip_address(ip)
    holding = [p for p in prefixes if p.version == address.version and address in p and p.prefixlen > 0]
    if not holding:
        return []
    best = max(holding, key=lambda p: p.prefixlen)
    text = str(best.network_address)
    if best.version == 6:
        if text.startswith(":"):
            text = "0" + text
        if text.endswith(":"):
            text += "0"
        text = text.replace(":", "-")
    return [f"cidr:{text}/{best.prefixlen}"]


def workload_endpoint(workload, dual):
    name, namespace_labels = workload["ns"]
    labels = [f"k8s:{k}={v}" for k, v in workload["labels"].items()]
    labels += [f"k8s:{NS_LABEL}{k}={v}" for k, v in namespace_labels.items()]
    labels += [f"k8s:{CLUSTER_KEY}=" + workload.get("cluster", "default"),
               "k8s:io.cilium.k8s.policy.serviceaccount=" + workload.get("sa", "default"),
               f"k8s:{NS_KEY}={name}"]
    n = workload["n"]
    return {"ip4": f"10.0.1.{n}", "ip6": f"2001:db8:1::{n}" if dual else None, "labels4": sorted(labels),
            "labels6": sorted(labels), "namespace": name, "pod": workload["pod"], "identity": 1000 + n,
            "cluster": workload.get("cluster", "default")}


RESERVED_IDS = {"host": 1, "health": 4, "init": 5, "remote-node": 6, "ingress": 8, "unmanaged": 3}


def reserved_endpoint(names, dual):
    labels = sorted(f"reserved:{n}" for n in names)
    number = 7 if names == ["kube-apiserver", "remote-node"] else RESERVED_IDS[names[0]]
    return {"ip4": f"10.0.0.{number}", "ip6": f"2001:db8:1:f::{number}" if dual else None, "labels4": labels,
            "labels6": labels, "identity": number}


def hubble_flow(source, destination, direction, l4, v6=False):
    def side(e, local):
        out = {"identity": e["identity"], "labels": e["labels6" if v6 else "labels4"]}
        if e.get("namespace"):
            out.update(namespace=e["namespace"], pod_name=e["pod"], cluster_name=e["cluster"])
        if local:
            out["ID"] = 100 + e["identity"] % 1000
        return out

    address = "ip6" if v6 else "ip4"
    flow = {
        "time": "2026-01-01T00:00:00.000000001Z", "verdict": "FORWARDED", "Type": "L3_L4", "node_name": "default/node-1",
        "IP": {"source": source[address], "destination": destination[address], "ipVersion": "IPv6" if v6 else "IPv4"},
        "l4": l4, "source": side(source, direction == "EGRESS"), "destination": side(destination, direction == "INGRESS"),
        "event_type": {"type": 5}, "traffic_direction": direction, "is_reply": False, "Summary": "synthetic",
    }
    return {"flow": flow, "node_name": "default/node-1", "time": flow["time"]}


def random_world(seed, without):
    """Policies, and the other objects that they depend on; flows."""
    world = World(random.Random(seed), without)
    return {"policies": world.policies + world.groups + world.pods, "flows": world.flows}
