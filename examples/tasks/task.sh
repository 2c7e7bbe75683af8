#!/bin/sh
# Runs the command of a webhook, metadata.cmd, and hands over what came of it:
#
#   sh /tasks/task.sh sh|bash        the command, by that shell
#   sh /tasks/task.sh helm|kubectl   its arguments, with the quotes of a shell
#   sh /tasks/task.sh load           the command; hey and ghz end with 0 however many requests fail, so what they count decides
#
# What could not be tried is no failed test: it is handed over as a result without a test.

log=${TERMINATION_LOG:-/dev/termination-log}

# Text as a JSON string, of printable ASCII alone.
quoted() {
  printf '%s' "$1" | tr -c ' -~' ' ' | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'
}

not_tried() {
  echo "$1"
  printf '{"total":0,"failed":0,"failures":[{"name":%s}]}' "$(quoted "$1")" > "$log"
  exit 0
}

# The status of what ran: a shell says 127 for a program that is not there, and 126 for one that cannot be run.
ended() {
  case $1 in
    126 | 127) not_tried "this image cannot run it: $CANARY_METADATA_CMD" ;;
  esac
  exit "$1"
}

load() {
  summary=$(mktemp)
  sh -c "$CANARY_METADATA_CMD" > "$summary" 2>&1
  status=$?
  cat "$summary"
  [ "$status" = 0 ] || ended "$status"
  # "  [200]  57 responses" is hey's, "  [OK]  57 responses" ghz's, "  [3]  Get ...: connection refused" either's, of errors.
  awk -v limit=3 '
    function quoted(text) {
      gsub(/[^ -~]/, " ", text); gsub(/[\\"]/, "\\\\&", text)
      return "\"" substr(text, 1, 500) "\""
    }
    function count(requests, isGood, words) {
      total += requests
      if (isGood) return
      failed += requests
      if (named++ < limit) failures = failures (failures == "" ? "" : ",") "{\"name\":" quoted(words) "}"
    }
    /^Status code distribution:/ { part = "statuses"; next }
    /^Error distribution:/ { part = "errors"; next }
    /^[^ \t]/ { part = "" }
    part == "statuses" && /^ *\[[^]]*\]/ {
      code = $1; gsub(/[][]/, "", code)
      # ghz tells of its errors below as well, in more words.
      if (code ~ /^[0-9]+$/ || code == "OK") count($2, code ~ /^[23][0-9][0-9]$|^OK$/, code ": " $2 " responses")
    }
    part == "errors" && /^ *\[[0-9]+\]/ {
      number = $1; gsub(/[][]/, "", number)
      words = $0; sub(/^ *\[[0-9]+\][ \t]*/, "", words); sub(/[ \t]+$/, "", words)
      count(number, 0, number " x " words)
    }
    END { printf "{\"total\":%d,\"failed\":%d,\"failures\":[%s]}", total, failed, failures }
  ' "$summary" > "$log"
}

[ -n "${CANARY_METADATA_CMD:-}" ] || not_tried 'the webhook has no command: write it as metadata.cmd'
case ${1:-} in
  sh | bash) "$1" -c "$CANARY_METADATA_CMD" ;;
  helm | kubectl) eval "$1 $CANARY_METADATA_CMD" ;;
  load) load ;;
  *) not_tried "there is no task ${1:-without a name}: sh, bash, helm, kubectl or load" ;;
esac
ended $?
