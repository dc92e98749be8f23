package main

// Engine: one world, that is a set of policies and of flows, through Cilium's policy repository.
// The repository resolves the policy of each subject identity into the map that the agent would
// write for the datapath; a flow is then looked up in it with the datapath's precedence. Nothing
// here decides anything: it only prepares, asks and names the answer.

import (
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/spanstat"
	testidentity "github.com/cilium/cilium/pkg/testutils/identity"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

type answer struct {
	Line      int      `json:"line"`
	Direction string   `json:"direction,omitempty"`
	Declared  string   `json:"declared"`
	Reason    string   `json:"reason,omitempty"`
	Via       string   `json:"via,omitempty"`
	Selecting []string `json:"selecting"`
	Deciding  []string `json:"deciding"`
	Rules     []string `json:"rules"`
	Redirect  bool     `json:"redirect,omitempty"`
	Error     string   `json:"error,omitempty"`
}

// configure sets what a plain Kubernetes install has.
func configure() {
	option.Config.ClusterName = clusterName
	option.Config.EnableIPv4 = true
	option.Config.EnableIPv6 = false
	option.Config.AllowLocalhost = option.AllowLocalhostAlways
	option.Config.EnableL7Proxy = true
	option.Config.EnableICMPRules = true
	option.Config.EnableNonDefaultDenyPolicies = true
	option.Config.EnableHostFirewall = false
	option.Config.EnableNodeSelectorLabels = false
	option.Config.EnableExtendedIPProtocols = false
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	api.InitEntities(clusterName)
}

// dualStack tells whether the flows come from a cluster with both address families: only then the
// agent splits the world by family.
func dualStack(flows []*flow) bool {
	for _, f := range flows {
		for _, e := range []endpoint{f.subject, f.peer} {
			if e.ip.Is6() {
				return true
			}
			for _, label := range e.labels {
				if strings.HasPrefix(label, "reserved:world-ipv") {
					return true
				}
			}
		}
	}
	return false
}

func evaluate(m *manifests, flows []*flow, logger *slog.Logger) []answer {
	out := make([]answer, len(flows))
	// The local host has one identity number whose labels differ from node to node (API server or
	// not), so each set of host labels gets an engine of its own.
	variants := map[string][]int{}
	for i, f := range flows {
		variants[hostVariant(f)] = append(variants[hostVariant(f)], i)
	}
	for _, indexes := range variants {
		evaluateVariant(m, flows, indexes, out, logger)
	}
	return out
}

func hostVariant(f *flow) string {
	for _, e := range []endpoint{f.subject, f.peer} {
		set := e.set()
		if set.HasHostLabel() && len(set) > 1 {
			return string(set.SortedList())
		}
	}
	return ""
}

func evaluateVariant(m *manifests, flows []*flow, indexes []int, out []answer, logger *slog.Logger) {
	ids := newIdentities(m.prefixes())
	type pair struct{ subject, peer *identity.Identity }
	pairs := map[int]pair{}
	for _, i := range indexes {
		f := flows[i]
		out[i] = answer{Line: f.line, Declared: "unknown", Selecting: []string{}, Deciding: []string{}, Rules: []string{}}
		if f.failure != "" {
			out[i].Error = f.failure
			continue
		}
		out[i].Direction = f.direction()
		switch set := f.subject.set(); {
		case len(set) == 0:
			out[i].Error = "the subject has no labels"
			continue
		case kind(set) == "world", set.HasRemoteNodeLabel():
			out[i].Error = "the subject is not an endpoint of this cluster"
			continue
		}
		subject, err := ids.allocate(f.subject)
		if err != nil {
			out[i].Error = "subject: " + err.Error()
			continue
		}
		peer, err := ids.allocate(f.peer)
		if err != nil {
			out[i].Error = "peer: " + err.Error()
			continue
		}
		pairs[i] = pair{subject, peer}
	}

	var subjects []*identity.Identity
	for _, p := range pairs {
		subjects = append(subjects, p.subject)
	}
	e := newEngine(m, ids, subjects, logger)
	for _, i := range indexes {
		if p, ok := pairs[i]; ok {
			e.decide(&out[i], flows[i], p.subject, p.peer)
		}
	}
}

type engine struct {
	logger    *slog.Logger
	manifests *manifests
	repo      *policy.Repository
	resolved  map[string]*policy.EndpointPolicy
	failed    map[string]error
	selected  map[string][]string
}

// newEngine loads identities before policies: a selector cache that learns of them later starts a
// goroutine for its notifications, which nothing ends.
func newEngine(m *manifests, ids *identities, subjects []*identity.Identity, logger *slog.Logger) *engine {
	manager := identitymanager.NewIDManager(logger)
	translator := envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline())
	repo := policy.NewPolicyRepository(logger, nil, nil, translator, manager, testpolicy.NewPolicyMetricsNoop())
	repo.GetSelectorCache().SetLocalIdentityNotifier(testidentity.NewDummyIdentityNotifier())
	var wait sync.WaitGroup
	repo.GetSelectorCache().UpdateIdentities(ids.known, nil, &wait)
	wait.Wait()
	for _, subject := range subjects {
		manager.Add(subject)
	}
	for _, p := range m.policies {
		repo.ReplaceByResource(p.entries, p.resource)
	}
	return &engine{
		logger: logger, manifests: m, repo: repo,
		resolved: map[string]*policy.EndpointPolicy{}, failed: map[string]error{},
		selected: map[string][]string{},
	}
}

func (e *engine) decide(out *answer, f *flow, subject, peer *identity.Identity) {
	endpointPolicy, err := e.resolve(f, subject)
	if err != nil {
		out.Error = err.Error()
		return
	}
	key := policy.EgressKey()
	enforced := endpointPolicy.SelectorPolicy.EgressPolicyEnabled
	if f.ingress {
		key = policy.IngressKey()
		enforced = endpointPolicy.SelectorPolicy.IngressPolicyEnabled
	}
	// The prefix length makes port 0 (ICMP type 0) a value and not a wildcard, as the datapath has it.
	key = key.WithIdentity(peer.ID).WithPortProtoPrefix(f.proto, f.port, 16)
	entry, meta, found := endpointPolicy.Lookup(key)
	cacheKey := out.Direction + subject.ID.String()
	if _, ok := e.selected[cacheKey]; !ok {
		e.selected[cacheKey] = e.manifests.selecting(subject, f.ingress)
	}
	out.Selecting = e.selected[cacheKey]
	out.Deciding, out.Rules, out.Via = origin(meta)
	if !enforced {
		out.Declared, out.Reason, out.Via = "allowed", "no-policy", "no-policy"
		return
	}
	switch {
	case !found:
		out.Declared, out.Reason, out.Via = "denied", "default-deny", "none"
	case entry.IsDeny():
		out.Declared, out.Reason = "denied", "deny-rule"
	case out.Via == "allow-any":
		// Policies select the subject, none of them isolates it, and no rule matched.
		out.Declared, out.Reason = "allowed", "no-policy"
	default:
		out.Declared, out.Reason = "allowed", "allow-rule"
		out.Redirect = entry.IsRedirectEntry()
	}
}

// origin reads which rules the matched map entry was made from.
func origin(meta policy.RuleMeta) (policies, rules []string, via string) {
	derived := ""
	for _, list := range meta.LabelArray() {
		for _, label := range list {
			if label.Source == sourceRule {
				rule := withBrackets.Replace(label.Value)
				rules = append(rules, rule)
				policies = append(policies, strings.SplitN(rule, "#", 2)[0])
			}
			if label.Source == labels.LabelSourceReserved && strings.HasSuffix(label.Key, "policy.derived-from") {
				derived = label.Value
			}
		}
	}
	switch {
	case len(rules) > 0:
		via = "rule"
	case strings.HasPrefix(derived, "allow-any"):
		via = "allow-any"
	case strings.HasPrefix(derived, "allow-localhost"):
		via = "allow-localhost"
	default:
		via = derived
	}
	return sorted(policies), sorted(rules), via
}

func sorted(in []string) []string {
	out := append([]string{}, in...)
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *engine) resolve(f *flow, subject *identity.Identity) (*policy.EndpointPolicy, error) {
	owner := &owner{id: uint64(subject.ID), ports: e.manifests.ports, namespace: f.subject.namespace, pod: f.subject.pod}
	key := subject.ID.String()
	if len(e.manifests.ports) > 0 {
		key += "/" + f.subject.namespace + "/" + f.subject.pod // named ports belong to the pod
	}
	if p, ok := e.resolved[key]; ok {
		return p, e.failed[key]
	}
	selector, _, err := e.repo.GetSelectorPolicy(subject, 0, &statistics{}, owner.id)
	var p *policy.EndpointPolicy
	if err == nil {
		redirects := map[string]uint16{}
		for filter, tuple := range selector.RedirectFilters() {
			listener := tuple.Policy.GetListener()
			redirects[policy.ProxyID(uint16(owner.id), filter.Ingress, string(filter.Protocol), filter.Port, listener)] = 10001
		}
		p = selector.DistillPolicy(e.logger, owner, redirects)
		_ = p.Ready()
		p.Detach(e.logger)
	}
	e.resolved[key], e.failed[key] = p, err
	return p, err
}

// owner is the endpoint whose policy is resolved. Named ports are resolved from the Pods among the
// manifests: on ingress those of this pod, on egress those of any pod, if all agree on one number.
type owner struct {
	id             uint64
	ports          []namedPort
	namespace, pod string
}

func (o *owner) GetNamedPort(ingress bool, name string, proto u8proto.U8proto) uint16 {
	var found uint16
	for _, p := range o.ports {
		if p.name != name || !strings.EqualFold(p.protocol, proto.String()) {
			continue
		}
		if ingress && (p.namespace != o.namespace || p.pod != o.pod) {
			continue
		}
		if found != 0 && found != p.port {
			return 0
		}
		found = p.port
	}
	return found
}

func (o *owner) GetID() uint64                      { return o.id }
func (o *owner) PolicyDebug(string, ...any)         {}
func (o *owner) IsHost() bool                       { return o.id == uint64(identity.ReservedIdentityHost) }
func (o *owner) PreviousMapState() *policy.MapState { return nil }
func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

type statistics struct{ waiting, calculation spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }
