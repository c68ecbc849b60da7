/* test_spin.c - guests that would keep a processor busy without an end:
 * pc_run() comes back from each, in every engine, with the same state. What
 * hangs here is stopped by the time limit of libcheck. */
#include "tests/lib/wild.h"

enum { EVENTS = 40000, RUN_MS = 4, SLICE_US = 50 };

/* ---- running ---- */

/* From event to event, as long as the guest lives. */
static void run(struct pc *p, u64 from)
{
    ns_t end;
    u32 turns = 0;

    guest_make(p, from);
    end = pc_now(p) + RUN_MS * MS;
    while (pc_now(p) < end && turns < EVENTS) {
        ns_t next, now = pc_now(p);

        pc_idle(p, &next);
        next = next < end ? next : end;
        if (from & 1 && next > now + SLICE_US * 1000)
            next = now + SLICE_US * 1000;
        if (pc_run(p, next > now ? next - now : 1, 0) != PC_TIME)
            break;
        turns++;
    }
    ck_assert_msg(turns < EVENTS, "guest %llu: %u events in %d ms",
                  (unsigned long long)from, turns, RUN_MS);
}

START_TEST(any_guest_ends)
{
    machines_make(models[_i]);
    for (u64 guest = 1; guest <= guests(25); guest++) {
        u64 first = 0, h;

        for (int e = 0; e < ENGINES; e++) {
            if (!pc[e])
                continue;
            run(pc[e], guest * 0x9e3779b97f4a7c15u);
            h = hash(pc[e]);
            first = e ? first : h;
            ck_assert_msg(h == first, "%s guest %llu: %s differs",
                          models[_i], (unsigned long long)guest, engines[e]);
        }
    }
    machines_free();
}
END_TEST

/* #AC at ring 3, whose handler there is entered with the same stack. */
static void alignment_guest(struct pc *p)
{
    struct cpu_state *s = &p->cpu->s;

    guest_make(p, 1);
    for (u32 n = 0; n < 256; n++)
        put(p, IDT + 8 * n, gate(CODE_3 * 8 + 3, HANDLER, 0xee), 8);
    for (int n = ES; n <= GS; n++)
        segment(p, n, n == CS ? CODE_3 : DATA_3, true);
    p->ram[CODE] = 0xcc;
    s->cr[0] = CR0_PE | CR0_AM;
    s->idt_base = IDT;
    s->idt_limit = 0x7ff;
    s->cpl = 3;
    s->eflags = 2 | AC;
    s->gpr[ESP] = STACK - 2;
    s->dr[7] = 0x400;
    s->nmi = false;
    cpu_loaded(p->cpu);
}

START_TEST(alignment_hangs_the_processor)
{
    machines_make("486");
    for (int e = 0; e < ENGINES; e++) {
        if (!pc[e])
            continue;
        alignment_guest(pc[e]);
        ck_assert_int_eq(pc_run(pc[e], MS, 0), PC_TIME);
        ck_assert(pc[e]->cpu->s.shutdown);
        pc_reset(pc[e]);
        pc_run(pc[e], MS, 0);
        ck_assert(!pc[e]->cpu->s.shutdown);
    }
    machines_free();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spin");
    TCase *t = tcase_create("spin");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, any_guest_ends, 0, (int)COUNT_OF(models));
    tcase_add_test(t, alignment_hangs_the_processor);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
