#!/bin/sh
# What `func invoke` runs in a pod of the cluster to reach a URL that exists only there, in place of the socat of
# ghcr.io/knative/func-utils: one pod that waits until its input ends, and a command in it for each connection.
# https://github.com/knative/func/blob/main/pkg/k8s/dialer.go
case "$*" in
  '-u - OPEN:/dev/null') exec cat ;;
  '-dd - TCP:'*)
    address=${3#TCP:}
    echo "successfully connected to $address" >&2
    exec nc "${address%:*}" "${address##*:}"
    ;;
esac
echo "socat.sh does not know: $*" >&2
exit 2
