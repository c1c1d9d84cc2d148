{{/* What cannot work is refused, with what to do. */}}
{{- define "myriad.checks" -}}
{{- $stores := .Values.stores }}
{{- $embedded := (include "myriad.embedded" . | fromYaml).using }}
{{- $needs := dict
  "connectome" "stores.graph.url: several write one graph only if it is a Neo4j"
  "genesis" "stores.packets.url: several pods share packets only in S3"
  "dlm" "stores.packets.url: several pods share packets only in S3"
  "gatekeeper" "stores.keys.url: several pods share keys only in S3"
  "orchestrator" "stores.state.urlSecret: several pods share answers only in Redis"
}}
{{- range $component, $need := $needs }}
{{- if has $component $embedded }}
{{- if gt (int (index $.Values $component).replicas) 1 }}
{{- fail (printf "%s.replicas is more than 1, which needs %s" $component $need) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.orchestrator.autoscaling.enabled (has "orchestrator" $embedded) }}
{{- fail "orchestrator.autoscaling needs stores.state.urlSecret: several pods share answers only in Redis" }}
{{- end }}
{{- if and (gt (int .Values.dlm.replicas) 1) (not $stores.bundled) (not $stores.state.urlSecret.name) }}
{{- fail "dlm.replicas is more than 1, which needs stores.state.urlSecret: they tell each other by Redis where agents are" }}
{{- end }}
{{- if and $stores.bundled (or $stores.graph.url $stores.packets.url $stores.keys.url $stores.state.urlSecret.name $stores.cache.urlSecret.name) }}
{{- fail "stores.bundled brings a graph, packets, keys and state: leave out what names others" }}
{{- end }}
{{- if and .Values.rateLimit.enabled (not $stores.bundled) (not .Values.rateLimit.redis.address) }}
{{- fail "rateLimit.enabled needs rateLimit.redis.address: where calls of keys are counted" }}
{{- end }}
{{- if gt (int .Values.agentHosts.warm) (int .Values.agentHosts.max) }}
{{- fail "agentHosts.warm is more than agentHosts.max" }}
{{- end }}
{{- if gt (int .Values.orchestrator.autoscaling.min) (int .Values.orchestrator.autoscaling.max) }}
{{- fail "orchestrator.autoscaling.min is more than orchestrator.autoscaling.max" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.enabled needs ingress.host" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the Gateway that it is for" }}
{{- end }}
{{- end }}
