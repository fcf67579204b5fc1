{{- define "ketenwacht.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ketenwacht.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ketenwacht.labels" -}}
{{ include "ketenwacht.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "ketenwacht.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* What cannot be said by the schema: values that do not go together. */}}
{{- define "ketenwacht.consistent" -}}
{{- if eq .Values.database.kind "sqlite" -}}
  {{- if .Values.workers -}}
    {{- fail "database.kind is sqlite, and workers need PostgreSQL: set database.kind=postgresql, or workers=[]" -}}
  {{- end -}}
  {{- if gt (int .Values.watcher.replicas) 1 -}}
    {{- fail "database.kind is sqlite, which one process serves: set watcher.replicas=1 and web.replicas=1, or database.kind=postgresql" -}}
  {{- end -}}
  {{- if or (gt (int .Values.web.replicas) 1) .Values.web.autoscaling.enabled -}}
    {{- fail "database.kind is sqlite, which one process serves: set web.replicas=1 and web.autoscaling.enabled=false, or database.kind=postgresql" -}}
  {{- end -}}
{{- else if not .Values.database.existingSecret -}}
  {{- fail "database.existingSecret is needed: the name of a secret whose key `url` holds postgresql://USER:PASSWORD@HOST/DATABASE" -}}
{{- end -}}
{{- $locations := list .Values.watcher.location -}}
{{- range .Values.workers -}}
  {{- if has .location $locations -}}
    {{- fail (printf "workers: the location %s is there twice, or the watchers' own; give each its own" .location) -}}
  {{- end -}}
  {{- $locations = append $locations .location -}}
{{- end -}}
{{- if not (or .Values.catalogue.files .Values.catalogue.overlays) -}}
  {{- fail "catalogue.files and catalogue.overlays are both empty, so nothing would be watched: name one file at least" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
  {{- fail "ingress.enabled needs ingress.host" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
  {{- fail "httpRoute.enabled needs httpRoute.parentRefs: which gateway?" -}}
{{- end -}}
{{- end -}}
