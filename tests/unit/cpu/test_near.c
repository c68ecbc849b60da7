/* test_near.c - code in pages that are mapped anew, with and without the flush
 * that makes it known: an engine that remembers blocks by their linear
 * address goes on with the old translation exactly as long as the TLB does.
 *
 * Functions lie in sixteen linear pages, every second of which has the same
 * place in the TLB as another one. A program calls them, changes them, leads
 * their pages to other memory, and flushes one page or all. One function of
 * each page begins with an instruction that ends in the next, and whose bytes
 * change. Where the processor has large pages, the same memory is in one, too,
 * which becomes many small ones and a large one again. */
#include "tests/lib/engine.h"

enum { FUNCTIONS = 0x60000, TWICE = TLB_SIZE * PAGE_SIZE, PLACES = 8,
       MEMORY = 0x100000, FUNCTION = 0x40, GLOBAL = 0x100,
       CROSSING = PAGE_SIZE - 3, LARGE = 0x1400000, PS = 0x80,
       SECOND_TABLE = 0x6000 };

/* The first bytes of a page are the end of the instruction that crosses. */
static void put_crossing(struct bed *b, u32 page)
{
    put(b, page, rnd(0x8000), 3);
    put(b, page + 3, 0xc3, 1);
    put(b, page + CROSSING, 0xc181 | rnd(256) << 16, 3);
}

/* Each function of each page of memory adds another number. */
static void put_functions(struct bed *b)
{
    for (u32 n = 0; n < 2 * PLACES * (PAGE_SIZE / FUNCTION); n++) {
        static const u8 code[] = { 0x81, 0xc1, 0, 0, 0, 0, 0xc3 };

        memcpy(b->ram + MEMORY + n * FUNCTION, code, sizeof code);
        put(b, MEMORY + n * FUNCTION + 2, rnd(0x8000), 4);
    }
    for (u32 n = 0; n < 2 * PLACES; n++)
        put_crossing(b, MEMORY + n * PAGE_SIZE);
}

/* Any of the pages. */
static u32 some_page(bool large)
{
    if (large && rnd(2))
        return LARGE + MEMORY + rnd(2 * PLACES) * PAGE_SIZE;
    return FUNCTIONS + rnd(PLACES) * PAGE_SIZE + rnd(2) * TWICE;
}

/* Where its entry lies; all tables but the first are the same. */
static u32 entry_of(u32 page)
{
    return (page >> 22 ? SECOND_TABLE : TABLE) + (page >> 12 & 1023) * 4;
}

static void dword(struct bed *b, struct text *t, u64 v)
{
    put(b, CODE + t->n, v, 4);
    t->n += 4;
}

/* To one page, or to another one each time. */
static void put_map(struct bed *b, struct text *t, u32 page)
{
    bool turns = rnd(4);

    byte(t, turns ? 0x81 : 0xc7);       /* xor or mov dword [entry], .. */
    byte(t, turns ? 0x35 : 0x05);
    dword(b, t, entry_of(page));
    if (turns) {
        dword(b, t, PAGE_SIZE << rnd(4));
        return;
    }
    dword(b, t, MEMORY + rnd(2 * PLACES) * PAGE_SIZE +
                (rnd(2) ? GLOBAL : 0) + 7);
}

/* The large page becomes small ones or the other way round. */
static void put_split(struct bed *b, struct text *t)
{
    byte(t, 0x81); byte(t, 0x35);       /* xor dword [entry], .. */
    dword(b, t, DIRECTORY + (LARGE >> 22) * 4);
    dword(b, t, SECOND_TABLE ^ PS);
}

static void put_call(struct bed *b, struct text *t, u32 page)
{
    byte(t, 0xe8);
    dword(b, t, page + (1 + rnd(7)) * FUNCTION - (CODE + t->n + 4));
}

/* A store to the instruction that crosses, and a call of it. */
static void put_crossed(struct bed *b, struct text *t)
{
    u32 page = MEMORY + rnd(2 * PLACES) * PAGE_SIZE;

    byte(t, 0xc6); byte(t, 0x05);       /* mov byte [..], .. */
    dword(b, t, page + (rnd(2) ? rnd(3) : PAGE_SIZE - 1));
    byte(t, rnd(256));
    byte(t, 0xe8);
    page = FUNCTIONS + rnd(PLACES - 1) * PAGE_SIZE + rnd(2) * TWICE;
    dword(b, t, page + CROSSING - (CODE + t->n + 4));
}

/* add ecx, .. becomes sub ecx, .. or the other way round, by its second byte
 * alone or by a dword that begins before it. */
static void put_turn(struct bed *b, struct text *t, u32 function)
{
    enum { TURN = 0xc1 ^ 0xe9 };
    bool alone = rnd(2);

    byte(t, alone ? 0x80 : 0x81);       /* xor byte or dword [..], .. */
    byte(t, 0x35);
    dword(b, t, alone ? function + 1 : function - 2);
    if (alone)
        byte(t, TURN);
    else
        dword(b, t, (u32)TURN << 24);
}

/* A function is called, changes, and is called again: no constant of it
 * changes, so its block goes, wherever its entry is by then. */
static void put_changed(struct bed *b, struct text *t, u32 page)
{
    u32 function = page + (1 + rnd(7)) * FUNCTION;

    byte(t, 0xe8);
    dword(b, t, function - (CODE + t->n + 4));
    put_turn(b, t, function);
    byte(t, 0xe8);
    dword(b, t, function - (CODE + t->n + 4));
}

static void put_code(struct text *t, const u8 *code, u32 n)
{
    memcpy(t->p + t->n, code, n);
    t->n += n;
}

/* Calls all functions of a page. */
static void put_calls(struct bed *b, struct text *t, bool large)
{
    static const u8 loop[] = { 0xff, 0xd2, 0x83, 0xc2, FUNCTION,
                               0xf7, 0xc2, 0xff, 0x0f, 0, 0, 0x75, 0xf3 };

    byte(t, 0xba);                      /* mov edx, ..; 1: call edx; */
    dword(b, t, some_page(large) + FUNCTION);   /* add edx, FUNCTION; */
    put_code(t, loop, sizeof loop);     /* test edx, 0fffh; jne 1b */
}

/* What a program has: global pages, large ones, flushes of more than a page.
 * Without these, links between pages last until a page is flushed. */
struct has { bool global, large, flush; };

/* Of a page; but for global pages; of all, where there are such. */
static void put_flush(struct bed *b, struct text *t, u32 page, struct has h)
{
    static const u8 cr3[] = { 0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8 };
    static const u8 cr4[] = { 0x0f, 0x20, 0xe0, 0x34, 0x80, 0x0f, 0x22, 0xe0 };

    if (!h.flush || rnd(3)) {
        byte(t, 0x0f); byte(t, 0x01); byte(t, 0x3d);    /* invlpg [page] */
        dword(b, t, page);
    } else if (h.global && rnd(4) == 0) {
        put_code(t, cr4, sizeof cr4);
    } else {
        put_code(t, cr3, sizeof cr3);
    }
}

static void more_tables(struct bed *b)
{
    bool large = b->cpu.model->features & FEAT_PSE;

    for (u32 n = 0; n < RAM_SIZE / PAGE_SIZE; n++)
        put(b, SECOND_TABLE + 4 * n, (n ^ 3) << 12 | 7, 4);
    put(b, DIRECTORY + (LARGE >> 22) * 4, PS | 7, 4);
    if (TWICE >> 22)
        put(b, DIRECTORY + (TWICE >> 22) * 4, SECOND_TABLE | 7, 4);
    b->cpu.s.cr[4] |= large ? CR4_PSE : 0;
}

/* The loop begins behind the first mapping, so that what turns is another way
 * round the next time. */
static void put_body(struct bed *b, bool global)
{
    struct text text = { b->ram + CODE, 0, true, 0 }, *t = &text;
    struct has h = { global, global && rnd(2), rnd(2) };
    u32 start;

    b->finish = more_tables;
    put_functions(b);
    for (u32 n = 0; n < 2 * PLACES; n++) {
        byte(t, 0xc7); byte(t, 0x05);
        dword(b, t, entry_of(FUNCTIONS + n % PLACES * PAGE_SIZE +
                             n / PLACES * TWICE));
        dword(b, t, MEMORY + n * PAGE_SIZE + 7);
    }
    start = t->n;
    while (t->n < CODE_SIZE - 110) {
        u32 page = some_page(h.large);
        u32 other = rnd(2) ? page : some_page(h.large);

        put_call(b, t, page);
        if (h.large && rnd(6) == 0)
            put_split(b, t);
        if (rnd(4) == 0)
            put_map(b, t, other);
        if (rnd(6) == 0)
            put_flush(b, t, other, h);
        put_call(b, t, page);
        if (rnd(12) == 0)
            put_calls(b, t, h.large);
        if (rnd(3) == 0)
            put_crossed(b, t);
        if (rnd(6) == 0)
            put_changed(b, t, page);
    }
    byte(t, 0xe9);
    dword(b, t, start - (t->n + 4));
}

static void local(struct bed *b, enum mode m)
{
    (void)m;
    put_body(b, false);
}

static void global(struct bed *b, enum mode m)
{
    (void)m;
    put_body(b, true);
}

/* Compiled code links pages and undoes that. */
START_TEST(pages_of_code_move)
{
    u64 links = 0, unlinks = 0;

    for (u32 seed = 1; seed <= 4 * seeds(); seed++) {
        compare((struct kind){ "486", PAGED, seed, local, false, 0 });
        compare((struct kind){ "pentium2", PAGED, seed, global, false, 0 });
        links += compiled.cpu.tally.page_links;
        unlinks += compiled.cpu.tally.page_unlinks;
    }
    if (is_built(ENGINE_COMPILED))
        ck_assert(links > 0 && unlinks > 0);
}
END_TEST

/* The plain engine, which keeps what it decoded, against itself without that. */
static void compare_uncached(struct kind k)
{
    ck_assert(bed_make(&plain, &k, ENGINE_PLAIN, 0));
    ck_assert(bed_make(&fast, &k, ENGINE_PLAIN, 0));
    plain.cpu.cache_off = true;
    for (ns_t at = 501; at < SPAN; at += 501) {
        cpu_run(&plain.cpu, at);
        cpu_run(&fast.cpu, at);
        if (!bed_same(&plain, &fast))
            differ(&k, at);
    }
    bed_free(&plain);
    bed_free(&fast);
}

START_TEST(instructions_cross_pages)
{
    for (u32 seed = 1; seed <= 2 * seeds(); seed++) {
        compare_uncached((struct kind){ "486", PAGED, seed, local, false, 0 });
        compare_uncached((struct kind){ "pentium2", PAGED, seed, global, false,
                                        0 });
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("near");
    TCase *t = tcase_create("pages of code");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_test(t, pages_of_code_move);
    tcase_add_test(t, instructions_cross_pages);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
