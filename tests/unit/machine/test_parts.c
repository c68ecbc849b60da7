/* test_parts.c - machines put together from parts: what is left out, moved,
 * there twice, or asked for by two. */
#include <check.h>

#include "tests/lib/machine_dir.h"

static struct heard heard;

static void begin(void)
{
    heard.n = 0;
    setup();
}

/* A machine with these device lines (the last NULL); NULL with words. */
static struct pc *make_of(struct pc_config *c, const char *const *lines,
                          char *why)
{
    c->device = lines;
    for (c->devices = 0; lines[c->devices];)
        c->devices++;
    return pc_new(c, why);
}

/* ---- what does not go together ---- */

static const struct { const char *line[3], *words; } wrong[] = {
    { { "isa-fdc,iobase=0x370" }, "isa-fdc 'fdc1': IRQ 6 is taken by isa-fdc "
      "'fdc'" },
    { { "isa-fdc,iobase=0x370,irq=10" }, "DMA channel 2 is taken by isa-fdc "
      "'fdc'" },
    { { "isa-fdc,irq=10,dma=1" }, "port 3f0h is taken by isa-fdc 'fdc'" },
    { { "isa-fdc,iobase=0x370,irq=10,dma=1",
        "isa-fdc,iobase=0x360,irq=11,dma=3" }, "2 floppy controllers" },
    { { "uart2,irq=6" }, "IRQ 6 is taken by" },
    { { "uart2,iobase=0x3f4" }, "port 3f" },
    { { "uart2,iobase=0x64" }, "port 64h is taken by i8042 'kbc'" },
    { { "isa-serial,index=0" }, "index=0 is taken" },
    { { "isa-serial,index=4" }, "COM5 has no usual port" },
    { { "isa-serial,iobase=0xffff,index=5" }, "the last is FFFFh" },
    { { "isa-seriall" }, "did you mean 'isa-serial'" },
    { { "isa-serial,irk=5" }, "did you mean 'irq'" },
    { { "isa-serial,irq=16" }, "irq=16: 1 to 15" },
    { { "isa-serial,irq=" }, "irq=: 1 to 15" },
    { { "isa-serial,id=fdc" }, "id 'fdc' is given twice" },
    { { "isa-serial,id=cpu" }, "something else in a state" },
    { { "isa-serial,id=ram" }, "something else in a state" },
    { { "isa-serial,id=disk2" }, "something else in a state" },
    { { "isa-serial,id=abcdefghijkl" }, "longer than 11" },
    { { "VGA,id=second" }, "there is a display already" },
    { { "vga,vgamem_mb=3" }, "no power of two" },
    { { "ps2-kbd" }, "there is a keyboard already" },
    { { "i8254" }, "part of the board" },
    { { "pit,iobase=5" }, "no property 'iobase'" },
};

START_TEST(clashes_name_both_owners)
{
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";

    ck_assert_ptr_null(make_of(&c, wrong[_i].line, why));
    ck_assert_msg(strstr(why, wrong[_i].words), "%s: %s", wrong[_i].line[0],
                  why);
}
END_TEST

/* ---- what does ---- */

/* Reads port DX into AL and tells it to E9: AL, for each of `ports`. */
static size_t reader(uint8_t *code, const uint16_t *ports, size_t n)
{
    uint8_t *p = code;

    for (size_t i = 0; i < n; i++) {
        const uint8_t one[] = { 0xba, ports[i] & 0xff, ports[i] >> 8, 0xec,
                                0xe6, 0xe9 };

        memcpy(p, one, sizeof one);
        p += sizeof one;
    }
    *p++ = 0xf4;
    return (size_t)(p - code);
}

static void boot(struct pc_config *c, const uint8_t *code, size_t n)
{
    const char *image = in_dir("boot.img");

    ck_assert(file_boot(image, code, n, 1474560));
    c->drive[PC_FDA].path = image;
}

static void run(struct pc *pc)
{
    for (int n = 0; n < 500 && !heard.n; n++)
        pc_run(pc, 20 * MS, 0);
    pc_run(pc, 20 * MS, 0);
}

/* Each of eight serial ports shows an idle line's status where it was put. */
START_TEST(eight_serial_ports)
{
    static const char *const lines[] = {
        "uart2", "isa-serial,index=2", "isa-serial",
        "isa-serial,iobase=0x3e0,irq=10", "isa-serial,iobase=0x2e0,irq=11",
        "isa-serial,iobase=0x340,irq=5", "isa-serial,iobase=0x350,irq=15,id=z",
        "ide1,present=off", NULL };
    static const uint16_t lsr[] = { 0x3fd, 0x2fd, 0x3ed, 0x2ed, 0x3e5, 0x2e5,
                                    0x345, 0x355, 0x177 };
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";
    uint8_t code[200];
    struct pc *pc;

    boot(&c, code, reader(code, lsr, 9));
    ck_assert_msg((pc = make_of(&c, lines, why)) != NULL, "%s", why);
    run(pc);
    ck_assert_uint_eq(heard.n, 9);
    for (int n = 0; n < 8; n++)
        ck_assert_uint_eq((uint8_t)heard.text[n], 0x60);
    ck_assert_uint_eq((uint8_t)heard.text[8], 0xff);
    ck_assert(pc_receive(pc, PC_COM8, 'x'));
    pc_free(pc);
}
END_TEST

START_TEST(no_display)
{
    static const uint16_t ports[] = { 0x3c4, 0x3da, 0x3f8 + 5 };
    struct pc_config c = machine_config(&heard);
    struct pc_text *text = malloc(sizeof *text);
    char why[PC_WHY] = "";
    uint8_t code[64];
    struct pc *pc;

    c.no_display = true;
    c.devices = 0;
    boot(&c, code, reader(code, ports, 3));
    ck_assert_msg((pc = pc_new(&c, why)) != NULL, "%s", why);
    run(pc);
    ck_assert_uint_eq(heard.n, 3);
    ck_assert_mem_eq(heard.text, "\xff\xff\x60", 3);
    ck_assert_ptr_null(pc_screen(pc).pixels);
    ck_assert(!pc_text(pc, text));
    free(text);
    pc_free(pc);
}
END_TEST

/* The bare board runs its BIOS; a drive has no controller to hang on. */
START_TEST(bare_board)
{
    static const char *const without[] = { "fdc,present=off", NULL };
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";
    struct pc *pc;

    c.nodefaults = c.no_display = true;
    c.channels = 0;
    c.devices = 0;
    ck_assert_msg((pc = pc_new(&c, why)) != NULL, "%s", why);
    pc_run(pc, 3000 * MS, 0);
    ck_assert_uint_gt(pc_icount(pc), 10000);
    ck_assert_uint_eq(pc_port_in(pc, 0x3f4, 1), 0xff);
    ck_assert_uint_eq(pc_port_in(pc, 0x1f7, 1), 0xff);
    ck_assert_uint_eq(pc_port_in(pc, 0xe9, 1), 0xff);
    pc_free(pc);
    c.builtin_disk = true;              /* it brings its controller */
    ck_assert_msg((pc = pc_new(&c, why)) != NULL, "%s", why);
    ck_assert_uint_eq(pc_port_in(pc, 0x1f7, 1), 0xff);
    pc_free(pc);
    ck_assert_ptr_null(make_of(&c, without, why));
    ck_assert_msg(strstr(why, "no floppy controller"), "%s", why);
}
END_TEST

/* A second controller of each kind. */
START_TEST(second_controllers)
{
    static const char *const lines[] = {
        "isa-fdc,iobase=0x370,irq=10,dma=1,id=fdc2", "ide1,present=off",
        "isa-ide,iobase=0x168,irq=11", "isa-parallel,index=1", NULL };
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "", *info;
    struct pc *pc = make_of(&c, lines, why);

    ck_assert_msg(pc != NULL, "%s", why);
    pc_port_out(pc, 0x372, 1, 0x0c);    /* out of its reset */
    ck_assert_uint_eq(pc_port_in(pc, 0x374, 1) & 0xc0, 0x80);
    pc_port_out(pc, 0x278, 1, 0x5a);
    ck_assert_uint_eq(pc_port_in(pc, 0x278, 1), 0x5a);
    info = pc_info(pc, "parts");
    ck_assert_ptr_nonnull(strstr(info, "fdc2       isa-fdc,iobase=0x370,irq=10,"
                                       "dma=1"));
    ck_assert_ptr_nonnull(strstr(info, "ide1       isa-ide,iobase=0x168"));
    free(info);
    pc_free(pc);
}
END_TEST

/* ---- states ---- */

START_TEST(a_state_knows_its_parts)
{
    static const char *const moved[] = { "uart2,iobase=0x3e8", NULL };
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(&c, why), *other = make_of(&c, moved, why);
    size_t size;
    void *state;
    uint64_t hash;

    pc_run(pc, 100 * MS, 0);
    state = pc_save_bytes(pc, &size);
    hash = pc_hash(other);
    ck_assert(!pc_load_bytes(other, state, size, why));
    ck_assert_msg(strstr(why, "'uart2 isa-serial,index=1,iobase=0x2f8,irq=3' "
                              "there, 'uart2 isa-serial,index=1,iobase=0x3e8"),
                  "%s", why);
    ck_assert_uint_eq(pc_hash(other), hash);
    ck_assert(pc_load_bytes(pc, state, size, why));
    free(state);
    pc_free(pc);
    pc_free(other);
}
END_TEST

/* Parts that are left out do not move the events of those that stay. */
START_TEST(leaving_one_out_changes_nothing_else)
{
    static const char *const without[] = { "ide1,present=off", NULL };
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";
    struct pc *a = pc_new(&c, why), *b = make_of(&c, without, why);
    uint32_t x, y;

    pc_run(a, 2000 * MS, 0);
    pc_run(b, 2000 * MS, 0);
    ck_assert(pc_register(a, "esp", &x) && pc_register(b, "esp", &y));
    ck_assert_uint_eq(x, y);
    ck_assert_int_eq(pc_now(a), pc_now(b));
    pc_free(a);
    pc_free(b);
}
END_TEST

static const struct { const char *line, *environment; } cards[] = {
    { "sb16", "SET BLASTER=A220 I5 D1 H5 P330 T6" },
    { "sb16,iobase=0x240,irq=10,dma=3,hdma=7,mpu=0",
      "SET BLASTER=A240 I10 D3 H7 T6" },
    { "sb,model=1.5,irq=7", "SET BLASTER=A220 I7 D1 T1" },
    { "sb", "SET BLASTER=A220 I5 D1 T3" },
    { "sbpro,model=1", "SET BLASTER=A220 I5 D1 T2" },
    { "sbpro", "SET BLASTER=A220 I5 D1 T4" },
    { "gus,irq=7", "SET ULTRASND=240,3,3,7,7" },
    { "adlib", NULL }, { "sb16,irq=x", NULL }, { "nothing", NULL },
};

START_TEST(drivers_find_their_line)
{
    char *line = pc_part_environment(cards[_i].line);

    ck_assert_int_eq(line != NULL, cards[_i].environment != NULL);
    if (line)
        ck_assert_str_eq(line, cards[_i].environment);
    free(line);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parts");
    TCase *t = tcase_create("parts");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, begin, teardown);
    tcase_add_loop_test(t, clashes_name_both_owners, 0,
                        sizeof wrong / sizeof wrong[0]);
    tcase_add_loop_test(t, drivers_find_their_line, 0,
                        sizeof cards / sizeof cards[0]);
    tcase_add_test(t, eight_serial_ports);
    tcase_add_test(t, no_display);
    tcase_add_test(t, bare_board);
    tcase_add_test(t, second_controllers);
    tcase_add_test(t, a_state_knows_its_parts);
    tcase_add_test(t, leaving_one_out_changes_nothing_else);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
