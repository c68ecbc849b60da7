/* test_debug.c - the ports with which test programs speak to an emulator. */
#include "tests/lib/chip.h"

#include "devices/debug/debug.h"

static struct chip_test t;
static struct debug debug, other;
static char text[64];
static int count, offs, exits, posts;
static u32 code;

static void put(void *ctx, u8 byte)
{
    (void)ctx;
    text[count++ % 64] = (char)byte;
}

static void post(void *ctx, u8 byte)
{
    (void)ctx, (void)byte;
    posts++;
}

static void pin(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    offs += level;
}

static void leave(void *ctx, u32 v)
{
    (void)ctx;
    code = v;
    exits++;
}

static void make(struct debug *d)
{
    struct dev_env env = chip_env(&t);

    *d = (struct debug){ .console = { put, NULL }, .post = { post, NULL },
                         .off = { .set = pin }, .exit = leave };
    debug_init(d, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    count = offs = exits = posts = 0;
    make(&debug);
}

static u8 in(u16 port) { return (u8)debug_ops.port_in(&debug, port, 1); }
static void out(u16 port, u8 v) { debug_ops.port_out(&debug, port, 1, v); }

static void say(u16 port, const char *s)
{
    for (; *s; s++)
        out(port, (u8)*s);
}

START_TEST(console)
{
    ck_assert_uint_eq(in(DEBUG_CONSOLE), 0xe9);
    say(DEBUG_CONSOLE, "hello");
    ck_assert_str_eq(text, "hello");
}
END_TEST

static const struct { u32 v, code; int size; } codes[] = {
    { 0, 1, 1 }, { 1, 3, 1 }, { 0x31, 0x63, 1 }, { 0x1234, 0x2469, 2 },
    { 0x80000001, 3, 4 }, { 0xffffffff, 0xffffffff, 4 },
};

START_TEST(exit_code)
{
    debug_ops.port_out(&debug, DEBUG_EXIT, codes[_i].size, codes[_i].v);
    ck_assert_int_eq(exits, 1);
    ck_assert_uint_eq(code, codes[_i].code);
    ck_assert_uint_eq(debug.s.exit_code, codes[_i].code);
    ck_assert_uint_eq(debug_ops.port_in(&debug, DEBUG_EXIT, 4), 0);
}
END_TEST

static const struct { const char *word; int offs; } words[] = {
    { "Shutdown", 1 }, { "shutdown", 0 }, { "ShutShutdown", 1 },
    { "Shutdow", 0 }, { "SShutdown", 1 }, { "Shut down", 0 },
};

START_TEST(shutdown_word)
{
    say(DEBUG_SHUTDOWN, words[_i].word);
    ck_assert_int_eq(offs, words[_i].offs);
    ck_assert_uint_eq(in(DEBUG_SHUTDOWN), 0xff);
    ck_assert_uint_eq(debug_ops.port_in(&debug, DEBUG_SHUTDOWN, 4),
                      0xffffffff);
}
END_TEST

START_TEST(post_codes)
{
    out(DEBUG_POST, 0x12);
    out(DEBUG_POST + 4, 0x34);
    ck_assert_uint_eq(in(DEBUG_POST), 0x12);
    ck_assert_uint_eq(in(DEBUG_POST + 4), 0x34);
    ck_assert_uint_eq(in(DEBUG_POST + 15), 0);
    ck_assert_int_eq(posts, 1);
}
END_TEST

START_TEST(nobody_listens)
{
    debug.exit = NULL;
    debug.console = debug.post = (struct sink){ 0 };
    out(DEBUG_EXIT, 1);
    out(DEBUG_CONSOLE, 1);
    out(DEBUG_POST, 1);
    ck_assert_int_eq(count + exits + posts, 0);
}
END_TEST

START_TEST(state)
{
    make(&other);
    chip_fields_cover(&debug_ops);
    say(DEBUG_SHUTDOWN, "ShutdownShut");
    out(DEBUG_POST + 3, 0x77);
    out(DEBUG_EXIT, 5);
    chip_round_trip(&t, &debug_ops, &debug, &other);
    ck_assert(other.off.level);
    ck_assert_int_eq(exits, 1);
    debug_ops.reset(&debug);
    ck_assert(!debug.off.level);
}
END_TEST

START_TEST(random_traffic)
{
    chip_random_ports(&t, &debug_ops, &debug, 0x60, 4, (u32)_i + 1);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i + 1;

    chip_random_state(debug_ops.state, &debug.s, &seed);
    chip_loaded(&t, &debug_ops, &debug);
    chip_random_ports(&t, &debug_ops, &debug, 0x40, 4, seed);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("debug ports");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, console);
    tcase_add_loop_test(tc, exit_code, 0, COUNT_OF(codes));
    tcase_add_loop_test(tc, shutdown_word, 0, COUNT_OF(words));
    tcase_add_test(tc, post_codes);
    tcase_add_test(tc, nobody_listens);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 5);
    return chip_run_case("debug", tc);
}
