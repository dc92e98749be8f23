// The defaults that the API server fills into a NetworkPolicy (kubernetes pkg/apis/networking/v1/defaults.go).
// Patch and apply bodies are logged as sent, so a body rebuilt from them has to be defaulted again.

import { field, isObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

export function withDefaults(kind: string, object: JsonObject): JsonObject {
  const spec = field(object, 'spec');
  if (kind !== 'NetworkPolicy' || !isObject(spec)) return object;
  const ingress = rulesWithProtocol(field(spec, 'ingress'));
  const egress = rulesWithProtocol(field(spec, 'egress'));
  const hasEgress = Array.isArray(egress) && egress.length > 0;
  const policyTypes = field(spec, 'policyTypes') ?? (hasEgress ? ['Ingress', 'Egress'] : ['Ingress']);
  return {
    ...object,
    spec: {
      ...spec,
      policyTypes,
      ...(ingress === undefined ? {} : { ingress }),
      ...(egress === undefined ? {} : { egress }),
    },
  };
}

function rulesWithProtocol(rules: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(rules)) return rules;
  return rules.map((rule: JsonValue) => {
    const ports = field(rule, 'ports');
    if (!isObject(rule) || !Array.isArray(ports)) return rule;
    return {
      ...rule,
      ports: ports.map((port: JsonValue) => (isObject(port) ? { protocol: 'TCP', ...port } : port)),
    };
  });
}
