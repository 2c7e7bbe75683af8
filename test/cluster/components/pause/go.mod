module k8s-e2e-verifier/cluster/pause

go 1.26.0
