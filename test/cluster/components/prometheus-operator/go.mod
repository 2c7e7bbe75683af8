module k8s-e2e-verifier/cluster/prometheus-operator

go 1.26.0

// Not built: its definitions are read.
require github.com/prometheus-operator/prometheus-operator v0.85.0
