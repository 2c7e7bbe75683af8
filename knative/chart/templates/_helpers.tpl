{{- define "e2e-verifier.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "e2e-verifier.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* Of the ClusterRole and its bindings, which are not alone in their namespaces: no two releases have the same. */}}
{{- define "e2e-verifier.rbacName" -}}
{{- include "e2e-verifier.fullname" . }}{{ if ne .Release.Namespace "default" }}:{{ .Release.Namespace }}{{ end }}
{{- end }}

{{- define "e2e-verifier.serviceAccountName" -}}
{{- default (ternary (include "e2e-verifier.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{- /* An upgrade that finds Knative beside a Deployment stays with it: Knative would not take its Service's name over. */}}
{{- define "e2e-verifier.mode" -}}
{{- if ne .Values.mode "auto" }}
{{- .Values.mode }}
{{- else if not (.Capabilities.APIVersions.Has "serving.knative.dev/v1") -}}
deployment
{{- else if lookup "apps/v1" "Deployment" .Release.Namespace (include "e2e-verifier.fullname" .) -}}
deployment
{{- else -}}
knative
{{- end }}
{{- end }}

{{- /* The mode whose Service has this name already. `helm template` sees none. */}}
{{- define "e2e-verifier.installedMode" -}}
{{- with lookup "v1" "Service" .Release.Namespace (include "e2e-verifier.fullname" .) }}
{{- $kinds := list }}
{{- range dig "metadata" "ownerReferences" list . }}
{{- $kinds = append $kinds .kind }}
{{- end }}
{{- ternary "knative" "deployment" (has "Route" $kinds) }}
{{- end }}
{{- end }}

{{- define "e2e-verifier.url" -}}
http://{{ include "e2e-verifier.fullname" . }}.{{ .Release.Namespace }}
{{- end }}

{{- /* A label of it is no longer than 63 characters, as the name itself may be. */}}
{{- define "e2e-verifier.testName" -}}
{{- include "e2e-verifier.fullname" . | trunc 58 | trimSuffix "-" }}-test
{{- end }}

{{- define "e2e-verifier.image" -}}
{{- with .Values.image }}
{{- .repository }}:{{ default $.Chart.AppVersion .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- end }}

{{- /* What Helm's conventions ask for, beside the label that every object of the verifier has. */}}
{{- define "e2e-verifier.helmLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "e2e-verifier.labels" -}}
app.kubernetes.io/name: {{ include "e2e-verifier.name" . }}
{{ include "e2e-verifier.helmLabels" . }}
{{- end }}

{{- /* Without the chart's version, which would roll the pods. */}}
{{- define "e2e-verifier.podLabels" -}}
{{- $own := dict "app" (include "e2e-verifier.fullname" .) "app.kubernetes.io/name" (include "e2e-verifier.name" .) }}
{{- merge $own (default dict .Values.podLabels) | toYaml }}
{{- end }}

{{- define "e2e-verifier.namespaces" -}}
{{- default (list .Release.Namespace) .Values.namespaces | toJson }}
{{- end }}

{{- define "e2e-verifier.callers" -}}
{{- $callers := ternary (list "knative-serving" "kourier-system") (list "flagger-system") (eq (include "e2e-verifier.mode" .) "knative") }}
{{- default $callers .Values.networkPolicy.namespaces | toJson }}
{{- end }}

{{- /* A variable whose value is the function's own default is left out. */}}
{{- define "e2e-verifier.env" -}}
{{- $own := dict "NODE_ENV" "it is production" "PORT" "it is 8080" "LOG_LEVEL" "set logLevel" "RETRY_AFTER_SECONDS" "set retryAfterSeconds" "CALL_BUDGET_MS" "set callBudgetMs" }}
{{- range .Values.extraEnv }}
{{- if hasKey $own .name }}
{{- fail (printf "extraEnv: %s is the chart's own: %s" .name (get $own .name)) }}
{{- end }}
{{- end }}
- name: NODE_ENV
  value: production
{{- if ne .Values.logLevel "info" }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- end }}
{{- if ne (int .Values.retryAfterSeconds) 10 }}
- name: RETRY_AFTER_SECONDS
  value: {{ int .Values.retryAfterSeconds | quote }}
{{- end }}
{{- if ne (int .Values.callBudgetMs) 8000 }}
- name: CALL_BUDGET_MS
  value: {{ int .Values.callBudgetMs | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The container's fields that are the same in both modes. */}}
{{- define "e2e-verifier.container" -}}
image: {{ include "e2e-verifier.image" . }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
env:
  {{- include "e2e-verifier.env" . | nindent 2 }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.volumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The pod's fields that are the same in both modes. */}}
{{- define "e2e-verifier.pod" -}}
serviceAccountName: {{ include "e2e-verifier.serviceAccountName" . | quote }}
{{- range $field := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "priorityClassName" "volumes" }}
{{- with get $.Values $field }}
{{ dict $field . | toYaml }}
{{- end }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The page's own, as the verifier's is: e2e-status beside e2e-verifier. */}}
{{- define "e2e-verifier.statusName" -}}
{{- $fullname := include "e2e-verifier.fullname" . }}
{{- if hasSuffix "e2e-verifier" $fullname }}
{{- trimSuffix "verifier" $fullname }}status
{{- else }}
{{- $fullname | trunc 56 | trimSuffix "-" }}-status
{{- end }}
{{- end }}

{{- define "e2e-verifier.statusRbacName" -}}
{{- include "e2e-verifier.statusName" . }}{{ if ne .Release.Namespace "default" }}:{{ .Release.Namespace }}{{ end }}
{{- end }}

{{- define "e2e-verifier.statusLabels" -}}
app.kubernetes.io/name: e2e-status
{{ include "e2e-verifier.helmLabels" . }}
{{- end }}

{{- define "e2e-verifier.statusPodLabels" -}}
{{- $own := dict "app" (include "e2e-verifier.statusName" .) "app.kubernetes.io/name" "e2e-status" }}
{{- merge $own (default dict .Values.podLabels) | toYaml }}
{{- end }}

{{- /* A variable whose value is the page's own default is left out. */}}
{{- define "e2e-verifier.statusContainer" -}}
image: {{ include "e2e-verifier.image" . }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
# Half of its memory: Node.js would take all of it before it clears anything away.
args: [--max-old-space-size=128, /app/status.cjs]
env:
  - name: NODE_ENV
    value: production
  - name: VERIFIER_URL
    value: {{ include "e2e-verifier.url" . }}
  {{- with .Values.status.namespaces }}
  - name: NAMESPACES
    value: {{ join "," . | quote }}
  {{- end }}
  {{- with .Values.status.clusterName }}
  - name: CLUSTER_NAME
    value: {{ . | quote }}
  {{- end }}
  {{- if ne (int .Values.status.timeToReportProblem) 20 }}
  - name: TIME_TO_REPORT_PROBLEM
    value: {{ int .Values.status.timeToReportProblem | quote }}
  {{- end }}
{{- with .Values.status.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "e2e-verifier.statusPod" -}}
serviceAccountName: {{ include "e2e-verifier.statusName" . }}
{{- range $field := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- with get $.Values $field }}
{{ dict $field . | toYaml }}
{{- end }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "e2e-verifier.statusBinding" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "e2e-verifier.statusRbacName" . }}
subjects:
  - kind: ServiceAccount
    name: {{ include "e2e-verifier.statusName" . }}
    namespace: {{ .Release.Namespace | quote }}
{{- end }}
