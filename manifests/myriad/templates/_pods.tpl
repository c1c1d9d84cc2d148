{{- define "myriad.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "myriad.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Where pods are put; those that can be anywhere are apart. */}}
{{- define "myriad.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .embedded }}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector: {matchLabels: {myriad.dev/volume: {{ include "myriad.name" .root }}-data}}
{{- else }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "myriad.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What every component is told. */}}
{{- define "myriad.env" -}}
- {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
- {name: MYRIAD_LISTEN, value: $(POD_IP):9090}
- {name: MYRIAD_HEALTH_LISTEN, value: $(POD_IP):9091}
- {name: MYRIAD_METRICS_LISTEN, value: $(POD_IP):9092}
- {name: MYRIAD_TLS, value: /etc/myriad/tls}
- {name: MYRIAD_LOG_LEVEL, value: {{ .root.Values.logLevel }}}
{{- with .root.Values.traces.endpoint }}
- {name: MYRIAD_OTLP_ENDPOINT, value: {{ . }}}
{{- end }}
{{- range splitList " " (include "myriad.components" .) }}
- name: MYRIAD_{{ upper . }}_TARGET
  value: {{ include "myriad.target" (dict "root" $.root "component" .) }}
{{- end }}
{{- end }}

{{- define "myriad.moreEnv" -}}
{{- range $name, $value := . }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "myriad.ports" -}}
- {name: grpc, containerPort: 9090}
- {name: health, containerPort: 9091}
- {name: metrics, containerPort: 9092}
{{- end }}

{{/* A component is begun with for as long as it brings its index up to the graph, is ready while it serves, and alive
while it answers. */}}
{{- define "myriad.probes" -}}
startupProbe:
  grpc: {port: 9091}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: {{ ternary 900 60 (eq .component "connectome") }}
readinessProbe:
  grpc: {port: 9091}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
livenessProbe:
  grpc: {port: 9091}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 4
{{- end }}

{{/* The certificate of a component. The pod waits for it: a volume without one of its items is not mounted. */}}
{{- define "myriad.tlsVolume" -}}
name: tls
secret:
  secretName: {{ include "myriad.name" .root }}-{{ .component }}-tls
  defaultMode: 0440
  items:
    - {key: tls.crt, path: tls.crt}
    - {key: tls.key, path: tls.key}
    - {key: ca.crt, path: ca.crt}
{{- end }}

{{/* What a component has besides what all have. */}}
{{- define "myriad.env.connectome" -}}
- {name: MYRIAD_DATA, value: /var/lib/myriad}
{{ include "myriad.graphEnv" . | trim }}
{{ include "myriad.stateEnv" . | trim }}
{{- end }}
{{- define "myriad.env.genesis" -}}
{{ include "myriad.packetsEnv" . | trim }}
{{- end }}
{{- define "myriad.env.synth" -}}
{{- end }}
{{- define "myriad.env.orchestrator" -}}
- {name: MYRIAD_DATA, value: /var/lib/myriad}
- {name: MYRIAD_HTTP_LISTEN, value: $(POD_IP):9094}
{{- with .Values.orchestrator.hydration }}
- {name: MYRIAD_HYDRATION, value: {{ . }}}
- {name: MYRIAD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
{{- end }}
{{ include "myriad.stateEnv" . | trim }}
{{- end }}
{{- define "myriad.env.gatekeeper" -}}
- {name: MYRIAD_DATA, value: /var/lib/myriad}
- {name: MYRIAD_CHECK_LISTEN, value: $(POD_IP):9093}
{{ include "myriad.keysEnv" . | trim }}
{{ include "myriad.stateEnv" . | trim }}
{{- end }}
{{- define "myriad.env.dlm" -}}
- {name: MYRIAD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
- {name: MYRIAD_CHECK_TARGET, value: "{{ include "myriad.target" (dict "root" . "component" "gatekeeper" "port" 9093) }}"}
- {name: MYRIAD_HTTP_TARGET, value: "{{ include "myriad.target" (dict "root" . "component" "orchestrator" "port" 9094) }}"}
- {name: MYRIAD_EDGE_LISTEN, value: 0.0.0.0:{{ .Values.edge.port }}}
- {name: MYRIAD_EDGE_TLS, value: /etc/envoy}
{{- if .Values.edge.tls.secretName }}
- {name: MYRIAD_EDGE_PUBLIC_TLS, value: /etc/envoy-public}
{{- end }}
- {name: MYRIAD_RATE_PER_SECOND, value: {{ .Values.edge.ratePerSecond | quote }}}
{{- if .Values.rateLimit.enabled }}
- {name: MYRIAD_RATE_LIMIT_TARGET, value: "{{ include "myriad.target" (dict "root" . "component" "rate-limit") }}"}
{{- end }}
- {name: MYRIAD_CORS_ORIGINS, value: {{ join "," .Values.edge.corsOrigins | quote }}}
{{ include "myriad.packetsEnv" . | trim }}
{{ include "myriad.stateEnv" . | trim }}
{{ include "myriad.cacheEnv" . | trim }}
{{- end }}
