/* io.c - port accesses and their protection.
 *
 * Reference: SDM volume 1, chapter 19 (I/O permission bitmap). */
#include "cpu/stop.h"
#include "machine/core/bytes.h"

/* I/O breakpoints, with CR4.DE. */
static __attribute__((noinline)) void break_at_port(struct cpu *c, u32 port,
                                                    u32 size)
{
    static const u8 sizes[] = { 1, 2, 1, 4 };
    u32 dr7 = c->s.dr[7];

    for (u32 n = 0; n < 4; n++) {
        u32 len = sizes[dr7 >> (18 + 4 * n) & 3];
        u32 at = c->s.dr[n] & ~(len - 1);

        if (!(dr7 >> 2 * n & 3) || (dr7 >> (16 + 4 * n) & 3) != 2 ||
            port + size <= at || port >= at + len)
            continue;
        c->s.dr[6] |= 1u << n;
        c->s.db_pending = true;
        cpu_attend(c);
    }
}

static inline void watch_port(struct cpu *c, u32 port, u32 size)
{
    if (unlikely(c->s.dr[7] & 0xff) && (c->s.cr[4] & CR4_DE))
        break_at_port(c, port, size);
}

u32 port_in(struct cpu *c, u16 port, int size)
{
    u32 v;

    watch_port(c, port, (u32)size);
    if (stops_at(c, STOP_IN))
        stop_event(c, STOP_IN, port, (u32)size);
    cpu_clock(c);
    v = bus_in(c->bus, port, size);
    cpu_io_done(c);
    return v;
}

void port_out(struct cpu *c, u16 port, int size, u32 v)
{
    watch_port(c, port, (u32)size);
    if (stops_at(c, STOP_OUT))
        stop_event(c, STOP_OUT, port, (u32)size);
    cpu_clock(c);
    bus_out(c->bus, port, size, v);
    cpu_io_done(c);
}

enum { TSS32_TYPE = 9, TSS_BUSY = 2, TSS_IOMAP = 102 };

/* Where the task's state lies on the host, if all of it is in one page, which
 * the TLB has; or NULL. */
static inline const u8 *task_state(const struct cpu *c, const struct seg *tr)
{
    const struct tlb *t =
        &c->tlb[false][TLB_READ][tr->base >> 12 & (TLB_SIZE - 1)];

    return t->tag == (tr->base & ~0xfffu) &&
                   (tr->base & 0xfff) + (u64)tr->limit < PAGE_SIZE
               ? t->host + (tr->base & 0xfff) : NULL;
}

static inline u32 state_word(struct cpu *c, const struct seg *tr, const u8 *p,
                             u32 at)
{
    return likely(p) ? get_le16(p + at) : mmu_load(c, tr->base + at, 2, false);
}

/* The bitmap is read as two bytes, so that a byte of ones must follow it. */
static bool bitmap_allows(struct cpu *c, u16 port, int size)
{
    const struct seg *tr = &c->s.seg[TR];
    const u8 *p = task_state(c, tr);
    u32 at, bits;

    if ((tr->attr & 0xf & ~TSS_BUSY) != TSS32_TYPE || tr->limit < TSS_IOMAP + 1)
        return false;
    at = state_word(c, tr, p, TSS_IOMAP) + port / 8u;
    if (at + 1 > tr->limit)
        return false;
    bits = state_word(c, tr, p, at) >> port % 8;
    return !(bits & ((1u << size) - 1));
}

void port_check(struct cpu *c, u16 port, int size)
{
    if (!(c->s.cr[0] & CR0_PE) || (!v86(c) && c->s.cpl <= iopl(c)))
        return;
    if (!bitmap_allows(c, port, size))
        cpu_raise_code(c, EX_GP, 0);
}
