/* test_vga.c - the VGA's registers, DAC, beam, interrupt, dispi and state. */
#include "tests/lib/vga_modes.h"

static struct vga_test *t;

static void setup(void) { t = vga_test_new(); }
static void teardown(void) { vga_test_free(t); }

/* What reads back after FFh was written: the bits that exist. */
static const struct { u16 port; u8 index, bits; } exist[] = {
    { 0x3c4, 0, 0x03 }, { 0x3c4, 1, 0x3d }, { 0x3c4, 2, 0x0f },
    { 0x3c4, 3, 0x3f }, { 0x3c4, 4, 0x0e }, { 0x3c4, 5, 0x00 },
    { 0x3c4, 6, 0x00 }, { 0x3c4, 0x0b, 0x00 }, { 0x3c4, 0xff, 0x00 },
    { 0x3ce, 0, 0x0f }, { 0x3ce, 1, 0x0f }, { 0x3ce, 2, 0x0f },
    { 0x3ce, 3, 0x1f }, { 0x3ce, 4, 0x03 }, { 0x3ce, 5, 0x7b },
    { 0x3ce, 6, 0x0f }, { 0x3ce, 7, 0x0f }, { 0x3ce, 8, 0xff },
    { 0x3ce, 9, 0x00 }, { 0x3ce, 0xff, 0x00 },
    { 0x3d4, 0x00, 0xff }, { 0x3d4, 0x0e, 0xff }, { 0x3d4, 0x18, 0xff },
    { 0x3d4, 0x19, 0x00 }, { 0x3d4, 0x30, 0x00 }, { 0x3d4, 0xff, 0x00 },
};

START_TEST(registers_read_back)
{
    port(t, 0x3c2, 0xff);
    reg(t, exist[_i].port, exist[_i].index, 0xff);
    ck_assert_uint_eq(in(t, exist[_i].port), exist[_i].index);
    ck_assert_uint_eq(in(t, exist[_i].port + 1), exist[_i].bits);
}
END_TEST

START_TEST(misc_output_moves_the_crtc)
{
    port(t, 0x3c2, 0xff);
    ck_assert_uint_eq(in(t, 0x3cc), 0xef);
    reg(t, 0x3d4, 0x0e, 0x12);
    reg(t, 0x3b4, 0x0e, 0x34);          /* nobody there */
    ck_assert_uint_eq(in(t, 0x3b5), 0xff);
    ck_assert_uint_eq(in(t, 0x3ba), 0xff);
    port(t, 0x3c2, 0xfe);
    ck_assert_uint_eq(in(t, 0x3b4), 0x0e);
    ck_assert_uint_eq(in(t, 0x3b5), 0x12);
    ck_assert_uint_eq(in(t, 0x3d5), 0xff);
    port(t, 0x3ba, 2);
    ck_assert_uint_eq(in(t, 0x3ca), 2);
}
END_TEST

START_TEST(protect_bit_keeps_the_timing)
{
    port(t, 0x3c2, 1);
    reg(t, 0x3d4, 0x11, 0x00);
    for (u8 i = 0; i < 8; i++)
        reg(t, 0x3d4, i, 0x11);
    reg(t, 0x3d4, 0x11, 0x80);
    for (u8 i = 0; i < 8; i++)
        reg(t, 0x3d4, i, 0xee);
    for (u8 i = 0; i < 8; i++) {
        port(t, 0x3d4, i);
        ck_assert_uint_eq(in(t, 0x3d5), i < 7 ? 0x11 : 0x01);
    }
}
END_TEST

START_TEST(attribute_flip_flop)
{
    port(t, 0x3c2, 1);
    in(t, 0x3da);
    port(t, 0x3c0, 0x05);
    port(t, 0x3c0, 0x2a);               /* data */
    port(t, 0x3c0, 0x11);               /* address again */
    in(t, 0x3da);
    port(t, 0x3c0, 0x25);               /* so this is an address too */
    ck_assert_uint_eq(in(t, 0x3c0), 0x25);
    ck_assert_uint_eq(in(t, 0x3c1), 0x2a);
    port(t, 0x3d4, 0x24);
    ck_assert_uint_eq(in(t, 0x3d5), 0x80);
    port(t, 0x3c0, 0x33);               /* the palette is in use: refused */
    ck_assert_uint_eq(in(t, 0x3c1), 0x2a);
    in(t, 0x3da);
    port(t, 0x3c0, 0x31);
    port(t, 0x3c0, 0x7f);               /* overscan is not palette */
    ck_assert_uint_eq(in(t, 0x3c1), 0x7f);
    attr(t, 0x15, 0xff);
    ck_assert_uint_eq(in(t, 0x3c1), 0);
}
END_TEST

START_TEST(dac_takes_whole_colors)
{
    port(t, 0x3c8, 5);
    port(t, 0x3c9, 1);
    port(t, 0x3c9, 2);
    ck_assert_uint_eq(in(t, 0x3c8), 5);
    ck_assert_uint_eq(t->v.s.dac[5], 0);
    port(t, 0x3c9, 0xff);               /* six bits */
    ck_assert_uint_eq(in(t, 0x3c8), 6);
    ck_assert_uint_eq(t->v.s.dac[5], 0x0408ff);
    ck_assert_uint_eq(in(t, 0x3c7), 0);
    port(t, 0x3c9, 9);
    port(t, 0x3c8, 5);                  /* abandons colour 6 */
    port(t, 0x3c9, 0x3f);
    port(t, 0x3c9, 0x3f);
    port(t, 0x3c9, 0x3f);
    ck_assert_uint_eq(t->v.s.dac[5], 0xffffff);
    ck_assert_uint_eq(t->v.s.dac[6], 0);
}
END_TEST

START_TEST(dac_reads_on)
{
    for (u32 i = 0; i < 256; i++)
        color(t, (u8)i, test_color(i));
    port(t, 0x3c7, 254);
    ck_assert_uint_eq(in(t, 0x3c7), 3);
    ck_assert_uint_eq(in(t, 0x3c8), 255);
    for (u32 i = 254; i < 258; i++)
        for (int k = 16; k >= 0; k -= 8)
            ck_assert_uint_eq(in(t, 0x3c9),
                              (test_color(i & 255) >> k & 0xff) >> 2);
    ck_assert_uint_eq(in(t, 0x3c6), 0xff);
}
END_TEST

START_TEST(dac_of_eight_bits)
{
    color(t, 1, 0xffffff);
    dispi(t, 4, 0x20);
    port(t, 0x3c7, 1);
    ck_assert_uint_eq(in(t, 0x3c9), 0xff);      /* same colour, wider */
    port(t, 0x3c8, 2);
    port(t, 0x3c9, 0x12);
    port(t, 0x3c9, 0x34);
    port(t, 0x3c9, 0x56);
    ck_assert_uint_eq(t->v.s.dac[2], 0x123456);
    dispi(t, 4, 0);
    port(t, 0x3c7, 2);
    ck_assert_uint_eq(in(t, 0x3c9), 0x12 >> 2);
}
END_TEST

/* A BIOS's search for the monitor. */
START_TEST(sense_bit_compares_the_dac)
{
    port(t, 0x3c2, 1);
    attr(t, 0x11, 0);
    color(t, 0, 0x10 << 18 | 0x12 << 10 | 0x10 << 2);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x10, 0x10);
    color(t, 0, 0x2d << 18 | 0x14 << 10 | 0x14 << 2);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x10, 0);
}
END_TEST

/* An EGA's four switches, by clock select, read 1001b while the screen is dark;
 * whatever the clock, levels that a BIOS puts out for sensing are compared. */
START_TEST(ega_switches)
{
    bool on = _i == 0 || _i == 3;

    port(t, 0x3c2, (u8)(1 | _i << 2));
    attr(t, 0x11, 0);
    color(t, 0, 0);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x10, on ? 0x10 : 0);
    color(t, 0, 0x04 << 18 | 0x12 << 10 | 0x04 << 2);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x10, 0x10);
    color(t, 0, 0x12 << 18 | 0x04 << 10 | 0x20 << 2);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x10, 0);
}
END_TEST

START_TEST(subsystem_enable)
{
    port(t, 0x3c2, 0x67);
    port(t, 0x3c3, 0);
    ck_assert_uint_eq(in(t, 0x3cc), 0xff);
    port(t, 0x3c2, 0);
    port(t, 0x3c3, 1);
    ck_assert_uint_eq(in(t, 0x3cc), 0x67);
    ck_assert_uint_eq(in(t, 0x3c3), 1);
}
END_TEST

START_TEST(refresh_rate)
{
    const struct vga_mode *m = &vga_modes[_i];

    set_mode(t, m);
    ck_assert_uint_eq(t->v.timing.shown_lines, m->h * m->yscale);
    ck_assert_uint_eq(t->v.timing.shown_dots, m->w * m->xscale);
    t->frames = 0;
    run_ns(t, 20 * (ns_t)NS_PER_S);
    ck_assert_int_ge(t->frames, (int)m->mhz / 50 - 1);
    ck_assert_int_le(t->frames, (int)m->mhz / 50 + 1);
}
END_TEST

/* Walks over one frame dot by dot (well, every 100 ns) and counts what status
 * bits show. */
START_TEST(beam_position)
{
    u32 hidden = 0, sync = 0, edges = 0, n = 0;
    u8 before = 0, now;

    set_mode(t, &vga_modes[MODE_03]);
    to_blink_phase(t, 0);
    for (ns_t end = t->t.clk.now + 14268300; t->t.clk.now < end; n++) {
        now = in(t, 0x3da);
        hidden += now & 1;
        sync += now >> 3 & 1;
        edges += (now & ~before) & 1;
        before = now;
        run_ns(t, 100);
    }
    /* 720 of 900 dots on 400 of 449 lines are shown; 2 lines are retrace. */
    ck_assert_int_le(abs((int)(hidden * 900ull * 449 / n) - (900 * 449 -
                     720 * 400)), 300);
    ck_assert_int_le(abs((int)(sync * 449000ull / n) - 2000), 10);
    ck_assert_uint_eq(edges, 400);
}
END_TEST

START_TEST(start_address_waits_for_retrace)
{
    set_mode(t, &vga_modes[MODE_03]);
    to_blink_phase(t, 0);
    reg(t, 0x3d4, 0x0c, 0x12);
    reg(t, 0x3d4, 0x0d, 0x34);
    run_ns(t, 412 * 31777 - 5000);      /* line 412 begins the retrace */
    ck_assert_uint_eq(in(t, 0x3da) & 8, 0);
    ck_assert_uint_eq(t->v.s.start, 0);
    run_ns(t, 10000);
    ck_assert_uint_eq(in(t, 0x3da) & 8, 8);
    ck_assert_uint_eq(t->v.s.start, 0x1234);
}
END_TEST

/* What a picture is drawn from: all of one moment, kept until the next. */
START_TEST(picture_is_of_the_retrace)
{
    const struct vga_state *s;
    ns_t when, first;
    int frames;

    color(t, 0, 0x00fc00);
    s = vga_shown(&t->v, &when);        /* no frame yet: of this moment */
    ck_assert_uint_eq(s->dac[0], 0x00ff00);
    ck_assert_int_eq(when, t->t.clk.now);
    set_mode(t, &vga_modes[MODE_13]);
    color(t, 0, 0xfc0000);
    run_ns(t, 20000000);
    vga_shown(&t->v, &first);
    reg(t, 0x3d4, 0x0d, 80);
    attr(t, 0x13, 6);
    color(t, 0, 0x0000fc);
    frames = t->frames;
    s = vga_shown(&t->v, &when);
    ck_assert_int_eq(when, first);
    ck_assert_uint_eq(s->dac[0] >> 16, 0xff);
    ck_assert_uint_eq(s->attr[0x13], 0);
    while (t->frames == frames)
        run_ns(t, 100000);
    s = vga_shown(&t->v, &when);
    ck_assert_int_gt(when, first);
    ck_assert_uint_eq(s->dac[0] & 0xff, 0xff);
    ck_assert_uint_eq(s->attr[0x13], 6);
    ck_assert_uint_eq(s->start, 0);     /* the frame that has ended */
    ck_assert_uint_eq(t->v.s.start, 80);
}
END_TEST

START_TEST(picture_of_a_state)
{
    struct vga_test *b = vga_test_new();
    ns_t when, other;

    set_mode(t, &vga_modes[MODE_13]);
    run_ns(t, 50000000);
    color(t, 0, 0x0000fc);
    b->t.clk.now = t->t.clk.now;
    b->v.s = t->v.s;
    b->v.shown = t->v.shown;
    chip_loaded(&b->t, &vga_ops, &b->v);
    ck_assert_uint_eq(vga_shown(&b->v, &other)->dac[0], test_color(0));
    vga_shown(&t->v, &when);
    ck_assert_int_eq(when, other);
    b->v.shown = (struct vga_state){ 0 };       /* an older state */
    chip_loaded(&b->t, &vga_ops, &b->v);
    ck_assert_uint_eq(vga_shown(&b->v, &other)->dac[0] & 0xff, 0xff);
    b->v.shown = t->v.shown;
    b->v.shown.retrace = INT64_MAX;             /* a hostile one */
    chip_loaded(&b->t, &vga_ops, &b->v);
    ck_assert_int_eq((vga_shown(&b->v, &other), other), b->t.clk.now);
    vga_test_free(b);
}
END_TEST

START_TEST(vertical_interrupt)
{
    set_mode(t, &vga_modes[MODE_03]);
    run_ns(t, 100000000);
    ck_assert_int_eq(t->irqs, 0);       /* 11h bit 4 clear: no interrupt */
    reg(t, 0x3d4, 0x11, 0x1e);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x80, 0);
    run_ns(t, 20000000);
    ck_assert_int_eq(t->irqs, 1);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x80, 0x80);
    run_ns(t, 100000000);               /* stays up until cleared */
    ck_assert_int_eq(t->irqs, 1);
    ck_assert(t->v.irq.level);
    reg(t, 0x3d4, 0x11, 0x0e);
    ck_assert(!t->v.irq.level);
    reg(t, 0x3d4, 0x11, 0x3e);          /* held, but not let out */
    run_ns(t, 20000000);
    ck_assert_uint_eq(in(t, 0x3c2) & 0x80, 0x80);
    ck_assert(!t->v.irq.level);
}
END_TEST

START_TEST(shortest_frame_does_not_flood)
{
    port(t, 0x3c2, 1);
    for (u8 i = 0; i < 25; i++)
        reg(t, 0x3d4, i, 0);
    t->frames = 0;
    run_ns(t, NS_PER_S);
    ck_assert_int_le(t->frames, 510);
}
END_TEST

START_TEST(dispi_identifies)
{
    ck_assert_uint_eq(dispi_in(t, 0), 0xb0c5);
    dispi(t, 0, 0xb0c0);
    ck_assert_uint_eq(dispi_in(t, 0), 0xb0c0);
    dispi(t, 0, 0xb0c6);
    ck_assert_uint_eq(dispi_in(t, 0), 0xb0c0);
    ck_assert_uint_eq(dispi_in(t, 10), TEST_VRAM >> 16);
    dispi(t, 4, 2);
    ck_assert_uint_eq(dispi_in(t, 1), VGA_MAX_W);
    ck_assert_uint_eq(dispi_in(t, 2), VGA_MAX_H);
    ck_assert_uint_eq(dispi_in(t, 3), 32);
    ck_assert_uint_eq(dispi_in(t, 200), 0xffff);
}
END_TEST

static void dispi_mode(u16 w, u16 h, u16 bpp, u16 flags)
{
    dispi(t, 4, 0);
    dispi(t, 1, w);
    dispi(t, 2, h);
    dispi(t, 3, bpp);
    dispi(t, 4, 1 | flags);
}

START_TEST(dispi_geometry)
{
    set_mode(t, &vga_modes[MODE_03]);
    memset(t->vram, 0xaa, TEST_VRAM);
    dispi_mode(800, 600, 16, 0x40);
    ck_assert_uint_eq(dispi_in(t, 4), 0x41);
    ck_assert_uint_eq(dispi_in(t, 6), 800);
    ck_assert_uint_eq(t->vram[800 * 600 * 2 - 1], 0);
    ck_assert_uint_eq(t->vram[800 * 600 * 2], 0xaa);
    dispi(t, 6, 1024);
    ck_assert_uint_eq(dispi_in(t, 6), 1024);
    ck_assert_uint_eq(dispi_in(t, 7), TEST_VRAM / 2048);
    dispi(t, 6, 640);                   /* narrower than the screen */
    ck_assert_uint_eq(dispi_in(t, 6), 1024);
    dispi(t, 6, 0xffff);                /* more than there is memory */
    ck_assert_uint_eq(dispi_in(t, 6), 1024);
    dispi(t, 1, 640);                   /* not while enabled */
    ck_assert_uint_eq(dispi_in(t, 1), 800);
    t->vram[7] = 0x55;
    dispi_mode(640, 480, 8, 0x80);
    ck_assert_uint_eq(t->vram[7], 0x55);
    dispi_mode(2048, 2048, 32, 0);      /* 16 MB */
    ck_assert_uint_eq(dispi_in(t, 4) & 1, 0);
}
END_TEST

START_TEST(dispi_banks)
{
    u32 first, size, at;

    set_mode(t, &vga_modes[MODE_03]);
    ck_assert(!vga_window_is_ram(&t->v, &first, &size, &at));
    dispi_mode(640, 480, 8, 0);
    dispi(t, 5, 3);
    ck_assert(vga_window_is_ram(&t->v, &first, &size, &at));
    ck_assert_uint_eq(first, 0xa0000);
    ck_assert_uint_eq(size, 0x10000);
    ck_assert_uint_eq(at, 0x30000);
    poke(t, 0xa1234, 0x77);
    ck_assert_uint_eq(t->vram[0x31234], 0x77);
    ck_assert_uint_eq(peek(t, 0xa1234), 0x77);
    ck_assert_uint_eq(peek(t, 0xb8000), 0xff);
    dispi(t, 5, 0x4005);                /* writes go elsewhere */
    ck_assert(!vga_window_is_ram(&t->v, &first, &size, &at));
    poke(t, 0xa1234, 0x88);
    ck_assert_uint_eq(t->vram[0x51234], 0x88);
    ck_assert_uint_eq(peek(t, 0xa1234), 0x77);
    dispi(t, 5, 0x1ff);                 /* far outside: wraps */
    poke(t, 0xaffff, 0x99);
    ck_assert_uint_eq(t->vram[0x1ffffff & (TEST_VRAM - 1)], 0x99);
}
END_TEST

START_TEST(window_is_ram_in_mode_13h)
{
    u32 first, size, at;
    int before;

    set_mode(t, &vga_modes[MODE_13]);
    before = t->windows;
    ck_assert(vga_window_is_ram(&t->v, &first, &size, &at));
    ck_assert_uint_eq(first, 0xa0000);
    ck_assert_uint_eq(size, 0x10000);
    ck_assert_uint_eq(at, 0);
    reg(t, 0x3c4, 2, 7);
    ck_assert(!vga_window_is_ram(&t->v, &first, &size, &at));
    ck_assert_int_eq(t->windows, before + 1);
    reg(t, 0x3c4, 2, 15);
    reg(t, 0x3ce, 0, 15);               /* no matter while not enabled */
    ck_assert_int_eq(t->windows, before + 2);
    reg(t, 0x3ce, 8, 0xfe);
    ck_assert_int_eq(t->windows, before + 3);
}
END_TEST

START_TEST(state_round_trip)
{
    struct vga_test *b = vga_test_new();

    set_mode(t, &vga_modes[MODE_12]);
    dispi_mode(640, 480, 24, 0x20);
    reg(t, 0x3d4, 0x11, 0x1c);
    run_ns(t, 123456789);
    b->t.clk.now = t->t.clk.now;
    chip_fields_cover(&vga_ops);
    chip_round_trip(&t->t, &vga_ops, &t->v, &b->v);
    ck_assert_uint_eq(b->v.irq.level, t->v.irq.level);
    t->frames = b->frames = 0;
    run_ns(t, 7 * (ns_t)NS_PER_S);
    run_ns(b, 7 * (ns_t)NS_PER_S);
    ck_assert_int_eq(t->frames, b->frames);
    chip_round_trip(&t->t, &vga_ops, &t->v, &b->v);
    vga_test_free(b);
}
END_TEST

static void use_everything(u32 *seed)
{
    static struct vga_cells cells;
    const struct vga_state *s;
    ns_t when;

    for (int i = 0; i < 50; i++) {
        u32 off = chip_random(seed) & 0x1ffff & ~3u;

        vga_ops.mem_write(&t->v, off, 1 << i % 3, chip_random(seed));
        vga_ops.mem_read(&t->v, off, 1 << i % 3);
    }
    vga_draw(&t->v.s, t->vram, t->t.clk.now, &t->pic);
    vga_text(&t->v.s, t->vram, &cells);
    s = vga_shown(&t->v, &when);
    vga_draw(s, t->vram, when, &t->pic);
    vga_text(s, t->vram, &cells);
}

START_TEST(random_ports)
{
    chip_random_ports(&t->t, &vga_ops, &t->v, 0x30, 1, 7);
    chip_random_ports(&t->t, &vga_ops, &t->v, 0x200, 4, 8);
}
END_TEST

START_TEST(random_registers_and_drawing)
{
    u32 seed = 99 + (u32)_i;

    for (int i = 0; i < 40; i++) {
        for (int k = 0; k < 200; k++)
            chip_random_port(&vga_ops, &t->v, 0x30, 1, &seed);
        for (u16 k = 1; k < 10; k++)
            if (k != 4)
                dispi(t, k, (u16)(chip_random(&seed) >> seed % 16));
        dispi(t, 4, (u16)chip_random(&seed) & 0xe3);
        t->v.s.seq[0] = 3;
        t->v.s.attr_index |= 0x20;
        run_ns(t, chip_random(&seed) % 50000000);
        use_everything(&seed);
    }
    ck_assert_int_eq(t->t.errors, 0);
}
END_TEST

START_TEST(hostile_states)
{
    u32 seed = 1234 + (u32)_i;

    for (int i = 0; i < 50; i++) {
        chip_random_state(vga_ops.state, &t->v.s, &seed);
        t->v.s.seq[0] = 3;
        t->v.s.seq[1] &= 0x1f;
        t->v.s.attr_index = 0x20;
        t->v.s.enable = 1;
        t->v.s.misc |= 2;
        chip_random_state(vga_shown_ops.state, &t->v.shown, &seed);
        chip_loaded(&t->t, &vga_ops, &t->v);
        use_everything(&seed);
        run_ns(t, 30000000);
    }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("vga");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, registers_read_back, 0, COUNT_OF(exist));
    tcase_add_test(c, misc_output_moves_the_crtc);
    tcase_add_test(c, protect_bit_keeps_the_timing);
    tcase_add_test(c, attribute_flip_flop);
    tcase_add_test(c, dac_takes_whole_colors);
    tcase_add_test(c, dac_reads_on);
    tcase_add_test(c, dac_of_eight_bits);
    tcase_add_test(c, sense_bit_compares_the_dac);
    tcase_add_loop_test(c, ega_switches, 0, 4);
    tcase_add_test(c, subsystem_enable);
    tcase_add_loop_test(c, refresh_rate, 0, MODE_COUNT);
    tcase_add_test(c, beam_position);
    tcase_add_test(c, start_address_waits_for_retrace);
    tcase_add_test(c, picture_is_of_the_retrace);
    tcase_add_test(c, picture_of_a_state);
    tcase_add_test(c, vertical_interrupt);
    tcase_add_test(c, shortest_frame_does_not_flood);
    tcase_add_test(c, dispi_identifies);
    tcase_add_test(c, dispi_geometry);
    tcase_add_test(c, dispi_banks);
    tcase_add_test(c, window_is_ram_in_mode_13h);
    tcase_add_test(c, state_round_trip);
    tcase_add_test(c, random_ports);
    tcase_add_loop_test(c, random_registers_and_drawing, 0, 3);
    tcase_add_loop_test(c, hostile_states, 0, 3);
    return chip_run_case("vga", c);
}
