# report.awk - the tables of bench.sh, in Markdown.
# Wants: columns, best; pick; the files kernels programs counts results
# done systems notes.
FNR == 1 { file = FILENAME; sub(/.*\//, "", file) }
file == "kernels" && !/^#/ {
    order[++kernels] = $1; most[$1] = $4
    text = $0
    for (i = 0; i < 4; i++) sub(/^[^ ]+ +/, "", text)
    what[$1] = text
}
file == "programs" && !/^#/ {
    program[++programs] = $1
    text = $0
    for (i = 0; i < 3; i++) sub(/^[^ ]+ +/, "", text)
    what[$1] = text
}
file == "done"    { add($1 " " $2, $3); ran[$1] = 1 }
file == "counts"  { insns[$1] = $2 }
file == "results" {
    add($1 " " $2 " once", $4); add($1 " " $2 " thrice", $5)
    size[$1 " " $2] = $3
}
file == "systems" {
    add($1 "-cpu " $2, $3); add($1 "-wall " $2, $4)
    if (NF > 4) add($1 "-kib " $2, $5)
    seen[$1] = 1
}
file == "notes"   { note[$1 " " $2] = $3; ran[$1] = 1 }

function add(key, v) { value[key, ++n[key]] = v }

# The median (or the least) of all added under key; -1: none.
function median(key,    i, k, m, t, a) {
    m = n[key]
    if (!m) return (-1)
    for (i = 1; i <= m; i++) a[i] = value[key, i]
    for (i = 2; i <= m; i++)
        for (k = i; k > 1 && a[k] + 0 < a[k - 1] + 0; k--) {
            t = a[k]; a[k] = a[k - 1]; a[k - 1] = t
        }
    if (pick == "least") return a[1]
    return m % 2 ? a[(m + 1) / 2] : (a[m / 2] + a[m / 2 + 1]) / 2
}

# ns of an iteration: what N and 3N iterations have in common drops out.
function iteration(key,    one, three) {
    if (!n[key " once"] || !n[key " thrice"]) return (-1)
    one = median(key " once"); three = median(key " thrice")
    return three > one ? (three - one) / 2 / size[key] : (-1)
}

# Three digits or so.
function short(v) {
    if (v < 0) return ""
    return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : v >= .1 ? "%.2f" \
        : "%.4f", v)
}

function title(c) {
    if (c == "qemu") return "QEMU"
    if (c == "bochs") return "Bochs"
    if (c == "dosbox") return "DOSBox"
    if (c == "dosbox-dyn") return "DOSBox dynamic"
    split(c, part, "/")
    return "isabox " part[2] ", " part[1]
}

function head(first, last,    i, line, rule) {
    line = "| " first " |"; rule = "|---|"
    for (i = 1; i <= width; i++) {
        line = line " " title(column[i]) " |"; rule = rule "---:|"
    }
    print line last; gsub(/[^|]+/, "---:", last); print rule last
}

function mark(key) {
    return note[key] == "sum" ? " \\*" : note[key] == "failed" ? "-" : ""
}

# A geometric mean is over the kernels that both c and against ran.
function mean(c, against,    i, k, a, b, sum, m) {
    for (i = 1; i <= kernels; i++) {
        k = order[i]
        a = iteration(k " " c); b = iteration(k " " against)
        if (a > 0 && b > 0) { sum += log(a / b); m++ }
    }
    return m ? exp(sum / m) : (-1)
}

function kernel_row(k,    i, a, b, line, q) {
    line = "| " what[k] " |"
    for (i = 1; i <= width; i++) {
        a = iteration(k " " column[i])
        line = line " " short(a < 0 ? a : a / insns[k]) \
            mark(k " " column[i]) " |"
    }
    a = iteration(k " " best); b = iteration(k " qemu")
    q = a > 0 && b > 0 ? a / b : -1
    if (q > most[k]) missed = missed " " k
    print line " " (q < 0 ? "" : short(q)) " | " most[k] " |"
}

function kernel_table(    i, c, line, q) {
    print "Nanoseconds of CPU time per guest instruction:\n"
    head("kernel", " against QEMU | at most |")
    for (i = 1; i <= kernels; i++)
        if (order[i] in insns) kernel_row(order[i])
    line = "| geometric mean against QEMU |"
    for (i = 1; i <= width; i++) {
        q = mean(column[i], "qemu")
        line = line " " short(q) " |"
    }
    q = mean(best, "qemu")
    if (q > .35) missed = missed " mean"
    print line " " short(q) " | 0.35 |"
    print ""
}

function compilers(    i, c, e, m) {
    for (i = 1; i <= width; i++) {
        c = column[i]; e = c
        sub(/.*\//, "", e); m = best; sub(/.*\//, "", m)
        if (c != best && c ~ /\// && e == m)
            printf "%s against %s: %s in the geometric mean.\n", title(c),
                title(best), short(mean(c, best))
    }
}

function system_row(name, text, unit,    i, line, some, v) {
    line = "| " text " |"
    for (i = 1; i <= width; i++) {
        v = median(name " " column[i])
        if (v != -1) some = 1
        line = line " " (v == -1 ? "" : short(v / unit)) " |"
    }
    if (some) print line
}

function system_table() {
    head("whole systems", "")
    system_row("start-wall", "process to boot sector, ms", 1e6)
    system_row("start-cpu", "the same, ms of CPU time", 1e6)
    system_row("start-kib", "resident over 16 MB of RAM, MiB", 1024)
    system_row("freedos-cpu", "FreeDOS to its prompt, ms of CPU time", 1e6)
    system_row("selftest-cpu", "built-in disk's self test, ms of CPU time",
        1e6)
    system_row("seabios-cpu", "SeaBIOS to \"No bootable device\", ms of CPU " \
        "time", 1e6)
    print ""
    if (seen["ten"])
        printf "Ten machines in one process take %.2f times one machine's " \
            "CPU time.\n", median("ten-wall " best) / median("ten-cpu " best)
}

# The least time of the rivals for a program; -1: none runs it.
function rival_least(p,    i, v, least) {
    least = -1
    for (i = 1; i <= width; i++) {
        v = median(p " " column[i])
        if (column[i] !~ /\// && v > 0 && (least < 0 || v < least)) least = v
    }
    return least
}

function program_row(p,    i, v, line, q) {
    line = "| " what[p] " |"
    for (i = 1; i <= width; i++) {
        if (!(column[i] in runs_programs)) continue
        v = median(p " " column[i])
        line = line " " (v < 0 ? "" : short(v / 1e6)) mark(p " " column[i]) " |"
    }
    v = median(p " " best); q = rival_least(p)
    q = v > 0 && q > 0 ? v / q : -1
    if (q > 0) { sum_logs += log(q); compared++ }
    if (q > .8 || v < 0) missed = missed " " p
    print line " " (q < 0 ? "" : short(q)) " | 0.8 |"
}

function program_table(    i, q, line, all, n) {
    for (i = 1; i <= width; i++) {
        all = column[i]; sub(/.*\//, "", all); line = best
        sub(/.*\//, "", line)
        if (column[i] !~ /\// || all == line) runs_programs[column[i]] = 1
    }
    print "Milliseconds of CPU time:\n"
    all = width; line = columns; width = 0
    for (i = 1; i <= all; i++)
        if (column[i] in runs_programs) column[++width] = column[i]
    head("program", " against the best rival | at most |")
    for (i = 1; i <= programs; i++)
        if (program[i] in ran) program_row(program[i])
    q = compared ? exp(sum_logs / compared) : -1
    if (q > .5) missed = missed " programs\x27-mean"
    line = "| geometric mean |"
    for (i = 1; i <= width; i++) line = line " |"
    print line " " short(q) " | 0.5 |\n"
    width = split(columns, column, " ")
}

function footnotes(    key, some) {
    for (key in note) if (note[key] == "sum") some = 1
    if (some) print "\\* gives another checksum: its results are not exact."
    some = ""
    for (key in note) if (note[key] == "failed") some = 1
    if (some) print "- does not run there, or not within the time."
    if (missed != "") print "Not yet as fast as wanted:" missed "."
}

END {
    width = split(columns, column, " ")
    for (i in insns) any = 1
    if (any) { kernel_table(); compilers() }
    for (i in ran) any_program = 1
    if (any_program) { print ""; program_table() }
    for (i in seen) systems = 1
    if (systems) { print ""; system_table() }
    footnotes()
    for (key in note) if (key ~ /\// && note[key] != "") exit 1
}
