{{- define "myriad.components" -}}
connectome dlm genesis synth gatekeeper orchestrator
{{- end }}

{{/* Those that have a certificate. */}}
{{- define "myriad.called" -}}
{{ include "myriad.components" . }} agent-host envoy prometheus{{ if .Values.rateLimit.enabled }} rate-limit{{ end }}
{{- end }}

{{/* What all names begin with. */}}
{{- define "myriad.name" -}}
{{ .Release.Name | trunc 36 | trimSuffix "-" }}
{{- end }}

{{- define "myriad.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "myriad.podLabels" -}}
app.kubernetes.io/name: myriad
{{ include "myriad.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end }}

{{- define "myriad.labels" -}}
{{ include "myriad.podLabels" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "myriad.metadata" -}}
name: {{ include "myriad.name" .root }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "myriad.labels" . | nindent 2 }}
{{- end }}

{{- define "myriad.image" -}}
{{ .root.Values.image.registry }}/myriad-{{ .component }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "myriad.target" -}}
{{ include "myriad.name" .root }}-{{ .component }}.{{ .root.Release.Namespace }}.svc:{{ .port | default 9090 }}
{{- end }}

{{/* The port that a URL names, if it does. */}}
{{- define "myriad.port" -}}
{{ regexFind ":[0-9]+/*$" . | trim | trimAll ":/" }}
{{- end }}
