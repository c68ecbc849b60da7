/* cmdtime.c - commands that go back in time. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/display/timeline/timeline.h"

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

void cmd_history(struct call *c)
{
    struct pc_history_info i = pc_history_info(c->s->pc);
    struct pc_moment first, last;

    if (!pc_history_range(c->s->pc, &first, &last)) {
        call_print(c, "none is kept\n");
        return;
    }
    call_print(c, "from %.3f s to %.3f s, at %.3f s; %u snapshots, %" PRIu64
               " of %" PRIu64 " KB\n", seconds(first.ns), seconds(last.ns),
               seconds(pc_now(c->s->pc)), i.snapshots, i.bytes >> 10,
               i.limit >> 10);
}

/* The front ends and the pace take note that it is another time. */
static void arrived(struct call *c, bool ok, const char *why)
{
    struct session *s = c->s;
    struct pc_moment first, last;

    if (!ok) {
        call_fail(c, NULL, "%s", why);
        return;
    }
    session_travelled(s);
    if (c->way != BY_SCRIPT && pc_history_range(s->pc, &first, &last))
        call_print(c, "%.3f s (%+.1f s)\n", seconds(pc_now(s->pc)),
                   seconds(pc_now(s->pc) - last.ns));
}

/* To a time, or to the nearest that there is. */
static void go_to(struct call *c, int64_t ns, bool nearest)
{
    struct pc_moment first, last;
    char why[PC_WHY];

    if (nearest && pc_history_range(c->s->pc, &first, &last))
        ns = ns < first.ns ? first.ns : ns > last.ns ? last.ns : ns;
    arrived(c, pc_seek(c->s->pc, ns, why), why);
}

void cmd_rewind(struct call *c)
{
    go_to(c, pc_now(c->s->pc) - call_number(c, "time", 0), true);
}

void cmd_forward(struct call *c)
{
    go_to(c, pc_now(c->s->pc) + call_number(c, "time", 0), true);
}

void cmd_seek(struct call *c)
{
    const char *word = call_text(c, "time");
    char why[PC_WHY];

    if (word && *word == '@')
        arrived(c, pc_seek_count(c->s->pc, (uint64_t)call_number(c, "time", 0),
                                 why), why);
    else
        go_to(c, call_number(c, "time", 0), false);
}

void cmd_rstep(struct call *c)
{
    int64_t n = call_within(c, "count", 1, 1, 1000000);
    char why[PC_WHY] = "";
    bool ok = true;

    if (c->bad)
        return;
    if (c->way != BY_SCRIPT)            /* which waits by running */
        session_pause(c->s, true);
    if (n > 1)
        ok = pc_seek_count(c->s->pc, pc_icount(c->s->pc) - (uint64_t)n, why);
    else
        ok = pc_step_back(c->s->pc, why);
    if (!ok)
        call_fail(c, NULL, "%s", why);
    else
        place_tell(c->s, &c->text);
}

static void tell_writer(struct call *c, uint32_t addr,
                        const struct pc_writer *w)
{
    call_print(c, "%08x was made %02x, from %02x, at %.9f s by ", addr,
               w->after, w->before, seconds(w->at.ns));
    if (w->device)
        call_print(c, "%s's DMA; ", w->device);
    call_print(c, "instruction %" PRIu64 " at %04x:%08x%s\n", w->at.count,
               w->cs, w->eip, w->device ? " was next" : "");
}

void cmd_who(struct call *c)
{
    uint32_t addr = (uint32_t)call_number(c, "addr", 0), phys = addr;
    struct pc_writer w;
    char why[PC_WHY];

    if (!call_arg(c, "-p")->given && !pc_translate(c->s->pc, addr, &phys))
        call_fail(c, NULL, "%08x is not mapped", addr);
    else if (!pc_who(c->s->pc, phys, &w, why))
        call_fail(c, NULL, "%s", why);
    else
        tell_writer(c, addr, &w);
}

void cmd_timeline(struct call *c)
{
    char why[PC_WHY];

    if (!timeline_show(c->s, !timeline_shown(c->s), why))
        call_fail(c, NULL, "%s", why);
}

void cmd_record(struct call *c)
{
    char why[PC_WHY];

    if (!recfile_start(c->s, call_text(c, "filename"),
                       call_arg(c, "-e")->given, why))
        call_fail(c, "filename", "%s", why);
}
