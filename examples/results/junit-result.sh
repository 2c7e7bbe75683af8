#!/bin/sh
# Turns JUnit XML reports into the result that the verifier reads from the container's termination message:
#   sh junit-result.sh FILE|FOLDER...    (a folder stands for its *.xml)
# The result goes to $TERMINATION_LOG, by default /dev/termination-log; - means standard output.
# Exit status: 0 if there were tests and every report could be read; 1 if there were none, or a report was missing,
# empty or not JUnit XML (the total is then 0, unless a failed test was found); 2 if the result could not be written.
# Needs only sh and awk; those of busybox will do.

for path do
  shift
  if [ -d "$path" ]; then set -- "$@" "$path"/*.xml; else set -- "$@" "$path"; fi
done

# In the C locale every awk counts bytes, and so cuts in the same place.
said=$(LC_ALL=C awk '
  BEGIN {
    # Kubernetes keeps only the last 4096 bytes of the file, so a longer result would lose its beginning:
    # https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
    longest = 4000; longestName = 256; longestMessage = 512; longestText = 4096
    for (i = 1; i < 256; i++) { byte[i] = sprintf("%c", i); code[byte[i]] = i }
    split("quot \" apos \047 lt < gt > amp &", pair, " ")
    for (i = 1; i in pair; i += 2) entity[pair[i]] = pair[i + 1]

    RS = "<" # so a record is one tag and the text after it
    if (ARGC < 2) broken("no report is named")
    for (i = 1; i < ARGC; i++) read(ARGV[i])

    if (isBroken && !failed) total = skipped = 0
    result = sprintf("{\"total\":%d,\"passed\":%d,", total, total - failed - skipped)
    result = result sprintf("\"failed\":%d,\"skipped\":%d,\"failures\":[", failed, skipped)
    for (i = 1; i <= count && length(result) + length(failure[i]) + 4 <= longest; i++)
      result = result (i > 1 ? "," : "") failure[i]
    print warnings result "]}"
    exit (isBroken || !total)
  }

  function broken(why) {
    isBroken = 1
    warnings = warnings "junit-result: " why "\n"
  }

  # An element left open, or text where none may stand, means a report cut short, or no report at all.
  function read(file,   record, records, status, why) {
    depth = roots = cause = 0
    inside = suite = why = ""
    while (why == "" && (status = (getline record < file)) > 0) why = records++ ? tag(record) : prolog(record)
    close(file)
    if (status < 0) why = "it cannot be read"
    if (why == "" && inside != "") why = inside " is missing"
    if (why == "" && depth > 0) why = "</" open[depth] "> is missing"
    if (why == "" && !roots) why = "it is empty"
    if (cause) { depth = cause; finish() }
    if (why != "") broken(file ": " why)
  }

  # The functions that parse return what is wrong with the report, or an empty string.
  function prolog(record) {
    return text(substr(record, 1, 3) == "\357\273\277" ? substr(record, 4) : record)
  }

  function tag(record) {
    if (inside != "") return section(inside, "<" record)
    if (sub(/^!\[CDATA\[/, "", record)) return section("]]>", record)
    if (sub(/^!--/, "", record)) return section("-->", record)
    if (record ~ /^[?]/) return section("?>", record)
    if (sub(/^\//, "", record)) return endTag(record)
    return startTag(record)
  }

  # CDATA, a comment or a processing instruction. A < in one begins no tag, so it may span several records.
  function section(end, record,   at) {
    at = index(record, end)
    inside = at ? "" : end
    if (end == "]]>") {
      if (!depth) return "text outside of the root element"
      keep(at ? substr(record, 1, at - 1) : record)
    }
    return at ? text(substr(record, at + length(end))) : ""
  }

  function text(record) {
    if (!depth) return record ~ /^[ \t\r\n]*$/ ? "" : "text outside of the root element"
    if (cause) keep(plain(substr(record, 1, longestText)))
    return ""
  }

  function keep(words) {
    if (cause && length(body) < longestText) body = body substr(words, 1, longestText)
  }

  function startTag(record,   name, key, quote, end, isEmpty, why) {
    if (!match(record, /^[A-Za-z_][-A-Za-z0-9_:.]*/)) return "a tag that is none"
    name = substr(record, 1, RLENGTH)
    record = substr(record, RLENGTH + 1)
    split("", attribute)
    while (match(record, /^[ \t\r\n]+[A-Za-z_][-A-Za-z0-9_:.]*[ \t\r\n]*=[ \t\r\n]*["\047]/)) {
      key = substr(record, 1, RLENGTH - 1)
      gsub(/[ \t\r\n=]/, "", key)
      quote = substr(record, RLENGTH, 1)
      record = substr(record, RLENGTH + 1)
      end = index(record, quote)
      if (!end) return "<" name "> has no end"
      attribute[key] = substr(record, 1, end - 1)
      record = substr(record, end + 1)
    }
    if (!match(record, /^[ \t\r\n]*\/?>/)) return "<" name "> has no end"
    isEmpty = substr(record, RLENGTH - 1, 1) == "/"
    record = substr(record, RLENGTH + 1)
    why = begin(name)
    if (why != "") return why
    if (isEmpty) finish()
    return text(record)
  }

  function endTag(record,   name) {
    name = open[depth]
    if (!depth || substr(record, 1, length(name)) != name) return "an end tag without its start tag"
    record = substr(record, length(name) + 1)
    if (!match(record, /^[ \t\r\n]*>/)) return "</" name "> has no end"
    record = substr(record, RLENGTH + 1)
    finish()
    return text(record)
  }

  function begin(name,   parent) {
    parent = open[depth]
    if (!depth) {
      if (roots++) return "a second root element"
      if (name !~ /^testsuites?$/) return "<" name "> is not JUnit XML"
    }
    open[++depth] = name
    if (name == "testsuite") suite = value("name")
    if (name == "testcase") beginTest(titled(value("classname"), value("name")))
    if (name == "skipped" && parent == "testcase") isSkipped = 1
    if (name == "failure" || name == "error") {
      # Some tools report a suite that could not start this way, without a test.
      if (parent ~ /^testsuites?$/) { beginTest(suite); beginCause() }
      if (parent == "testcase" && !isFailed) beginCause()
    }
    return ""
  }

  function beginTest(name) {
    total++
    title = name
    isFailed = isSkipped = 0
  }

  # The element that says why a test failed.
  function beginCause() {
    failed++
    isFailed = 1
    cause = depth
    message = value("message")
    type = value("type")
    body = ""
  }

  function finish() {
    if (depth == cause) finishCause()
    if (open[depth] == "testcase" && isSkipped && !isFailed) { skipped++; isSkipped = 0 }
    depth--
  }

  function finishCause() {
    cause = 0
    if (kept >= longest) return # there is no room for this one
    if (message == "") message = firstLines(body)
    if (message == "") message = type
    if (title == "") title = "(no name)"
    message = json(message, longestMessage)
    failure[++count] = "{\"name\":\"" json(title, longestName) "\",\"message\":\"" message "\"}"
    kept += length(failure[count])
  }

  function value(name,   raw) {
    raw = substr(attribute[name], 1, longestText)
    gsub(/[\t\r\n]/, " ", raw)
    return trimmed(plain(raw))
  }

  # Some tools repeat the class at the start of the name.
  function titled(class, name) {
    if (class == "" || index(name " ", class " ") == 1) return name
    return name == "" ? class : class " › " name
  }

  # Three, as the first line often says only where the test failed.
  function firstLines(words,   line, lines, out, i, left) {
    lines = split(words, line, "\n")
    left = 3
    for (i = 1; i <= lines && left; i++) {
      sub(/[ \t\r]+$/, "", line[i])
      if (line[i] != "" && left--) out = out "\n" line[i]
    }
    return trimmed(out)
  }

  function trimmed(words) {
    sub(/^[ \t\r\n]+/, "", words)
    sub(/[ \t\r\n]+$/, "", words)
    return words
  }

  function plain(words,   out, at, name, meant) {
    while (at = index(words, "&")) {
      out = out substr(words, 1, at - 1)
      words = substr(words, at + 1)
      name = substr(words, 1, index(words, ";") - 1)
      # A reference to nothing known stays as it is, like an & on its own.
      meant = length(name) > 12 ? "" : name ~ /^#/ ? character(substr(name, 2)) : entity[name]
      out = out (meant == "" ? "&" : meant)
      if (meant != "") words = substr(words, length(name) + 2)
    }
    return out words
  }

  function character(digits,   base, point, i) {
    base = 10
    if (substr(digits, 1, 1) == "x") { base = 16; digits = tolower(substr(digits, 2)) }
    if (digits !~ (base == 16 ? "^[0-9a-f]+$" : "^[0-9]+$")) return ""
    point = 0
    for (i = 1; i <= length(digits); i++) point = point * base + index("0123456789abcdef", substr(digits, i, 1)) - 1
    if (point < 1 || point > 1114111 || point >= 55296 && point <= 57343) point = 65533
    if (point < 128) return byte[point]
    if (point < 2048) return byte[192 + int(point / 64)] byte[128 + point % 64]
    if (point < 65536) return byte[224 + int(point / 4096)] byte[128 + int(point / 64) % 64] byte[128 + point % 64]
    return byte[240 + int(point / 262144)] byte[128 + int(point / 4096) % 64] byte[128 + int(point / 64) % 64] byte[128 + point % 64]
  }

  # The inside of a JSON string of at most so many bytes. It is cut between characters, as half of one is not UTF-8.
  function json(words, most,   out, whole, piece, size, i) {
    for (i = 1; i <= length(words); i += size) {
      size = sizeAt(words, i)
      piece = size ? substr(words, i, size) : "\357\277\275"
      if (!size) size = 1
      else if (size == 1) piece = escaped(piece)
      if (length(out) + length(piece) > most) return whole "…"
      out = out piece
      if (length(out) <= most - 3) whole = out
    }
    return out
  }

  # How many bytes the UTF-8 character at i takes, or 0 if none begins there.
  function sizeAt(words, i,   first, size, j, more) {
    first = code[substr(words, i, 1)]
    size = first < 128 ? 1 : first < 194 ? 0 : first < 224 ? 2 : first < 240 ? 3 : first < 245 ? 4 : 0
    for (j = 1; j < size; j++) {
      more = code[substr(words, i + j, 1)]
      if (more < 128 || more > 191) return 0
    }
    return size
  }

  function escaped(char) {
    if (char == "\"" || char == "\\") return "\\" char
    if (char == "\n") return "\\n"
    if (char == "\r") return "\\r"
    if (char == "\t") return "\\t"
    return code[char] < 32 ? sprintf("\\u%04x", code[char]) : char
  }
' "$@")
status=$?

# The last line is the result and those before it are warnings, as awk has no portable way to write to standard error.
# If awk is missing or was stopped there is no result, which must not count as a pass either.
newline='
'
result=${said##*"$newline"}
case $result in
  '{"total":'*']}') [ "$result" = "$said" ] || printf '%s\n' "${said%"$newline"*}" >&2 ;;
  *) result='{"total":0,"passed":0,"failed":0,"skipped":0,"failures":[]}' status=1 ;;
esac
case ${TERMINATION_LOG:=/dev/termination-log} in
  -) printf '%s\n' "$result" ;;
  *) printf '%s\n' "$result" > "$TERMINATION_LOG" ;;
esac || exit 2
exit "$status"
