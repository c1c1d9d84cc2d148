{{/* Where the stores are, as YAML: given, bundled, or empty for the volume. */}}
{{- define "myriad.stores" -}}
{{- $name := include "myriad.name" . }}
{{- $given := .Values.stores }}
{{- $s3 := printf "http://%s-bundled-packets.%s.svc:8333" $name .Release.Namespace }}
graph: {{ ternary (printf "bolt://%s-bundled-graph.%s.svc:7687" $name .Release.Namespace) $given.graph.url $given.bundled | quote }}
packets: {{ ternary "s3://myriad/packets" $given.packets.url $given.bundled | quote }}
packetsEndpoint: {{ ternary $s3 $given.packets.endpoint $given.bundled | quote }}
keys: {{ ternary "s3://myriad/keys" $given.keys.url $given.bundled | quote }}
keysEndpoint: {{ ternary $s3 $given.keys.endpoint $given.bundled | quote }}
state: {{ or $given.bundled (ne $given.state.urlSecret.name "") }}
cache: {{ ne $given.cache.urlSecret.name "" }}
{{- end }}

{{/* Components that use the volume, as a list in YAML. */}}
{{- define "myriad.embedded" -}}
{{- $stores := include "myriad.stores" . | fromYaml }}
{{- $using := list }}
{{- if not $stores.graph }}{{ $using = append $using "connectome" }}{{ end }}
{{- if not $stores.packets }}{{ $using = concat $using (list "genesis" "dlm") }}{{ end }}
{{- if not $stores.keys }}{{ $using = append $using "gatekeeper" }}{{ end }}
{{- if not $stores.state }}{{ $using = append $using "orchestrator" }}{{ end }}
{{- toYaml (dict "using" $using) }}
{{- end }}

{{- define "myriad.bucket" -}}
{{- with .region }}
- {name: AWS_REGION, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := .settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- with .credentialsSecret }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- {name: {{ . }}, valueFrom: {secretKeyRef: {name: {{ $.credentialsSecret }}, key: {{ . }}}}}
{{- end }}
{{- end }}
{{- end }}

{{- define "myriad.bundledBucket" -}}
- {name: AWS_REGION, value: us-east-1}
- {name: AWS_ACCESS_KEY_ID, value: myriad}
- {name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: {{ include "myriad.name" . }}-stores, key: packets}}}
{{- end }}

{{- define "myriad.packetsEnv" -}}
{{- $stores := include "myriad.stores" . | fromYaml }}
- {name: MYRIAD_PACKETS, value: {{ $stores.packets | default "folder:/var/lib/myriad/packets" | quote }}}
- {name: MYRIAD_S3_ENDPOINT, value: {{ $stores.packetsEndpoint | quote }}}
- {name: MYRIAD_S3_ENCRYPTION, value: {{ .Values.stores.packets.encryption | quote }}}
{{ ternary (include "myriad.bundledBucket" .) (include "myriad.bucket" .Values.stores.packets) .Values.stores.bundled | trim }}
{{- end }}

{{- define "myriad.stateEnv" -}}
{{- $secret := .Values.stores.state.urlSecret }}
{{- if .Values.stores.bundled }}
- {name: STATE_PASSWORD, valueFrom: {secretKeyRef: {name: {{ include "myriad.name" . }}-stores, key: state}}}
- name: MYRIAD_REDIS
  value: redis://:$(STATE_PASSWORD)@{{ include "myriad.name" . }}-bundled-state.{{ .Release.Namespace }}.svc:6379
{{- else if $secret.name }}
- {name: MYRIAD_REDIS, valueFrom: {secretKeyRef: {name: {{ $secret.name }}, key: {{ $secret.key }}}}}
{{- end }}
{{- end }}

{{- define "myriad.cacheEnv" -}}
{{- with .Values.stores.cache.urlSecret }}
{{- if .name }}
- {name: MYRIAD_CACHE, valueFrom: {secretKeyRef: {name: {{ .name }}, key: {{ .key }}}}}
{{- end }}
{{- end }}
{{- end }}

{{- define "myriad.graphEnv" -}}
{{- $stores := include "myriad.stores" . | fromYaml }}
{{- $given := .Values.stores.graph }}
{{- if $stores.graph }}
- {name: MYRIAD_GRAPH, value: {{ $stores.graph | quote }}}
- {name: MYRIAD_GRAPH_USER, value: {{ $given.user | quote }}}
{{- if .Values.stores.bundled }}
- {name: MYRIAD_GRAPH_PASSWORD, valueFrom: {secretKeyRef: {name: {{ include "myriad.name" . }}-stores, key: graph}}}
{{- else if $given.passwordSecret.name }}
- name: MYRIAD_GRAPH_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $given.passwordSecret.name }}, key: {{ $given.passwordSecret.key }}}}
{{- end }}
{{- end }}
{{- end }}

{{- define "myriad.keysEnv" -}}
{{- $stores := include "myriad.stores" . | fromYaml }}
- {name: MYRIAD_FIRST_KEY_FILE, value: /etc/myriad/first-key/key}
{{- if $stores.keys }}
- {name: MYRIAD_KEYS, value: {{ $stores.keys | quote }}}
- {name: MYRIAD_S3_ENDPOINT, value: {{ $stores.keysEndpoint | quote }}}
{{ ternary (include "myriad.bundledBucket" .) (include "myriad.bucket" .Values.stores.keys) .Values.stores.bundled | trim }}
{{- end }}
{{- end }}
