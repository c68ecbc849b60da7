/* mem.h - the physical address space: RAM, ROM and memory-mapped devices.
 *
 *   top -> region -> region -> ... -> NULL        (by `below`)
 *
 * The regions lie on each other like sheets: the uppermost one that covers an
 * address answers. Where no region lies the bus floats: reads give FFh, writes
 * are lost. A region belongs to whoever declares it, as an event does; the
 * address space only links it. */
#ifndef MEM_H
#define MEM_H

#include "machine/core/dev.h"
#include "machine/core/turned.h"

enum { PAGE_SIZE = 4096 };

struct region {
    const char *name;
    u32 first, last;                    /* both included; page aligned */
    u8 *host;                           /* the bytes at `first`, or NULL */
    bool readonly;                      /* host bytes: writes are lost */
    const struct dev_ops *ops;          /* where host is NULL */
    void *dev;
    u32 base;                           /* device offset of `first` */
    bool picture;                       /* host bytes that can be seen */
    void (*writing)(void *dev);         /* called before the first write to a
                                           page of them since mem_ask(), and
                                           now and then before others */
    bool timeless;                      /* its accesses see and move no time,
                                           lines or events */
    const struct turned_bytes *turned;  /* of a timeless one, or NULL */
    struct region *below;               /* the next sheet down */
    bool attached;
};

/* Somebody keeps what memory held (history.c): before the first write to a
 * page of host memory that is `clean`, `writing` is called, and then it is
 * clean no more. Both NULL: nobody does. */
struct page_watch {
    bool (*clean)(void *ctx, const u8 *page);
    void (*writing)(void *ctx, u8 *page);
    void *ctx;
};

struct mem {
    struct region *top;
    struct page_watch pages;
    u32 addr_mask;                      /* the CPU's address lines */
    u32 a20_mask;                       /* those that pass now */
    struct clk *clk;
    u32 mmio_ns;                        /* cost of a device access */

    /* The map or A20 changed: cached translations are stale. */
    void (*changed)(void *ctx);
    /* Somebody else than the CPU wrote these bytes. */
    void (*wrote)(void *ctx, u32 addr, u32 n);
    /* Stores to regions with `writing` are to ask again. */
    void (*ask)(void *ctx);
    void *ctx;
};

/* To be called before bytes of a page of a region's host memory change. */
static inline void mem_writing(const struct mem *m, const struct region *r,
                               u8 *page)
{
    if (r->writing)
        r->writing(r->dev);
    if (m->pages.writing)
        m->pages.writing(m->pages.ctx, page);
}

/* Lays a region on top of those there are, at `first`, `size` bytes long
 * (more than 0). An attached region moves. Its owner sets name, host, ops and
 * the like before, and keeps it alive and in place until it is detached. */
void mem_attach(struct mem *m, struct region *r, u32 first, u32 size);

/* The same under all others: it answers where none of those does, as a PCI
 * card does where there is neither RAM nor ROM. */
void mem_attach_below(struct mem *m, struct region *r, u32 first, u32 size);

/* Takes a region out; one that is not attached stays so. */
void mem_detach(struct mem *m, struct region *r);

/* To be called after a change of an attached region's host, ops or rights. */
void mem_changed(struct mem *m);

/* To be called when a region's writing() is to be called again. */
void mem_ask(struct mem *m);

void mem_set_a20(struct mem *m, bool on);

/* The region that covers addr (A20 already applied), NULL when none does. */
const struct region *mem_find(const struct mem *m, u32 addr);

/* Device access through a region found before; size 1, 2 or 4, not crossing
 * its end. They charge the region's bus time. */
u32  region_read(struct mem *m, const struct region *r, u32 addr, int size);
void region_write(struct mem *m, const struct region *r, u32 addr, int size,
                  u32 v);

/* Any byte range, as the monitor sees it; the A20 gate is the CPU's alone. A
 * device's registers are not touched: there, reads give FFh and writes are
 * lost. */
void mem_read(struct mem *m, u32 addr, void *p, u32 n);
void mem_write(struct mem *m, u32 addr, const void *p, u32 n);

/* The same by a bus master (DMA), which reaches devices, too, byte by byte. It
 * charges no time: the master's own pace holds it. */
void mem_master_read(struct mem *m, u32 addr, void *p, u32 n);
void mem_master_write(struct mem *m, u32 addr, const void *p, u32 n);

#endif
