/* test_load.c - a state that is saved and loaded is the same machine: its hash
 * is the same at once, and so is what it does from there on. */
#include "tests/lib/wild.h"

enum { LEAST_US = 3, MOST_US = 700, LOADS = 3 };

static void load(struct pc *to, struct pc *from)
{
    char why[PC_WHY] = "";
    size_t n;
    void *bytes = pc_save_bytes(from, &n);

    ck_assert_ptr_nonnull(bytes);
    ck_assert_msg(pc_load_bytes(to, bytes, n, why), "%s", why);
    free(bytes);
}

/* Runs a guest as it is in one machine; in another its state is taken out and
 * put back now and then. */
static void guest_same(struct pc *a, struct pc *b, u64 from)
{
    load(a, b);                         /* all that no reset reaches */
    guest_make(a, from);
    guest_make(b, from);
    for (u32 n = 0; n < LOADS; n++) {
        ns_t ns = (LEAST_US + rnd(MOST_US)) * 1000 + rnd(1000);
        u64 was;

        pc_run(a, ns, 0);
        pc_run(b, ns, 0);
        was = pc_hash(b);
        ck_assert_msg(pc_hash(a) == was, "guest %llu differs after load %u",
                      (unsigned long long)from, n);
        load(b, b);
        ck_assert_msg(pc_hash(b) == was, "guest %llu: load %u changes it",
                      (unsigned long long)from, n);
    }
}

START_TEST(a_load_changes_nothing)
{
    machines_make(models[_i]);
    for (u64 guest = 1; guest <= guests(2); guest++)
        for (int e = 0; e < ENGINES; e++)
            if (pc[e] && e != (int)(guest & 1))
                guest_same(pc[guest & 1], pc[e],
                           guest * 0x9e3779b97f4a7c15u + (u64)e);
    machines_free();
}
END_TEST

/* NMI's pin stays high while port 61h keeps the check; that is no new edge. */
START_TEST(no_second_nmi)
{
    struct pc *p;
    u64 was;

    machines_make("486");
    p = pc[0];
    guest_make(p, 1);
    p->cpu->s.nmi = false;
    out(p, 0x61, 0);
    out(p, 0x70, 0);
    pc_nmi(p);
    pc_run(p, MS, 0);
    ck_assert(net_level(&p->wire[WIRE_NMI]));
    p->cpu->s.nmi = false;
    was = pc_hash(p);
    load(p, p);
    ck_assert(!p->cpu->s.nmi);
    ck_assert(pc_hash(p) == was);
    machines_free();
}
END_TEST

START_TEST(off_and_on)
{
    struct pc *p;
    size_t n;
    void *on;

    machines_make("486");
    p = pc[0];
    guest_make(p, 2);
    on = pc_save_bytes(p, &n);
    pc_power_button(p);
    ck_assert_int_eq(pc_run(p, MS, 0), PC_OFF);
    load(p, p);
    ck_assert(pc_load_bytes(p, on, n, NULL));
    ck_assert_int_eq(pc_run(p, MS, 0), PC_TIME);
    pc_power_button(p);
    ck_assert_int_eq(pc_run(p, MS, 0), PC_OFF);
    load(p, p);
    ck_assert_int_eq(pc_run(p, MS, 0), PC_OFF);
    free(on);
    machines_free();
}
END_TEST

/* Times that only a damaged state has are shown, however far away. */
START_TEST(far_times_are_shown)
{
    struct timer e;
    struct pc *p;
    char *text;

    machines_make("486");
    p = pc[0];
    guest_make(p, 3);
    p->clk.now = 50 * MS;
    timer_init(&e, &(struct dev_env){ &p->clk, NULL, 0 }, 0, "far away", NULL,
               NULL, NULL);
    timer_set(&e, INT64_MIN + 1);
    text = pc_info(p, "timers");
    ck_assert_ptr_nonnull(strstr(text, "far away   in -9223372036854775808"));
    free(text);
    timer_stop(&e);
    machines_free();
}
END_TEST

/* The page, for loads, stores and code of either privilege, is there and leads
 * to a physical page of its own. */
static void expect_pages(struct cpu *c, u32 page)
{
    for (u32 n = 0; n < 2 * TLB_KINDS; n++) {
        const struct tlb *t = &c->tlb[n / TLB_KINDS][n % TLB_KINDS]
                                     [page >> 12 & (TLB_SIZE - 1)];

        ck_assert_uint_eq(t->tag & ~(u32)TLB_FLAGS, page);
        ck_assert_uint_eq(t->phys, (n + 1) << 12);
        ck_assert(t->large == (n & 1));
    }
}

/* States of builds whose TLB had 512 entries a kind say by an entry's place what
 * it is for; those of today by the entry itself. */
START_TEST(tlb_of_an_older_state)
{
    enum { OLDER = 512, PAGE = 0x12745000 };
    struct cpu *c;

    machines_make("486");
    c = pc[0]->cpu;
    c->s.cr[0] |= CR0_PE | CR0_PG;
    memset(&c->tlb_saved, 0, sizeof c->tlb_saved);
    for (u32 n = 0; n < 2 * TLB_KINDS; n++)
        c->tlb_saved.entry[n * OLDER + (PAGE >> 12 & (OLDER - 1))] =
            (u64)PAGE << 32 | (n + 1) << 12 | SAVED_VALID |
            (n & 1 ? SAVED_LARGE : 0);
    cpu_tlb_loaded(c);
    expect_pages(c, PAGE);
    cpu_sync(c);
    cpu_tlb_loaded(c);
    expect_pages(c, PAGE);
    c->tlb_saved.entry[0] = (u64)PAGE << 32 | SAVED_VALID | SAVED_KIND |
                            3 * SAVED_KIND_IS;
    cpu_tlb_loaded(c);                  /* a kind that does not exist */
    expect_pages(c, PAGE);
    machines_free();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("load");
    TCase *t = tcase_create("load");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, a_load_changes_nothing, 0, (int)COUNT_OF(models));
    tcase_add_test(t, no_second_nmi);
    tcase_add_test(t, off_and_on);
    tcase_add_test(t, tlb_of_an_older_state);
    tcase_add_test(t, far_times_are_shown);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
