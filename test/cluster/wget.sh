#!/bin/sh
# /bin/wget of the busybox image. Everywhere else busybox's wget knows -T SECONDS; Debian builds it without and
# crashes on it, so here `timeout` does it.
seconds=900
left=$#
while [ "$left" -gt 0 ]; do
  case $1 in
    -T) seconds=$2 && shift && left=$((left - 1)) ;;
    -T*) seconds=${1#-T} ;;
    *) set -- "$@" "$1" ;;
  esac
  shift
  left=$((left - 1))
done
timeout "$seconds" busybox wget "$@"
code=$?
if [ "$code" = 143 ] || [ "$code" = 124 ]; then
  echo 'wget: download timed out' >&2
  exit 1
fi
exit "$code"
