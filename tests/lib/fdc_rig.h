/* fdc_rig.h - an 82077AA on a bench: ports, a DMA channel, an interrupt. */
#ifndef FDC_RIG_H
#define FDC_RIG_H

#include "tests/lib/chip.h"

#include "devices/disk/fdc.h"

enum { DOR = 2, MSR = 4, DATA = 5, DIR = 7, CCR = 7, DSR = 4 };

static struct chip_test t;
static struct fdc fdc;
static int irqs;                        /* rising edges */
static u8 memory[65536];
static u32 dma_at, dma_left;            /* a DMA channel: place, bytes left */
static bool dma_masked;

static inline u32 dma_stub(void *ctx, int channel, u8 *p, u32 n,
                           bool to_memory, bool *tc)
{
    (void)ctx;
    ck_assert_int_eq(channel, 2);
    *tc = false;
    if (dma_masked || dma_left == 0)
        return 0;
    if (n >= dma_left) {
        n = dma_left;
        *tc = true;
    }
    if (to_memory)
        memcpy(memory + dma_at, p, n);
    else
        memcpy(p, memory + dma_at, n);
    dma_at += n;
    dma_left -= n;
    return n;
}

static inline void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    irqs += level;
}

static inline u8 in(u16 port) { return (u8)fdc_ops.port_in(&fdc, port, 1); }
static inline void out(u16 port, u8 v) { fdc_ops.port_out(&fdc, port, 1, v); }
static inline void run(int ms)
{
    clk_run(&t.clk, t.clk.now + ms * (ns_t)1000000);
}

static inline void wire(struct fdc *f)
{
    struct dev_env env = chip_env(&t);

    *f = (struct fdc){ .irq = { .set = probe }, .fast = true };
    f->dma = (struct dma_link){ dma_stub, NULL, 2 };
    f->unit[0].type = DRIVE_1440K;
    f->unit[1].type = DRIVE_1200K;
    fdc_init(f, &env);
}

static inline void send(int n, const u8 *p)
{
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(in(MSR) & 0xc0, 0x80);
        out(DATA, p[i]);
    }
}

#define SEND(...) send(sizeof((u8[]){ __VA_ARGS__ }), (u8[]){ __VA_ARGS__ })

static inline void expect(int n, const u8 *p)
{
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(in(MSR) & 0xd0, 0xd0);
        ck_assert_msg(in(DATA) == p[i], "result byte %d is not %02x (st %02x "
                      "%02x %02x, chrn %d %d %d %d)", i, p[i], fdc.s.result[0],
                      fdc.s.result[1], fdc.s.result[2], fdc.s.result[3],
                      fdc.s.result[4], fdc.s.result[5], fdc.s.result[6]);
    }
    ck_assert_uint_eq(in(MSR), 0x80);
}

#define EXPECT(...) \
    expect(sizeof((u8[]){ __VA_ARGS__ }), (u8[]){ __VA_ARGS__ })

static inline void start_up(void)
{
    out(DOR, 0x08);
    out(DOR, 0x1c);
    run(1);
    for (u8 i = 0; i < 4; i++) {
        SEND(8);
        EXPECT(0xc0 | i, 0);
    }
    SEND(3, 0xdf, 0x02);
    out(CCR, RATE_500K);
}

static inline void dma(u32 n)
{
    dma_at = 0;
    dma_left = n;
}

static inline void seek(u8 drive, u8 cylinder)
{
    SEND(15, drive, cylinder);
    run(2000);
    SEND(8);
    EXPECT(0x20 | drive, cylinder);
}

#endif
