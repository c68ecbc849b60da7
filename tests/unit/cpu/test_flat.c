/* test_flat.c - programs under paging whose segments are all of memory, then
 * some of it, none, and all again: by loads, far jumps, changes of ring and of
 * task, V86 mode, and with paging off for a while. An engine that runs flat
 * ones in another way must hear of each. */
#include "tests/lib/engine.h"

enum { PLACE = 0x120000, COUNT = 0x7000, BACK = 0x7800, SECOND = 0x3000,
       SUB = CODE + 0x1000, SIZE = 0x700, ITEM = 120, FIELDS = 0x68 };

/* Selectors; odd ones are not all of memory. */
enum { CODE_0 = 8, DATA_0 = 16, CODE_3 = 27, DATA_3 = 35, TASK_0 = 40,
       TASK_1 = 48, ODD = 59, ODD_SS_0 = 64, ODD_SS_3 = 75, ODD_CS_0 = 80,
       ODD_CS_3 = 91, GDT_END = 95 };

/* BACK_FLAT loads DS and ES before it goes back, BACK_AS_IS does not. */
enum { BACK_FLAT = 0x50, BACK_AS_IS };

struct program {
    struct text t;
    u32 ring, cs_base;
    bool nulls;
};

static void dword(struct text *t, u32 v)
{
    for (int n = 0; n < 4; n++)
        byte(t, v >> 8 * n);
}

static void code(struct text *t, const void *p, u32 n)
{
    memcpy(t->p + t->n, p, n);
    t->n += n;
}
#define CODE_OF(t, ...)                                                     \
    code(t, (const u8[]){ __VA_ARGS__ }, sizeof (const u8[]){ __VA_ARGS__ })

static void push(struct text *t, u32 v)
{
    byte(t, 0x68);
    dword(t, v);
}

/* mov eax, selector; mov es, ss or ds, ax; or push it; pop es, ss or ds. */
static void put_selector(struct text *t, u32 seg, u32 sel)
{
    if (rnd(2)) {
        byte(t, 0xb8);
        dword(t, sel);
        CODE_OF(t, 0x8e, (u8)(0xc0 | seg << 3));
    } else {
        push(t, sel);
        byte(t, 0x07 | seg << 3);
    }
}

/* mov ebx, place; mov [seg: ebx + n], ecx, or add edx, such a dword, or
 * lodsd, stosb, push and pop there. */
static void put_access(struct text *t, u32 seg)
{
    static const u8 prefix[] = { [ES] = 0x26, [CS] = 0x2e, [SS] = 0x36,
                                 [DS] = 0x3e };

    byte(t, 0xbb);
    dword(t, PLACE + rnd(0x1200));
    byte(t, prefix[seg]);
    if (seg != CS && rnd(2))
        CODE_OF(t, 0x89, 0x8b);
    else
        CODE_OF(t, 0x03, 0x93);
    dword(t, rnd(0x100));
    switch (rnd(6)) {
    case 0: CODE_OF(t, 0x8d, 0xb3, 4, 0, 0, 0, 0xad); break;
    case 1: CODE_OF(t, 0x8d, 0xbb, 4, 0, 0, 0, 0xaa); break;
    case 2: CODE_OF(t, 0xff, 0x33, 0x8f, 0x03); break;
    }
}

/* An access by a null selector faults, which begins the program again. */
static void put_load(struct program *p)
{
    static const u8 segs[] = { ES, DS, SS };
    u32 seg = segs[rnd(3)], n = rnd(8);
    u32 flat = p->ring || (seg != SS && rnd(2)) ? DATA_3 : DATA_0;
    u32 odd = seg != SS ? ODD : p->ring ? ODD_SS_3 : ODD_SS_0;
    bool null = n == 0 && p->nulls && seg != SS;

    put_selector(&p->t, seg, null ? 0 : n < 3 ? odd : flat);
    if (null)
        put_access(&p->t, seg);
}

/* To the same code in another page or in this one, so that blocks are entered
 * in all modes. */
static void put_call(struct text *t, u32 near)
{
    u32 to = rnd(2) ? SUB : CODE + near;

    byte(t, 0xe8);
    dword(t, to - (CODE + t->n + 4));
}

/* A far jump to what follows it. */
static void put_jump(struct program *p)
{
    bool odd = rnd(2);
    u32 to = CODE + p->t.n + 7 - (odd ? p->cs_base : 0);
    u32 sel = p->ring ? (odd ? ODD_CS_3 : CODE_3) : odd ? ODD_CS_0 : CODE_0;

    byte(&p->t, 0xea);
    dword(&p->t, to);
    CODE_OF(&p->t, (u8)sel, 0);
}

/* Loads ES and DS, which are none after a change of privilege. */
static void put_data(struct program *p)
{
    put_selector(&p->t, ES, rnd(4) ? DATA_3 : ODD);
    put_selector(&p->t, DS, rnd(4) ? DATA_3 : ODD);
}

/* IRET to ring 3, five pushes and a byte on. */
static void put_outer(struct program *p)
{
    struct text *t = &p->t;
    bool odd = rnd(3) == 0;

    push(t, rnd(3) ? DATA_3 : ODD_SS_3);
    push(t, STACK + 0x4000);
    push(t, 2);
    push(t, odd ? ODD_CS_3 : CODE_3);
    push(t, CODE + t->n + 6 - (odd ? p->cs_base : 0));
    byte(t, 0xcf);
    p->ring = 3;
    put_data(p);
}

/* INT back to ring 0, which goes on at EBP. */
static void put_inner(struct program *p)
{
    byte(&p->t, 0xbd);
    dword(&p->t, CODE + p->t.n + 6);
    CODE_OF(&p->t, 0xcd, (u8)(rnd(2) ? BACK_FLAT : BACK_AS_IS));
    p->ring = 0;
}

/* IRET to V86 mode, three instructions there, INT back. All segments but CS
 * begin at 10h, so that offsets lie in the same pages as what they lead to. */
static void put_v86(struct program *p)
{
    static const u8 there[] = { 0x89, 0x0e, 0, 0x9c, 0x50, 0x59,
                                0xcd, BACK_FLAT };
    struct text *t = &p->t;

    byte(t, 0xbd);
    dword(t, CODE + t->n + 4 + 9 * 5 + 1 + sizeof there);
    for (u32 n = 0; n < 5; n++)
        push(t, 1);                     /* GS, FS, DS, ES, SS, ESP, flags, */
    push(t, 0x9800);                    /* CS, EIP */
    push(t, VM | IOPL | 2);
    push(t, CODE >> 4);
    push(t, t->n + 6);
    byte(t, 0xcf);
    code(t, there, sizeof there);
}

/* mov dword [at], v */
static void put_store(struct text *t, u32 at, u32 v)
{
    CODE_OF(t, 0xc7, 0x05);
    dword(t, at);
    dword(t, v);
}

/* A far jump to a task that goes on behind it, maybe the present one. */
static void put_task(struct program *p)
{
    bool second = rnd(2), odd = rnd(3) == 0;
    u32 tss = second ? SECOND : TSS, sel = second ? TASK_1 : TASK_0;
    struct text *t = &p->t;

    put_selector(t, DS, DATA_0);
    put_store(t, tss + 0x4c, odd ? ODD_CS_0 : CODE_0);
    put_store(t, tss + 0x48, rnd(3) ? DATA_0 : ODD);
    put_store(t, tss + 0x50, rnd(3) ? DATA_0 : ODD_SS_0);
    put_store(t, tss + 0x54, rnd(3) ? DATA_3 : ODD);
    put_store(t, tss + 0x20, CODE + t->n + 24 - (odd ? p->cs_base : 0));
    CODE_OF(t, 0xc6, 0x05);             /* mov byte [type], 89h: not busy */
    dword(t, GDT + sel + 5);
    byte(t, 0x89);
    CODE_OF(t, 0xea, 0, 0, 0, 0, (u8)sel, 0);
}

/* mov eax, cr0; and or or; mov cr0, eax */
static void put_paging(struct text *t, bool on)
{
    CODE_OF(t, 0x0f, 0x20, 0xc0, on ? 0x0d : 0x25);
    dword(t, on ? CR0_PG : ~(u32)CR0_PG);
    CODE_OF(t, 0x0f, 0x22, 0xc0);
}

static void put_unpaged(struct program *p)
{
    put_paging(&p->t, false);
    if (rnd(2))
        put_load(p);
    put_access(&p->t, rnd(4));
    put_paging(&p->t, true);
}

/* What only ring 0 may do, and the way out of ring 3. */
static void put_change(struct program *p)
{
    if (p->ring) {
        put_inner(p);
        return;
    }
    switch (rnd(4)) {
    case 0: put_outer(p); break;
    case 1: put_v86(p); break;
    case 2: put_task(p); break;
    case 3: put_unpaged(p); break;
    }
}

static u32 put_sub(struct text *t)
{
    u32 at = t->n;

    for (u32 n = 0; n < 4; n++)
        put_access(t, rnd(4));
    byte(t, 0xc3);
    return at;
}

/* The program may begin again in any state. */
static void put_start(struct text *t)
{
    if (rnd(2))
        put_paging(t, true);
    put_selector(t, SS, DATA_0);
    byte(t, 0xbc);
    dword(t, STACK + 0x8000);           /* mov esp, .. */
    put_selector(t, DS, DATA_0);
    put_selector(t, ES, DATA_3);
}

/* inc dword [COUNT]; jmp back to the start */
static void put_end(struct program *p)
{
    struct text *t = &p->t;

    if (p->ring)
        put_inner(p);
    put_selector(t, DS, DATA_0);
    CODE_OF(t, 0xff, 0x05);
    dword(t, COUNT);
    byte(t, 0xe9);
    dword(t, 0 - (t->n + 4));
}

/* ---- tables ---- */

static void put_tss(struct bed *b, u32 at)
{
    memset(b->ram + at, 0, FIELDS);
    put(b, at + 0x04, STACK + 0x8000, 4);
    put(b, at + 0x08, DATA_0, 4);
    put(b, at + 0x1c, DIRECTORY, 4);
    put(b, at + 0x24, 2, 4);
    put(b, at + 0x38, STACK + 0x6000, 4);
}

static void put_back(struct bed *b)
{
    static const u8 back[] = { 0xb8, DATA_0, 0, 0, 0, 0x8e, 0xd8, 0x8e, 0xc0,
                               0xbc, 0, 0x80, STACK >> 16, 0, 0xff, 0xe5 };

    memcpy(b->ram + BACK, back, sizeof back);
    for (u32 n = 0; n < 2; n++)
        put(b, IDT + 8 * (BACK_FLAT + n), (u64)(BACK + 9 * n) | CODE_0 << 16 |
            (u64)0xee00 << 32, 8);
}

static void more_tables(struct bed *b)
{
    u32 base = b->ram[COUNT + 4] ? 0x1000 : 0, pages = 0xfff00;
    u32 of_code = base ? 0xfffff : pages;

    put(b, GDT + TASK_0, descriptor(TSS, FIELDS - 1, 0x8b), 8);
    put(b, GDT + TASK_1, descriptor(SECOND, FIELDS - 1, 0x89), 8);
    put(b, GDT + (ODD & ~7), descriptor(0x1000, pages, 0xc0f3), 8);
    put(b, GDT + ODD_SS_0, descriptor(base, pages, 0xc093), 8);
    put(b, GDT + (ODD_SS_3 & ~7), descriptor(base, pages, 0xc0f3), 8);
    put(b, GDT + ODD_CS_0, descriptor(base, of_code, 0xc09b), 8);
    put(b, GDT + (ODD_CS_3 & ~7), descriptor(base, of_code, 0xc0fb), 8);
    b->cpu.s.gdt_limit = GDT_END;
    put_tss(b, TSS);
    put_tss(b, SECOND);
    put_back(b);
}

/* ---- cases ---- */

static void put_segments(struct bed *b, enum mode m)
{
    struct text sub = { b->ram + SUB, 0, true, 0 };
    struct program p = { { b->ram + CODE, 0, true, 0 }, 0,
                         rnd(2) ? 0x1000 : 0, rnd(3) == 0 };
    u32 near, changes = rnd(3) ? 6 : 20;

    (void)m;
    put(b, COUNT, 0, 4);
    put(b, COUNT + 4, p.cs_base != 0, 1);
    b->finish = more_tables;
    put_sub(&sub);
    put_start(&p.t);
    near = p.t.n + 5;
    byte(&p.t, 0xe9);
    dword(&p.t, 0);
    put_sub(&p.t);
    put(b, CODE + near - 4, p.t.n - near, 4);
    while (p.t.n < SIZE - ITEM) {
        if (rnd(2))
            put_load(&p);
        if (rnd(8) == 0)
            put_jump(&p);
        if (rnd(changes) == 0)
            put_change(&p);
        if (rnd(2))
            put_call(&p.t, near);
        else
            put_access(&p.t, rnd(4));
    }
    put_end(&p);
}

/* Programs come to their ends, and compiled ones link pages for a while. */
START_TEST(segments_change)
{
    u64 ends = 0, links = 0, unlinks = 0;

    for (u32 seed = 1; seed <= 8 * seeds(); seed++) {
        compare((struct kind){ seed & 1 ? "486" : "pentium2", PAGED, seed,
                               put_segments, false, 0 });
        ends += get_le32(plain.ram + COUNT) > 10;
        links += compiled.cpu.tally.page_links;
        unlinks += compiled.cpu.tally.page_unlinks;
    }
    ck_assert_uint_gt(ends, seeds());
    if (is_built(ENGINE_COMPILED))
        ck_assert(links > 0 && unlinks > 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flat");
    TCase *t = tcase_create("segments under paging");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_test(t, segments_change);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
