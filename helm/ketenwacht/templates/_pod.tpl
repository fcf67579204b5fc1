{{/* The variables of a process. Called with a dict: root, component, location. */}}
{{- define "ketenwacht.environment" -}}
{{- $values := .root.Values -}}
- {name: KETENWACHT_BIND, value: "0.0.0.0:8080"}
{{- if eq $values.database.kind "sqlite" }}
- {name: KETENWACHT_DATABASE_URL, value: "sqlite:////data/ketenwacht.db"}
{{- else }}
- name: KETENWACHT_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ $values.database.existingSecret | quote }}, key: {{ $values.database.key | quote }}}}
{{- end }}
{{- if ne .component "migrate" }}
- name: KETENWACHT_CATALOGUE
  value: {{ include "ketenwacht.catalogue" .root | quote }}
{{- with .location }}
- {name: KETENWACHT_LOCATION, value: {{ . | quote }}}
{{- end }}
{{- $secrets := dict "SECRET_KEY" $values.secrets.secretKey "SIGNING_KEY" dict "SMTP_URL" $values.secrets.smtpUrl "OIDC_CLIENT_SECRET" $values.secrets.oidcClientSecret }}
{{- range $name, $secret := $secrets }}
{{- if and $secret $secret.existingSecret }}
- name: KETENWACHT_{{ $name }}
  valueFrom: {secretKeyRef: {name: {{ $secret.existingSecret | quote }}, key: {{ $secret.key | quote }}}}
{{- end }}
{{- end }}
{{- if $values.secrets.signingKey.existingSecret }}
- {name: KETENWACHT_SIGNING_KEY, value: {{ printf "file:/run/secrets/ketenwacht/signing/%s" $values.secrets.signingKey.key | quote }}}
{{- end }}
{{- end }}
{{- range $name, $value := $values.settings }}
- name: KETENWACHT_{{ $name | snakecase | upper }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end -}}

{{- define "ketenwacht.catalogue" -}}
{{- $files := .Values.catalogue.files -}}
{{- range $name, $_ := .Values.catalogue.overlays -}}
{{- $files = append $files (printf "/etc/ketenwacht/catalogue/%s" $name) -}}
{{- end -}}
{{- join ":" $files -}}
{{- end -}}

{{- define "ketenwacht.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The pod of a process. Called with a dict: root, component, command, own (its values), location. */}}
{{- define "ketenwacht.pod" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $serves := ne .component "migrate" -}}
metadata:
  labels:
    {{- include "ketenwacht.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    {{- with .location }}
    ketenwacht/location: {{ . }}
    {{- end }}
  annotations:
    {{- if $serves }}
    checksum/catalogue: {{ toJson $values.catalogue | sha256sum }}
    {{- end }}
    kubectl.kubernetes.io/default-container: ketenwacht
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - {name: {{ . | quote }}}
    {{- end }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- if $serves }}
  terminationGracePeriodSeconds: 30
  {{- else }}
  restartPolicy: Never
  {{- end }}
  containers:
    - name: ketenwacht
      image: {{ include "ketenwacht.image" $root | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: {{ toJson .command }}
      securityContext:
        {{- include "ketenwacht.restricted" $root | nindent 8 }}
      env:
        {{- include "ketenwacht.environment" . | nindent 8 }}
      {{- if and $serves $values.secrets.environment }}
      envFrom:
        {{- range $values.secrets.environment }}
        - secretRef: {name: {{ . | quote }}}
        {{- end }}
      {{- end }}
      {{- if $serves }}
      ports:
        - {name: http, containerPort: 8080}
      startupProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /health/ready, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
      {{- end }}
      resources:
        {{- toYaml .own.resources | nindent 8 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if $serves }}
        {{- if eq $values.database.kind "sqlite" }}
        - {name: data, mountPath: /data}
        {{- end }}
        {{- if $values.catalogue.overlays }}
        - {name: catalogue, mountPath: /etc/ketenwacht/catalogue, readOnly: true}
        {{- end }}
        {{- if $values.secrets.signingKey.existingSecret }}
        - {name: signing-key, mountPath: /run/secrets/ketenwacht/signing, readOnly: true}
        {{- end }}
        {{- range $at, $secret := $values.secrets.files }}
        - {name: secret-{{ $at }}, mountPath: {{ $secret.mountPath | quote }}, readOnly: true}
        {{- end }}
        {{- end }}
  volumes:
    - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
    {{- if $serves }}
    {{- if $values.catalogue.overlays }}
    - {name: catalogue, configMap: {name: {{ include "ketenwacht.name" $root }}-catalogue}}
    {{- end }}
    {{- if $values.secrets.signingKey.existingSecret }}
    - {name: signing-key, secret: {secretName: {{ $values.secrets.signingKey.existingSecret | quote }}, defaultMode: 288}}
    {{- end }}
    {{- range $at, $secret := $values.secrets.files }}
    - {name: secret-{{ $at }}, secret: {secretName: {{ $secret.name | quote }}, defaultMode: 288}}
    {{- end }}
    {{- end }}
  {{- with .own.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .own.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .own.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if and $serves $values.topologySpread.keys (ne $values.database.kind "sqlite") }}
  topologySpreadConstraints:
    {{- $component := .component }}
    {{- $location := .location }}
    {{- range $values.topologySpread.keys }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "ketenwacht.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $component }}
          {{- if eq $component "worker" }}
          ketenwacht/location: {{ $location }}
          {{- end }}
    {{- end }}
  {{- end }}
{{- end -}}
