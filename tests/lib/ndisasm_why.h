/* ndisasm_why.h - where our disassembler and nasm's see different things.
 *
 * Each reason is a list of opcodes or a computation, and demands a certain
 * text of at least one side. What it does not compare, tests/tools/reassemble.c
 * does. */

/* ---- opcodes in lists ---- */

/* An opcode behind its prefixes: 1xx for 0F xx. */
static int slot_of(const struct pair *p)
{
    const u8 *at = p->bytes + prefix_count(p->bytes);

    return at[0] == 0x0f ? 0x100 | at[1] : at[0];
}

static u8 modrm_of(const struct pair *p)
{
    int n = prefix_count(p->bytes);

    return p->bytes[n + (p->bytes[n] == 0x0f ? 2 : 1)];
}

/* Opcodes from..to whose ModRM is a register (R) or memory (MEM) and whose
 * middle field has its bit in regs; or, from c0 on, one ModRM byte. */
enum { MEM = 1, REG = 2, BOTH = 3, ALL = 0xff };
#define DIGIT(n) (1 << (n))

struct opcodes {
    u16 from, to;
    u8 form, regs;
    u8 first, last;                     /* ModRM bytes, when not 0 */
};

static bool in_ranges(const struct pair *p, const struct opcodes *r, size_t n)
{
    int slot = slot_of(p);
    u8 modrm = modrm_of(p), form = modrm >= 0xc0 ? REG : MEM;

    for (; n--; r++)
        if (slot >= r->from && slot <= r->to && (r->form & form) &&
            (r->regs & DIGIT(modrm >> 3 & 7)) &&
            (!r->first || (modrm >= r->first && modrm <= r->last)))
            return true;
    return false;
}

/* ---- what the Pentium II does not have ---- */

/* Intel, SDM volume 2 of 1997 (243191), appendix A: the empty places. */
static const struct opcodes lacks[] = {
    { 0x62, 0x62, REG, ALL, 0, 0 }, { 0x8d, 0x8d, REG, ALL, 0, 0 },
    { 0x8f, 0x8f, BOTH, ALL & ~1, 0, 0 }, { 0xc4, 0xc5, REG, ALL, 0, 0 },
    { 0xc6, 0xc7, BOTH, ALL & ~1, 0, 0 }, { 0xfe, 0xfe, BOTH, 0xfc, 0, 0 },
    { 0xff, 0xff, REG, DIGIT(3) | DIGIT(5), 0, 0 },
    { 0xff, 0xff, BOTH, DIGIT(7), 0, 0 },
    { 0x100, 0x100, BOTH, DIGIT(6) | DIGIT(7), 0, 0 },
    { 0x101, 0x101, REG, 0x8f, 0, 0 }, { 0x101, 0x101, BOTH, DIGIT(5), 0, 0 },
    { 0x104, 0x105, BOTH, ALL, 0, 0 }, { 0x107, 0x107, BOTH, ALL, 0, 0 },
    { 0x10a, 0x10a, BOTH, ALL, 0, 0 }, { 0x10c, 0x11e, BOTH, ALL, 0, 0 },
    { 0x124, 0x12f, BOTH, ALL, 0, 0 }, { 0x136, 0x13f, BOTH, ALL, 0, 0 },
    { 0x150, 0x15f, BOTH, ALL, 0, 0 }, { 0x16c, 0x16d, BOTH, ALL, 0, 0 },
    { 0x170, 0x170, BOTH, ALL, 0, 0 }, { 0x171, 0x173, MEM, ALL, 0, 0 },
    { 0x171, 0x172, REG, 0xab, 0, 0 }, { 0x173, 0x173, REG, 0xbb, 0, 0 },
    { 0x178, 0x17d, BOTH, ALL, 0, 0 }, { 0x1a6, 0x1a7, BOTH, ALL, 0, 0 },
    { 0x1aa, 0x1aa, BOTH, ALL, 0, 0 }, { 0x1ae, 0x1ae, BOTH, ALL, 0, 0 },
    { 0x1b2, 0x1b2, REG, ALL, 0, 0 }, { 0x1b4, 0x1b5, REG, ALL, 0, 0 },
    { 0x1b8, 0x1b8, BOTH, ALL, 0, 0 }, { 0x1ba, 0x1ba, BOTH, 0x0f, 0, 0 },
    { 0x1c2, 0x1c6, BOTH, ALL, 0, 0 }, { 0x1c7, 0x1c7, BOTH, 0xfd, 0, 0 },
    { 0x1c7, 0x1c7, REG, ALL, 0, 0 }, { 0x1d0, 0x1d0, BOTH, ALL, 0, 0 },
    { 0x1d4, 0x1d4, BOTH, ALL, 0, 0 }, { 0x1d6, 0x1d7, BOTH, ALL, 0, 0 },
    { 0x1da, 0x1da, BOTH, ALL, 0, 0 }, { 0x1de, 0x1de, BOTH, ALL, 0, 0 },
    { 0x1e0, 0x1e0, BOTH, ALL, 0, 0 }, { 0x1e3, 0x1e4, BOTH, ALL, 0, 0 },
    { 0x1e6, 0x1e7, BOTH, ALL, 0, 0 }, { 0x1ea, 0x1ea, BOTH, ALL, 0, 0 },
    { 0x1ee, 0x1ee, BOTH, ALL, 0, 0 }, { 0x1f0, 0x1f0, BOTH, ALL, 0, 0 },
    { 0x1f4, 0x1f4, BOTH, ALL, 0, 0 }, { 0x1f6, 0x1f7, BOTH, ALL, 0, 0 },
    { 0x1fb, 0x1fb, BOTH, ALL, 0, 0 }, { 0x1ff, 0x1ff, BOTH, ALL, 0, 0 },
};

static bool not_ours(const struct pair *p)
{
    char expect[16];

    snprintf(expect, sizeof expect, "db 0x%02x", p->bytes[0]);
    return strcmp(p->ours, expect) == 0 && p->our_len == 1 &&
           in_ranges(p, lacks, COUNT_OF(lacks));
}

/* The same among the escapes, which have a length whatever they do. */
static const struct opcodes escapes[] = {
    { 0xd9, 0xd9, MEM, DIGIT(1), 0, 0 }, { 0xdb, 0xdb, MEM, 0x52, 0, 0 },
    { 0xdd, 0xdd, MEM, 0x22, 0, 0 }, { 0xdf, 0xdf, MEM, 0x02, 0, 0 },
    { 0xd9, 0xd9, REG, ALL, 0xd1, 0xd7 }, { 0xd9, 0xd9, REG, ALL, 0xe2, 0xe3 },
    { 0xd9, 0xd9, REG, ALL, 0xe6, 0xe7 }, { 0xd9, 0xd9, REG, ALL, 0xef, 0xef },
    { 0xda, 0xda, REG, ALL, 0xe0, 0xe8 }, { 0xda, 0xda, REG, ALL, 0xea, 0xff },
    { 0xdb, 0xdb, REG, ALL, 0xe5, 0xe7 }, { 0xdb, 0xdb, REG, ALL, 0xf8, 0xff },
    { 0xdd, 0xdd, REG, ALL, 0xf0, 0xff }, { 0xde, 0xde, REG, ALL, 0xd8, 0xd8 },
    { 0xde, 0xde, REG, ALL, 0xda, 0xdf }, { 0xdf, 0xdf, REG, ALL, 0xe1, 0xe7 },
    { 0xdf, 0xdf, REG, ALL, 0xf8, 0xff },
};

static bool no_escape(const struct pair *p)
{
    struct form f;

    split(p->ours, &f);
    return strcmp(f.name, "esc") == 0 && !*f.operands &&
           in_ranges(p, escapes, COUNT_OF(escapes));
}

static bool to_memory(const struct form *f)
{
    const char *p = strchr(f->operands, '[');

    return p && (strcmp(f->name, "xchg") == 0 ||
                 strcspn(f->operands, ",") > (size_t)(p - f->operands));
}

/* LOCK before what may not be locked: #UD, SDM volume 2, LOCK. ndisasm shows
 * the instruction all the same. */
static bool lock_not_allowed(const struct pair *p)
{
    static const char lockable[] =
        "add adc and btc btr bts cmpxchg cmpxchg8b dec inc neg not or sbb "
        "sub xor xadd xchg";
    struct form f;
    char expect[16];

    snprintf(expect, sizeof expect, "db 0x%02x", p->bytes[0]);
    split(p->theirs, &f);
    return has_prefix(p->bytes, 0xf0) && strcmp(p->ours, expect) == 0 &&
           !(in(f.name, lockable) && to_memory(&f));
}

/* ---- what ndisasm does not know ---- */

static const struct opcodes undocumented[] = {
    { 0x82, 0x82, BOTH, ALL, 0, 0 }, { 0xc0, 0xc1, BOTH, DIGIT(6), 0, 0 },
    { 0xd0, 0xd3, BOTH, DIGIT(6), 0, 0 }, { 0xf6, 0xf7, BOTH, DIGIT(1), 0, 0 },
    { 0x120, 0x123, MEM, ALL, 0, 0 }, { 0x190, 0x19f, BOTH, ALL & ~1, 0, 0 },
    { 0xd9, 0xd9, REG, ALL, 0xd8, 0xdf }, { 0xdc, 0xdc, REG, ALL, 0xd0, 0xdf },
    { 0xdd, 0xdd, REG, ALL, 0xc8, 0xcf }, { 0xde, 0xde, REG, ALL, 0xd0, 0xd7 },
    { 0xdf, 0xdf, REG, ALL, 0xc8, 0xdf },
};
/* With an operand size of 16. */
static const struct opcodes words[] = {
    { 0x1b7, 0x1b7, BOTH, ALL, 0, 0 }, { 0x1bf, 0x1bf, BOTH, ALL, 0, 0 },
    { 0x1c8, 0x1cf, BOTH, ALL, 0, 0 },
};
/* MMX behind F2h or F3h; behind 66h too where SSE2 has nothing. */
static const struct opcodes mmx[] = {
    { 0x160, 0x16b, BOTH, ALL, 0, 0 }, { 0x16e, 0x16f, BOTH, ALL, 0, 0 },
    { 0x171, 0x177, BOTH, ALL, 0, 0 }, { 0x17e, 0x17f, BOTH, ALL, 0, 0 },
    { 0x1d1, 0x1fe, BOTH, ALL, 0, 0 },
};

static bool narrow(const struct pair *p)
{
    return (p->bits == 16) != has_prefix(p->bytes, 0x66);
}

/* ndisasm then takes the first prefix for an instruction of one byte. */
static bool not_theirs(const struct pair *p)
{
    char byte[16];

    snprintf(byte, sizeof byte, "db 0x%02x", p->bytes[0]);
    if (p->their_len != 1 ||
        !(strcmp(p->theirs, byte) == 0 || is_prefix(p->bytes[0])))
        return false;
    if (has_prefix(p->bytes, 0xf2) || has_prefix(p->bytes, 0xf3))
        if (in_ranges(p, mmx, COUNT_OF(mmx)))
            return true;
    return in_ranges(p, undocumented, COUNT_OF(undocumented)) ||
           (narrow(p) && in_ranges(p, words, COUNT_OF(words)));
}

/* F3 0F 7E was MOVD, is MOVQ between SSE registers. */
static bool f3_movd(const struct pair *p)
{
    return slot_of(p) == 0x17e && has_prefix(p->bytes, 0xf3) &&
           strstr(p->ours, "movd ") && strstr(p->theirs, "movq xmm");
}

/* ---- WAIT ---- */

/* An instruction; to ndisasm a prefix of what follows. */
static bool wait_first(const struct pair *p)
{
    int n = prefix_count(p->bytes);
    struct form f;

    split(p->ours, &f);
    return p->bytes[n] == 0x9b && p->our_len == n + 1 &&
           strcmp(f.name, "wait") == 0 && !*f.operands;
}

/* ---- branches ---- */

/* The processor cuts EIP to the operand's size, ndisasm to the segment's. */
static bool cut_target(const struct pair *p)
{
    int slot = slot_of(p);
    u32 to = p->at + (u32)p->our_len + (u32)(s8)p->bytes[p->our_len - 1];
    char cut[24], expect[24];
    struct form f, g;

    if (!(slot >> 4 == 7 || (slot >= 0xe0 && slot <= 0xe3) || slot == 0xeb) ||
        !has_prefix(p->bytes, 0x66) || p->our_len != p->their_len)
        return false;
    snprintf(expect, sizeof expect, "0x%x", narrow(p) ? to & 0xffff : to);
    snprintf(cut, sizeof cut, "0x%x", p->bits == 16 ? to & 0xffff : to);
    normalise(p->ours, &f);
    normalise(p->theirs, &g);
    if (!strstr(f.operands, expect))
        return false;
    replace(f.operands, expect, cut);
    return same(&f, &g);
}

static bool habit(const struct pair *p)
{
    struct form f, g;

    normalise(p->ours, &f);
    normalise(p->theirs, &g);
    return p->our_len == p->their_len && same(&f, &g);
}

static struct {
    bool (*fits)(const struct pair *p);
    const char *why;
    long count;
} reasons[] = {
    { habit, "the same in another form", 0 },
    { not_ours, "no instruction of the Pentium II", 0 },
    { no_escape, "no escape of the Pentium II", 0 },
    { lock_not_allowed, "LOCK that raises #UD", 0 },
    { not_theirs, "an undocumented form that ndisasm does not know", 0 },
    { f3_movd, "MOVD behind F3h, now another instruction", 0 },
    { wait_first, "WAIT is an instruction, to ndisasm a prefix", 0 },
    { cut_target, "66h before a short jump: the target is cut", 0 },
};
