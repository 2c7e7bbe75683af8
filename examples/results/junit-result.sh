#!/bin/sh
# What JUnit XML reports say, as the result that the verifier reads from the container's termination message:
#   sh junit-result.sh FILE|FOLDER...    (of a folder: its *.xml)
# It is written to $TERMINATION_LOG, /dev/termination-log if that is not set; - is the standard output.
# Exit status: 0 the result says how many tests there were; 1 a report is missing, empty or not JUnit XML, so that the
# total is 0 unless a failed test was found; 2 the result could not be written.
# Needs sh and awk, those of busybox will do.

for path do
  shift
  if [ -d "$path" ]; then set -- "$@" "$path"/*.xml; else set -- "$@" "$path"; fi
done

# Bytes, not characters: so every awk counts and cuts alike.
said=$(LC_ALL=C awk '
  BEGIN {
    # Kubernetes keeps the last 4096 bytes of the file: of a longer one the beginning is lost.
    # https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
    longest = 4000; longestName = 256; longestMessage = 512; longestText = 4096
    for (i = 1; i < 256; i++) { byte[i] = sprintf("%c", i); code[byte[i]] = i }
    split("quot \" apos \047 lt < gt > amp &", pair, " ")
    for (i = 1; i in pair; i += 2) entity[pair[i]] = pair[i + 1]

    RS = "<" # no other character begins a tag, so a record is one tag and the text behind it
    if (ARGC < 2) broken("no report is named")
    for (i = 1; i < ARGC; i++) read(ARGV[i])

    if (isBroken && !failed) total = passed = skipped = count = 0
    head = "{\"total\":" total + 0 ",\"passed\":" total - failed - skipped ",\"failed\":" failed + 0
    head = head ",\"skipped\":" skipped + 0 ",\"failures\":["
    for (i = 1; i <= count && length(head) + length(failure[i]) + 4 <= longest; i++)
      head = head (i > 1 ? "," : "") failure[i]
    print warnings head "]}"
    exit (isBroken || !total)
  }

  function broken(why) {
    isBroken = 1
    warnings = warnings "junit-result: " why "\n"
  }

  # An element left open, or text where none can be, is a report cut short or no report.
  function read(file,   record, records, status, why) {
    depth = roots = isCause = 0
    inside = suite = why = ""
    while (why == "" && (status = (getline record < file)) > 0) why = records++ ? tag(record) : prolog(record)
    close(file)
    if (status < 0) why = "it cannot be read"
    if (why == "" && inside != "") why = inside " is missing"
    if (why == "" && depth > 0) why = "</" open[depth] "> is missing"
    if (why == "" && !roots) why = "it is empty"
    if (isCause) { depth = cause; finish() }
    if (why != "") broken(file ": " why)
  }

  function prolog(record) {
    return text(substr(record, 1, 3) == "\357\273\277" ? substr(record, 4) : record)
  }

  # Each of these gives back what is wrong, or nothing.
  function tag(record) {
    if (inside != "") return section("<" record)
    if (substr(record, 1, 8) == "![CDATA[") { inside = "]]>"; return section(substr(record, 9)) }
    if (substr(record, 1, 3) == "!--") { inside = "-->"; return section(substr(record, 4)) }
    if (substr(record, 1, 1) == "?") { inside = "?>"; return section(record) }
    if (substr(record, 1, 1) == "/") return endTag(substr(record, 2))
    return startTag(record)
  }

  # CDATA, a comment or a processing instruction.
  function section(record,   end, at) {
    end = inside
    at = index(record, end)
    if (end == "]]>") {
      if (!depth) return "text outside of the root element"
      keep(at ? substr(record, 1, at - 1) : record)
    }
    if (!at) return ""
    inside = ""
    return text(substr(record, at + length(end)))
  }

  function text(record) {
    if (!depth) return record ~ /^[ \t\r\n]*$/ ? "" : "text outside of the root element"
    if (isCause && length(body) < longestText) keep(plain(substr(record, 1, longestText)))
    return ""
  }

  function keep(words) {
    if (isCause && length(body) < longestText) body = body substr(words, 1, longestText)
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
    if (why == "" && isEmpty) finish()
    return why == "" ? text(record) : why
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

  function begin(name,   parent, isSuite) {
    parent = depth ? open[depth] : ""
    isSuite = parent == "testsuite" || parent == "testsuites"
    if (!depth) {
      if (roots++) return "a second root element"
      if (name != "testsuite" && name != "testsuites") return "<" name "> is not JUnit XML"
    }
    open[++depth] = name
    if (name == "testsuite") suite = value("name")
    if (name == "testcase") {
      total++
      isFailed = isSkipped = 0
      title = titled(value("classname"), value("name"))
    }
    if (name == "skipped" && parent == "testcase") isSkipped = 1
    # Of a suite that could not begin, some tools say so without a test.
    if ((name == "failure" || name == "error") && (isSuite || parent == "testcase" && !isFailed)) {
      if (isSuite) { total++; title = suite }
      failed++
      isFailed = isCause = 1
      cause = depth
      message = value("message")
      type = value("type")
      body = ""
    }
    return ""
  }

  function finish() {
    if (isCause && depth == cause) {
      isCause = 0
      if (message == "") message = firstLines(body)
      if (message == "") message = type
      if (title == "") title = "(no name)"
      if (kept < longest) failure[++count] = "{\"name\":\"" json(title, longestName) "\",\"message\":\"" json(message, longestMessage) "\"}"
      kept += length(failure[count])
    }
    if (open[depth] == "testcase" && isSkipped && !isFailed) { skipped++; isSkipped = 0 }
    depth--
  }

  function value(name,   raw) {
    raw = substr(attribute[name], 1, longestText)
    gsub(/[\t\r\n]/, " ", raw)
    return trimmed(plain(raw))
  }

  # Some tools say the class in the name once more.
  function titled(class, name) {
    if (class == "" || index(name " ", class " ") == 1) return name
    return name == "" ? class : class " › " name
  }

  # The first line alone is often where it failed, not what.
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
    out = ""
    while (at = index(words, "&")) {
      out = out substr(words, 1, at - 1)
      words = substr(words, at + 1)
      name = substr(words, 1, index(words, ";") - 1)
      meant = length(name) > 12 ? "" : substr(name, 1, 1) == "#" ? character(substr(name, 2)) : name in entity ? entity[name] : ""
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

  # As a JSON string of so many bytes at most, cut at a character.
  function json(words, most,   out, whole, piece, size, i) {
    out = whole = piece = ""
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

  # How many bytes the UTF-8 character there has; 0 where none begins.
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

# The result is the last line. Without one it is no pass either: awk is missing, or stopped halfway.
newline='
'
result=${said##*"$newline"}
case $result in
  '{"total":'*']}') [ "$result" = "$said" ] || printf '%s\n' "${said%"$newline"*}" >&2 ;;
  *) result='{"total":0,"passed":0,"failed":0,"skipped":0,"failures":[]}' status=1 ;;
esac
if [ "${TERMINATION_LOG:=/dev/termination-log}" = - ]; then
  printf '%s\n' "$result" || exit 2
else
  printf '%s\n' "$result" > "$TERMINATION_LOG" || exit 2
fi
exit "$status"
