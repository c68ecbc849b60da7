/* cmddebug.c - commands of a debugger: stops, steps, going back to places. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"

enum { TRACE_MOST = 100000, INSN_BYTES = 16 };
#define NEXT_NS INT64_C(10000000000)

static uint32_t reg_of(struct call *c, const char *name)
{
    uint32_t v = 0;

    pc_register(c->s->pc, name, &v);
    return v;
}

static void show_where(struct call *c)
{
    place_tell(c->s, &c->text);
}

/* A script waits by running; for all others the machine stays where it is. */
static void hold_still(struct call *c)
{
    if (c->way != BY_SCRIPT)
        session_pause(c->s, true);
}

/* ---- setting stops ---- */

/* Behind "if". */
static const char *condition(struct call *c)
{
    const char *p = call_text(c, "condition");

    return p ? p + 2 : NULL;
}

static int add_stop(struct call *c, const struct pc_break *b,
                    const char *text, const char *when)
{
    char why[PC_WHY];
    int n = 0;

    if (when && strlen(when) >= STOP_WHEN)
        call_fail(c, "condition", "is longer than %d characters", STOP_WHEN);
    else if (!(n = stop_add(c->s, b, text, when, why)))
        call_fail(c, NULL, "%s", why);
    else
        call_print(c, "%d %s%s%s\n", n, text, when ? " if" : "",
                   when ? when : "");
    reply_number(c, "number", n);
    return n;
}

void cmd_break(struct call *c)
{
    uint32_t addr = (uint32_t)call_number(c, "addr", 0);
    struct pc_break b = { .kind = PC_BREAK_CODE, .first = addr, .last = addr };
    char text[STOP_TEXT];

    snprintf(text, sizeof text, "break %08x", addr);
    add_stop(c, &b, text, condition(c));
}

/* What watch, rwatch and awatch have in common. */
static void add_watch(struct call *c, enum pc_break_kind kind)
{
    uint32_t addr = (uint32_t)call_number(c, "addr", 0);
    int64_t n = call_within(c, "size", 1, 1, INT64_C(0x100000000) - addr);
    struct pc_break b = { .kind = kind, .first = addr,
                          .last = (uint32_t)(addr + n - 1) };
    char text[STOP_TEXT];

    snprintf(text, sizeof text, "%s %08x, %" PRId64 " byte%s",
             c->row->name, addr, n, n == 1 ? "" : "s");
    if (!c->bad)
        add_stop(c, &b, text, condition(c));
}

void cmd_watch(struct call *c)  { add_watch(c, PC_BREAK_WRITE); }
void cmd_rwatch(struct call *c) { add_watch(c, PC_BREAK_READ); }
void cmd_awatch(struct call *c) { add_watch(c, PC_BREAK_ACCESS); }

static const struct catchable {
    const char *name;
    enum pc_break_kind kind;
    int base;                           /* of its numbers; 0: it has none */
    uint32_t most;
} catchables[] = {
    { "int", PC_BREAK_INT, 16, 0xff }, { "port", PC_BREAK_PORT, 16, 0xffff },
    { "irq", PC_BREAK_IRQ, 10, 15 }, { "fault", PC_BREAK_FAULT, 10, 0x1f },
    { "mode", PC_BREAK_MODE, 0, 0 },
};

static const struct catchable *catchable(const char *name)
{
    for (size_t n = 0; n < sizeof catchables / sizeof catchables[0]; n++)
        if (!strcmp(catchables[n].name, name))
            return &catchables[n];
    return NULL;
}

/* "21", or "3c0-3cf". */
static bool read_numbers(const struct catchable *k, const char *p,
                         struct pc_break *b)
{
    char *end;
    unsigned long v = strtoul(p, &end, k->base);

    if (!isxdigit((unsigned char)*p) || end == p || v > k->most)
        return false;
    b->first = b->last = (uint32_t)v;
    if (*end == '-') {
        p = end + 1;
        v = strtoul(p, &end, k->base);
        b->last = (uint32_t)v;
        if (end == p || v > k->most || b->last < b->first)
            return false;
    }
    return !*end;
}

/* "ah=4b" as an expression; hexadecimal, as debuggers of DOS have it. */
static bool read_equal(const char *p, char *when, size_t n)
{
    const char *equal = strchr(p, '=');
    char *end;
    unsigned long v = equal ? strtoul(equal + 1, &end, 16) : 0;

    if (!equal || end == equal + 1 || *end || equal == p)
        return false;
    snprintf(when, n, " $%.*s == 0x%lx", (int)(equal - p), p, v);
    return true;
}

static bool read_catch(struct call *c, struct pc_break *b, char *when, size_t n)
{
    const char *what = call_text(c, "what"), *arg = call_text(c, "number");
    const char *more = call_text(c, "condition");
    const struct catchable *k = catchable(what);

    *when = 0;
    if (k && !k->base && arg && !strcmp(arg, "if") && more) {
        snprintf(when, n, " %s", more);
        more = arg = NULL;
    }
    if (!k)
        call_fail(c, "what", "'%.20s' is none of int, port, irq, fault, mode",
                  what);
    else if (k->base && !(arg && read_numbers(k, arg, b)))
        call_fail(c, "number", "'%.20s' is no number of %s up to %" PRIu32,
                  arg ? arg : "", k->name, k->most);
    else if (more && !strncmp(more, "if ", 3))
        snprintf(when, n, "%s", more + 2);
    else if (more && !read_equal(more, when, n))
        call_fail(c, "condition", "'%.40s': try ah=4b, or if EXPRESSION",
                  more);
    if (k)
        b->kind = k->kind;
    return !c->bad;
}

void cmd_catch(struct call *c)
{
    struct pc_break b = { .first = 0 };
    char text[STOP_TEXT], when[STOP_WHEN];
    const char *arg = call_text(c, "number");

    if (!read_catch(c, &b, when, sizeof when))
        return;
    arg = arg && strcmp(arg, "if") ? arg : "";
    snprintf(text, sizeof text, "catch %s%s%s", call_text(c, "what"),
             *arg ? " " : "", arg);
    add_stop(c, &b, text, *when ? when : NULL);
}

void cmd_delete(struct call *c)
{
    int64_t n = call_number(c, "number", 0);

    if (!call_arg(c, "number")->given)
        stops_clear(c->s, NULL);
    else if (n < 1 || n > INT32_MAX || !stop_remove(c->s, (int)n))
        call_fail(c, "number", "there is none of that number");
}

void cmd_breakpoints(struct call *c)
{
    for (int i = 0; i < c->s->stops.n; i++) {
        const struct stop *t = c->s->stops.stop[i];

        call_print(c, "%d %s%s%s\n", t->number, t->text,
                   *t->when ? " if" : "", t->when);
    }
    if (!c->s->stops.n)
        call_print(c, "none\n");
}

/* ---- steps over calls ---- */

struct insn_here {
    uint32_t lin;
    int len;
    char text[80];
};

static struct insn_here insn_at(struct call *c, uint32_t lin)
{
    struct insn_here i = { .lin = lin };
    uint8_t bytes[INSN_BYTES];
    size_t n = pc_peek_virtual(c->s->pc, lin, bytes, sizeof bytes);

    if (n)
        i.len = pc_disasm(c->s->pc, 0, bytes, n, lin - reg_of(c, "cs.base"),
                          i.text, sizeof i.text);
    return i;
}

static bool begins_with_one(const char *text, const char *const *words)
{
    while (*words && strncmp(text, *words, strlen(*words)))
        words++;
    return *words;
}

/* Instructions that come back to the one behind them. */
static bool is_call(const struct insn_here *i)
{
    static const char *const words[] = { "call", "int", "rep", "loop", NULL };

    return i->len && begins_with_one(i->text, words);
}

static bool is_return(const struct insn_here *i)
{
    static const char *const words[] = { "ret", "iret", NULL };

    return i->len && begins_with_one(i->text, words);
}

/* Until the instruction behind is reached with the stack as high as now. */
static void run_over(struct call *c, const struct insn_here *i)
{
    struct pc_break b = { .kind = PC_BREAK_CODE,
                          .first = i->lin + (uint32_t)i->len };
    char why[PC_WHY], when[STOP_WHEN];
    struct pc_hit h;
    int n;

    b.last = b.first;
    snprintf(when, sizeof when, " $esp >= 0x%x && $ss == 0x%x",
             reg_of(c, "esp"), reg_of(c, "ss"));
    n = stop_add(c->s, &b, "next", when, why);
    if (!n) {
        call_fail(c, NULL, "%s", why);
        return;
    }
    stop_find(c->s, n)->quiet = true;
    if (session_run_to_stop(c->s, NEXT_NS) && pc_last_hit(c->s->pc, &h) &&
        h.number != n)
        stop_tell(c->s, &c->text);
    stop_remove(c->s, n);
}

void cmd_next(struct call *c)
{
    struct insn_here i = insn_at(c, reg_of(c, "pc"));

    hold_still(c);
    if (is_call(&i))
        run_over(c, &i);
    else
        session_step(c->s);
    hold_still(c);
    if (!c->bad)
        show_where(c);
}

static void tell_travelled(struct call *c, bool ok, const char *why)
{
    session_travelled(c->s);
    if (!ok)
        call_fail(c, NULL, "%s", why);
    else
        show_where(c);
}

/* Stops at the instructions that may have called: those that end where we
 * are. Returns how many. */
static int stops_at_calls(struct call *c, uint32_t lin, int *numbers)
{
    enum { SHORTEST = 2, LONGEST = 8 };
    int n = 0;

    for (uint32_t k = SHORTEST; k <= LONGEST; k++) {
        struct insn_here i = insn_at(c, lin - k);
        struct pc_break b = { .kind = PC_BREAK_CODE, .first = i.lin,
                              .last = i.lin };
        char when[STOP_WHEN], why[PC_WHY];

        if (i.len != (int)k || !is_call(&i))
            continue;
        snprintf(when, sizeof when, " $esp <= 0x%x && $esp + 0x400 > 0x%x && "
                 "$ss == 0x%x", reg_of(c, "esp"), reg_of(c, "esp"),
                 reg_of(c, "ss"));
        numbers[n] = stop_add(c->s, &b, "rnext", when, why);
        n += numbers[n] != 0;
    }
    return n;
}

/* One step back; out of a routine that has just returned, back to its call. */
void cmd_rnext(struct call *c)
{
    int number[8], n = stops_at_calls(c, reg_of(c, "pc"), number);
    char why[PC_WHY] = "";
    struct insn_here i;
    bool ok;

    hold_still(c);
    ok = pc_step_back(c->s->pc, why);
    i = insn_at(c, reg_of(c, "pc"));
    if (ok && n && is_return(&i))
        ok = pc_run_back(c->s->pc, why);
    while (n > 0)
        stop_remove(c->s, number[--n]);
    tell_travelled(c, ok, why);
}

void cmd_rcont(struct call *c)
{
    char why[PC_WHY] = "";
    struct pc_hit h;
    bool ok;

    hold_still(c);
    ok = pc_run_back(c->s->pc, why);
    if (ok && pc_last_hit(c->s->pc, &h))
        stop_tell(c->s, &c->text);
    else if (ok)
        call_print(c, "no stop before here; history begins\n");
    tell_travelled(c, ok, why);
}

/* ---- when ---- */

struct asked { struct call *c; const char *text; bool bad; };

static bool asked_holds(void *ctx)
{
    struct asked *a = ctx;
    const char *p = a->text;
    char why[PC_WHY];
    int64_t v = 0;

    if (a->bad || value_expression(a->c->s->pc, &p, &v, why))
        return !a->bad && v != 0;
    a->bad = true;
    call_fail(a->c, "condition", "%s", why);
    return false;
}

void cmd_when(struct call *c)
{
    struct asked a = { .c = c, .text = call_text(c, "expression") };
    char why[PC_WHY] = "";
    bool ok;

    hold_still(c);
    ok = pc_when(c->s->pc, asked_holds, &a, why);
    if (!c->bad)
        tell_travelled(c, ok, why);
}

/* ---- trace ---- */

void cmd_trace(struct call *c)
{
    int64_t n = call_within(c, "count", 20, 1, TRACE_MOST);
    struct pc_moment here = pc_moment(c->s->pc);
    char why[PC_WHY] = "";

    if (c->bad)
        return;
    hold_still(c);
    if ((uint64_t)n > here.count)
        n = (int64_t)here.count;
    if (!pc_seek_count(c->s->pc, here.count - (uint64_t)n, why)) {
        call_fail(c, NULL, "%s", why);
        return;
    }
    while (pc_moment(c->s->pc).count < here.count) {
        show_where(c);
        if (pc_step(c->s->pc, 0))
            break;
    }
    if (!pc_seek_moment(c->s->pc, &here, why))
        call_fail(c, NULL, "%s", why);
    session_travelled(c->s);
}

/* ---- frames ---- */

struct frame {
    uint32_t cs, ip, bp;
    bool wide;                          /* of 32 bits */
};

static uint32_t stack_word(struct call *c, const struct frame *f, uint32_t off)
{
    uint32_t v = 0, at = f->wide ? off : off & 0xffff;

    pc_peek_virtual(c->s->pc, reg_of(c, "ss.base") + at, &v, f->wide ? 4 : 2);
    return v;
}

/* Whether an instruction with this operation in its first byte, and for FFh
 * in ModRM, ends there. */
static bool call_ends_at(struct call *c, uint32_t lin, uint8_t op, int ext)
{
    for (uint32_t k = 2; k <= 8; k++) {
        struct insn_here i = insn_at(c, lin - k);
        uint8_t b[2] = { 0 };

        pc_peek_virtual(c->s->pc, i.lin, b, 2);
        if (i.len == (int)k &&
            (b[0] == op || (b[0] == 0xff && (b[1] >> 3 & 7) == ext)))
            return true;
    }
    return false;
}

/* By the length of MOV eAX, immediate. */
static bool is_wide(struct call *c)
{
    char text[80];

    return pc_disasm(c->s->pc, 0, "\xb8\0\0\0\0", 5, 0, text,
                     sizeof text) == 5;
}

static bool is_protected(struct call *c)
{
    return (reg_of(c, "cr0") & 1) && !(reg_of(c, "eflags") & 0x20000);
}

/* The caller by BP's chain: a near call's frame where a near call ends at the
 * return address, a far one's where a far call does (in real and V86 mode). */
static bool to_caller(struct call *c, struct frame *f)
{
    uint32_t size = f->wide ? 4 : 2;
    uint32_t next = stack_word(c, f, f->bp);
    uint32_t ip = stack_word(c, f, f->bp + size);
    uint32_t cs = stack_word(c, f, f->bp + 2 * size) & 0xffff;
    uint32_t base = is_protected(c) ? reg_of(c, "cs.base") : f->cs << 4;

    if (!f->bp || next <= f->bp)
        return false;
    f->bp = next;
    f->ip = ip;
    if (!call_ends_at(c, base + ip, 0xe8, 2)) {
        if (is_protected(c) || !call_ends_at(c, (cs << 4) + ip, 0x9a, 3))
            return false;
        f->cs = cs;
    }
    return true;
}

void cmd_backtrace(struct call *c)
{
    struct frame f = { reg_of(c, "cs"), reg_of(c, "eip"), reg_of(c, "ebp"),
                       is_wide(c) };

    for (int n = 0; n < 64; n++) {
        call_print(c, "#%-2d %04x:%0*x  bp %0*x\n", n, f.cs, f.wide ? 8 : 4,
                   f.ip, f.wide ? 8 : 4, f.bp);
        if (!to_caller(c, &f))
            break;
    }
}

/* ---- scripts ---- */

void cmd_assert_reg(struct call *c)
{
    const char *name = call_text(c, "register");
    uint32_t have = 0;
    int64_t want = call_number(c, "value", 0);

    if (!pc_register(c->s->pc, *name == '$' ? name + 1 : name, &have))
        call_fail(c, "register", "there is no '%.20s'", name);
    else if (have != (uint32_t)want)
        call_fail(c, NULL, "assert-reg %.20s: it is 0x%x", name, have);
    c->status = 1;
}
