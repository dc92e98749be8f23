package main

// Policies: manifests in, rule entries of Cilium's policy repository out, parsed by the very
// functions that the agent's Kubernetes watcher calls (pkg/policy/k8s of Cilium). An object that
// the API server or the agent would refuse is reported and left out; the rest goes on.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"

	"gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/cilium/cilium/pkg/identity"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2/validator"
	slimnetv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy/api"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
)

const clusterName = "default"

// sourceRule marks each entry with the rule that it came from. The engine keeps rule labels only
// as the origin of a verdict, so the mark changes no decision.
const sourceRule = "oracle-rule"

// The engine keeps the labels of a rule as text in brackets and parses that again, so they can hold none.
var (
	withoutBrackets = strings.NewReplacer("[", "<", "]", ">")
	withBrackets    = strings.NewReplacer("<", "[", ">", "]")
)

type rejected struct {
	Policy string `json:"policy"`
	Error  string `json:"error"`
}

type policyObject struct {
	ref      string
	resource ipcachetypes.ResourceID
	entries  policytypes.PolicyEntries
}

type cidrGroup struct {
	labels   labels.Labels
	prefixes []netip.Prefix
}

type namedPort struct {
	namespace, pod, name, protocol string
	port                           uint16
}

type manifests struct {
	policies []policyObject
	groups   []cidrGroup
	ports    []namedPort
	invalid  []rejected
}

var (
	crds               *validator.NPValidator
	unresolvedServices bool
)

// splitYAML turns a multi-document YAML or JSON stream into JSON objects, one for each document.
func splitYAML(data []byte) ([]json.RawMessage, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var out []json.RawMessage
	for {
		var document any
		err := decoder.Decode(&document)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if document == nil {
			continue
		}
		encoded, err := json.Marshal(document)
		if err != nil {
			return out, err
		}
		out = append(out, encoded)
	}
}

func (m *manifests) add(raw json.RawMessage, logger *slog.Logger) {
	var head struct {
		Kind     string            `json:"kind"`
		Items    []json.RawMessage `json:"items"`
		Metadata struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		m.invalid = append(m.invalid, rejected{"?", err.Error()})
		return
	}
	if head.Kind == "List" || strings.HasSuffix(head.Kind, "List") && len(head.Items) > 0 {
		for _, item := range head.Items {
			m.add(item, logger)
		}
		return
	}
	ref := head.Kind + "/" + head.Metadata.Namespace + "/" + head.Metadata.Name
	var err error
	switch head.Kind {
	case "NetworkPolicy":
		if head.Metadata.Namespace == "" {
			ref = head.Kind + "/default/" + head.Metadata.Name
		}
		err = m.addNetworkPolicy(raw, ref, logger)
	case "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy":
		err = m.addCiliumPolicy(raw, ref, head.Kind, logger)
	case "CiliumCIDRGroup":
		err = m.addCIDRGroup(raw)
	case "Pod":
		err = m.addPod(raw)
	case "Namespace":
	default:
		err = fmt.Errorf("kind %q is not supported by this engine version", head.Kind)
	}
	if err != nil {
		m.invalid = append(m.invalid, rejected{ref, err.Error()})
	}
}

func (m *manifests) addNetworkPolicy(raw json.RawMessage, ref string, logger *slog.Logger) error {
	var np slimnetv1.NetworkPolicy
	if err := json.Unmarshal(raw, &np); err != nil {
		return err
	}
	if np.Namespace == "" {
		np.Namespace = "default"
	}
	// The API server's defaulting (pkg/apis/networking/v1/defaults.go of Kubernetes).
	if len(np.Spec.PolicyTypes) == 0 {
		np.Spec.PolicyTypes = []slimnetv1.PolicyType{slimnetv1.PolicyTypeIngress}
		if len(np.Spec.Egress) != 0 {
			np.Spec.PolicyTypes = append(np.Spec.PolicyTypes, slimnetv1.PolicyTypeEgress)
		}
	}
	entries, err := k8s.ParseNetworkPolicy(logger, clusterName, &np)
	if err != nil {
		return err
	}
	marks := networkPolicyMarks(ref, &np)
	if err := mark(entries, marks); err != nil {
		return err
	}
	resource := ipcachetypes.NewResourceID(ipcachetypes.ResourceKindNetpol, np.Namespace, np.Name)
	m.policies = append(m.policies, policyObject{ref, resource, entries})
	return nil
}

// networkPolicyMarks repeats the order in which ParseNetworkPolicy emits its entries.
func networkPolicyMarks(ref string, np *slimnetv1.NetworkPolicy) []string {
	var marks []string
	for i, rule := range np.Spec.Ingress {
		for range max(1, len(rule.From)) {
			marks = append(marks, fmt.Sprintf("%s#ingress[%d]", ref, i))
		}
	}
	ingress := len(marks)
	if ingress == 0 {
		isolated := false
		egressOnly := false
		for _, t := range np.Spec.PolicyTypes {
			isolated = isolated || t == slimnetv1.PolicyTypeIngress
			egressOnly = egressOnly || t == slimnetv1.PolicyTypeEgress
		}
		if isolated || !egressOnly {
			marks = append(marks, ref+"#ingress")
		}
	}
	before := len(marks)
	for i, rule := range np.Spec.Egress {
		for range max(1, len(rule.To)) {
			marks = append(marks, fmt.Sprintf("%s#egress[%d]", ref, i))
		}
	}
	if len(marks) == before {
		for _, t := range np.Spec.PolicyTypes {
			if t == slimnetv1.PolicyTypeEgress {
				marks = append(marks, ref+"#egress")
				break
			}
		}
	}
	return marks
}

func mark(entries policytypes.PolicyEntries, marks []string) error {
	if len(entries) != len(marks) {
		return fmt.Errorf("internal: %d entries but %d rule references", len(entries), len(marks))
	}
	for i, entry := range entries {
		tagged := make(labels.LabelArray, 0, len(entry.Labels)+1)
		tagged = append(tagged, entry.Labels...)
		entry.Labels = append(tagged, labels.NewLabel("ref", withoutBrackets.Replace(marks[i]), sourceRule)).Sort()
	}
	return nil
}

func (m *manifests) addCiliumPolicy(raw json.RawMessage, ref, kind string, logger *slog.Logger) error {
	var cnp ciliumv2.CiliumNetworkPolicy
	if err := json.Unmarshal(raw, &cnp); err != nil {
		return err
	}
	if kind == "CiliumNetworkPolicy" && cnp.Namespace == "" {
		cnp.Namespace = "default"
		ref = kind + "/default/" + cnp.Name
	}
	if kind == "CiliumClusterwideNetworkPolicy" {
		cnp.Namespace = ""
		ref = kind + "//" + cnp.Name
	}
	if crds != nil {
		if err := validateCRD(raw, kind); err != nil {
			return fmt.Errorf("refused by the CRD: %w", err)
		}
	}
	if cnp.RequiresDerivative() {
		return fmt.Errorf("toGroups/fromGroups need the operator and are not evaluated")
	}
	rules, err := cnp.Parse(logger, clusterName)
	if err != nil {
		return err
	}
	var marks []string
	for i, rule := range rules {
		prefix := ref + "#"
		if len(rules) > 1 || len(cnp.Specs) > 0 {
			prefix = fmt.Sprintf("%s#spec[%d].", ref, i)
		}
		if hasServices(rule) && !unresolvedServices {
			return fmt.Errorf("toServices needs the services of the cluster and is not evaluated")
		}
		marks = append(marks, ciliumRuleMarks(prefix, rule)...)
	}
	entries := policyutils.RulesToPolicyEntries(rules)
	if err := mark(entries, marks); err != nil {
		return err
	}
	resourceKind := ipcachetypes.ResourceKindCNP
	if kind == "CiliumClusterwideNetworkPolicy" {
		resourceKind = ipcachetypes.ResourceKindCCNP
	}
	resource := ipcachetypes.NewResourceID(resourceKind, cnp.Namespace, cnp.Name)
	m.policies = append(m.policies, policyObject{ref, resource, entries})
	return nil
}

func hasServices(rule *api.Rule) bool {
	for _, egress := range rule.Egress {
		if len(egress.ToServices) > 0 {
			return true
		}
	}
	for _, egress := range rule.EgressDeny {
		if len(egress.ToServices) > 0 {
			return true
		}
	}
	return false
}

// ciliumRuleMarks repeats the order in which RulesToPolicyEntries emits its entries.
func ciliumRuleMarks(prefix string, rule *api.Rule) []string {
	var marks []string
	for i := range rule.Ingress {
		marks = append(marks, fmt.Sprintf("%singress[%d]", prefix, i))
	}
	for i := range rule.IngressDeny {
		marks = append(marks, fmt.Sprintf("%singressDeny[%d]", prefix, i))
	}
	for i := range rule.Egress {
		marks = append(marks, fmt.Sprintf("%segress[%d]", prefix, i))
	}
	for i := range rule.EgressDeny {
		marks = append(marks, fmt.Sprintf("%segressDeny[%d]", prefix, i))
	}
	return marks
}

func validateCRD(raw json.RawMessage, kind string) error {
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(raw); err != nil {
		return err
	}
	if kind == "CiliumNetworkPolicy" {
		return crds.ValidateCNP(object)
	}
	return crds.ValidateCCNP(object)
}

func (m *manifests) addCIDRGroup(raw json.RawMessage) error {
	var group ciliumv2.CiliumCIDRGroup
	if err := json.Unmarshal(raw, &group); err != nil {
		return err
	}
	// As pkg/policy/k8s/cilium_cidr_group.go does for the ipcache.
	set := labels.Labels{}
	for key, value := range group.Labels {
		label := labels.NewLabel(key, value, labels.LabelSourceCIDRGroup)
		set[label.Key] = label
		encoded := labels.EncodedCIDRGroupLabel(label.Key, label.Value, label.Source)
		set[encoded.Key] = encoded
	}
	name := api.LabelForCIDRGroupRef(group.Name)
	set[name.Key] = name
	out := cidrGroup{labels: set}
	for _, cidr := range group.Spec.ExternalCIDRs {
		prefix, err := netip.ParsePrefix(string(cidr))
		if err != nil {
			return err
		}
		out.prefixes = append(out.prefixes, prefix.Masked())
	}
	m.groups = append(m.groups, out)
	return nil
}

func (m *manifests) addPod(raw json.RawMessage) error {
	var pod struct {
		Metadata struct{ Name, Namespace string } `json:"metadata"`
		Spec     struct {
			Containers []struct {
				Ports []struct {
					Name          string `json:"name"`
					ContainerPort uint16 `json:"containerPort"`
					Protocol      string `json:"protocol"`
				} `json:"ports"`
			} `json:"containers"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(raw, &pod); err != nil {
		return err
	}
	for _, container := range pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == "" {
				continue
			}
			protocol := port.Protocol
			if protocol == "" {
				protocol = "TCP"
			}
			m.ports = append(m.ports, namedPort{
				pod.Metadata.Namespace, pod.Metadata.Name, port.Name, protocol, port.ContainerPort,
			})
		}
	}
	return nil
}

// prefixes is the metadata that policies and CIDR groups put into the ipcache:
// prefix -> labels, without those of shorter prefixes.
func (m *manifests) prefixes() map[netip.Prefix]labels.Labels {
	out := map[netip.Prefix]labels.Labels{}
	for _, policy := range m.policies {
		for _, entry := range policy.entries {
			for _, selector := range entry.L3 {
				for _, prefix := range selector.GetCIDRPrefixes() {
					merge(out, prefix.Masked(), labels.GetCIDRLabels(prefix))
				}
			}
		}
	}
	for _, group := range m.groups {
		for _, prefix := range group.prefixes {
			set := labels.NewFrom(group.labels)
			set.AddWorldLabel(prefix.Addr())
			merge(out, prefix, set)
		}
	}
	return out
}

func merge(into map[netip.Prefix]labels.Labels, prefix netip.Prefix, set labels.Labels) {
	if into[prefix] == nil {
		into[prefix] = labels.Labels{}
	}
	into[prefix].MergeLabels(set)
}

// selecting lists the policies that apply to a subject in one direction, by the engine's own matcher.
func (m *manifests) selecting(subject *identity.Identity, ingress bool) []string {
	namespace := subject.LabelArray.Get(labels.LabelSourceK8sKeyPrefix + "io.kubernetes.pod.namespace")
	var out []string
	for _, policy := range m.policies {
		if own := policy.resource.Namespace(); own != "" && own != namespace {
			continue
		}
		for _, entry := range policy.entries {
			if entry.Ingress == ingress && entry.Node == (subject.ID == identity.ReservedIdentityHost) &&
				entry.Subject.Matches(subject.LabelArray) {
				out = append(out, policy.ref)
				break
			}
		}
	}
	return sorted(out)
}
