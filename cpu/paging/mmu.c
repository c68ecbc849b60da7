/* mmu.c - linear addresses: paging, the TLB, and accesses that miss it.
 *
 * Reference: SDM volume 3, chapter 4 (32-bit paging; PAE is in pae.c).
 * Not modelled: PCIDs, PSE-36. */
#include "cpu/block.h"
#include "cpu/engine.h"
#include "cpu/lap.h"
#include "cpu/stop.h"
#include "cpu/paging/entries.h"
#include "cpu/paging/walk.h"

/* ---- physical accesses ---- */

u32 phys_load(struct cpu *c, u32 addr, int size)
{
    const struct region *r = mem_find(c->mem, addr &= c->mem->a20_mask);
    u32 v = 0;

    if (!r)
        return ~0u;
    if (!r->host) {
        cpu_clock(c);
        v = region_read(c->mem, r, addr, size);
        cpu_io_done(c);
        return v;
    }
    memcpy(&v, r->host + (addr - r->first), (size_t)size);
    return v;
}

void phys_store(struct cpu *c, u32 addr, int size, u32 v)
{
    const struct region *r = mem_find(c->mem, addr &= c->mem->a20_mask);

    if (!r)
        return;
    if (!r->host) {
        cpu_clock(c);
        region_write(c->mem, r, addr, size, v);
        cpu_io_done(c);
    } else if (!r->readonly) {
        if (unlikely(c->watched))
            lap_store(c, addr, r->host + (addr - r->first), size, v,
                      r->picture);
        mem_writing(c->mem, r, r->host + (addr - r->first));
        memcpy(r->host + (addr - r->first), &v, (size_t)size);
        block_wrote(c, addr, (u32)size);
    }
}

/* ---- paging ---- */

_Noreturn void paging_fault(struct cpu *c, u32 lin, u32 code, bool write,
                            bool user)
{
    c->s.cr[2] = lin;
    cpu_raise_code(c, EX_PF, code | (write ? PF_WRITE : 0) |
                             (user ? PF_USER : 0));
}

/* The 386 ignores R/W for the supervisor; CR0.WP came with the 486. */
bool paging_allows(const struct cpu *c, u32 rights, bool write, bool user)
{
    if (user && !(rights & PTE_U))
        return false;
    return !write || (rights & PTE_W) || (!user && !(c->s.cr[0] & CR0_WP));
}

void paging_mark(struct cpu *c, u32 addr, u32 entry, u32 bits)
{
    if ((entry & bits) != bits)
        phys_store(c, addr, 4, entry | bits);
}

void paging_check(struct cpu *c, u32 lin, const struct walk *w, bool write,
                  bool user)
{
    if (unlikely(!w->present))
        paging_fault(c, lin, 0, write, user);
    if (unlikely(w->reserved))
        paging_fault(c, lin, PF_PRESENT | PF_RESERVED, write, user);
    if (unlikely(!paging_allows(c, w->rights, write, user)))
        paging_fault(c, lin, PF_PRESENT, write, user);
}

static u32 mmu_load_dword(struct cpu *c, u32 addr)
{
    return phys_load(c, addr, 4);
}

/* Walks the tables: the physical page, rights checked, A and D set; and
 * PTE_G when the page is global, PTE_PS when it is large. */
static u32 mmu_walk(struct cpu *c, u32 lin, bool write, bool user)
{
    u32 dirty = write ? PTE_A | PTE_D : PTE_A;
    struct walk w;

    walk_32(c, lin, mmu_load_dword, &w);
    paging_check(c, lin, &w, write, user);
    if (unlikely(w.entries == 1)) {
        paging_mark(c, (u32)w.at[0], (u32)w.entry[0], dirty);
        return (u32)w.page | ((u32)w.entry[0] & (PTE_G | PTE_PS));
    }
    paging_mark(c, (u32)w.at[0], (u32)w.entry[0], PTE_A);
    paging_mark(c, (u32)w.at[1], (u32)w.entry[1], dirty);
    return (u32)w.page | ((u32)w.entry[1] & PTE_G);
}

/* ---- data breakpoints ---- */

enum { DR7_WRITE = 1, DR7_ACCESS = 3 };

static u32 break_size(u32 dr7, u32 n)
{
    static const u8 sizes[] = { 1, 2, 1, 4 };

    return sizes[dr7 >> (18 + 4 * n) & 3];
}

static bool break_kind(u32 dr7, u32 n, bool write)
{
    u32 kind = dr7 >> (16 + 4 * n) & 3;

    return (dr7 >> 2 * n & 3) &&
           (kind == DR7_ACCESS || (write && kind == DR7_WRITE));
}

static bool page_watched(const struct cpu *c, u32 page, bool write)
{
    for (u32 n = 0; n < 4; n++)
        if (break_kind(c->s.dr[7], n, write) &&
            (c->s.dr[n] & ~0xfffu) == page)
            return true;
    return false;
}

/* An access to a page with a data breakpoint: the trap comes after the
 * instruction. */
static void mmu_watch(struct cpu *c, u32 lin, u32 size, bool write)
{
    u32 dr7 = c->s.dr[7];

    for (u32 n = 0; n < 4; n++) {
        u32 len = break_size(dr7, n), at = c->s.dr[n] & ~(len - 1);

        if (!break_kind(dr7, n, write) || lin + size <= at || lin >= at + len)
            continue;
        c->s.dr[6] |= 1u << n;
        c->s.db_pending = true;
        cpu_attend(c);
    }
}

static bool watched(const struct cpu *c, u32 page, bool write, bool user)
{
    return ((c->s.dr[7] & 0xff) && page_watched(c, page, write)) ||
           (user && align_check(c));
}

/* A data breakpoint of the guest's or a stop of the host's. */
static void watch_access(struct cpu *c, const struct tlb *t, u32 lin, int size,
                         bool write)
{
    mmu_watch(c, lin, (u32)size, write);
    if (c->stop_kinds & STOPS_DATA)
        stop_data(c, lin, t->phys | (lin & 0xfff), (u32)size, write);
}

/* ---- the TLB ---- */

/* Remembers which entries a flush has to empty, unless they are too many. */
static inline void mmu_note(struct cpu *c, const struct tlb *t)
{
    if (c->tlb_filled < TLB_NOTED)
        c->tlb_note[c->tlb_filled++] = (u16)tlb_place(c, t);
    else
        c->tlb_all_noted = false;
}

/* Makes entry t lead from a linear page to a physical one, of which the walk's
 * PTE_G and PTE_PS tell more. */
static inline void mmu_enter(struct cpu *c, struct tlb *t, u32 page, u32 phys,
                             enum tlb_kind kind, bool user)
{
    bool write = kind == TLB_WRITE;
    const struct region *r;

    mmu_note(c, t);
    c->tlb_fills++;
    t->global = (phys & PTE_G) && (c->s.cr[4] & CR4_PGE);
    t->large = phys & PTE_PS;
    if (t->large)
        c->tlb_large[page >> 27] |= 1u << (page >> 22 & 31);
    t->phys = phys & c->mem->a20_mask & ~0xfffu;
    t->region = r = mem_find(c->mem, t->phys);
    t->host = r && r->host ? r->host + (t->phys - r->first) : NULL;
    t->tag = page;
    if (!t->host || (write && r->readonly))
        t->tag |= TLB_SLOW;
    else if (write && block_page_marked(c, t->phys))
        t->tag |= TLB_CODE;
    if (unlikely(watched(c, page, write, user)) ||
        page_stops(c, page, t->phys, kind))
        t->tag |= TLB_WATCH;
    if (unlikely(c->watched) && write && !(t->tag & TLB_SLOW))
        t->tag |= TLB_LOG;
    if (write && !(t->tag & TLB_SLOW) &&
        (r->writing || (c->mem->pages.clean &&
                        c->mem->pages.clean(c->mem->pages.ctx, t->host))))
        t->tag |= TLB_CLEAN;
}

void cpu_mem_ask(void *cpu)
{
    struct cpu *c = cpu;

    for (u32 n = 0; n < tlb_stores(c); n++) {
        struct tlb *t = tlb_nth_store(c, n);

        if (t && !(t->tag & TLB_SLOW) && t->region->writing)
            t->tag |= TLB_CLEAN;
    }
}

void cpu_pages_clean(struct cpu *c)
{
    for (u32 n = 0; n < tlb_stores(c); n++) {
        struct tlb *t = tlb_nth_store(c, n);

        if (t && !(t->tag & TLB_SLOW))
            t->tag |= TLB_CLEAN;
    }
}

void mmu_watch_again(struct cpu *c)
{
    for (u32 n = 0; n < tlb_count(c); n++) {
        struct tlb *t = tlb_nth(c, n);
        u32 place = tlb_place(c, t), page = t->tag & ~0xfffu;
        enum tlb_kind kind = tlb_kind(place);

        if (t->tag == TLB_NONE)
            continue;
        t->tag &= ~(u32)TLB_WATCH;
        if (watched(c, page, kind == TLB_WRITE, tlb_user(place)) ||
            page_stops(c, page, t->phys, kind))
            t->tag |= TLB_WATCH;
    }
}

static inline u32 mmu_translate(struct cpu *c, u32 lin, bool write, bool user)
{
    return !(c->s.cr[0] & CR0_PG) ? lin & ~0xfffu :
           c->s.cr[4] & CR4_PAE ? pae_walk(c, lin, write, user) :
                                  mmu_walk(c, lin, write, user);
}

struct tlb *mmu_fill(struct cpu *c, u32 lin, bool write, bool user)
{
    struct tlb *t = &c->tlb[user][write][lin >> 12 & (TLB_SIZE - 1)];
    u32 page = lin & ~0xfffu;

    if ((t->tag & ~(u32)TLB_FLAGS) != page)
        mmu_enter(c, t, page, mmu_translate(c, lin, write, user),
                  write ? TLB_WRITE : TLB_READ, user);
    return t;
}

struct tlb *mmu_fill_code(struct cpu *c, u32 lin)
{
    struct tlb *t = &c->tlb[c->user][TLB_FETCH][lin >> 12 & (TLB_SIZE - 1)];
    u32 page = lin & ~0xfffu, phys;

    if ((t->tag & ~(u32)TLB_FLAGS) == page)
        return t;
    phys = mmu_translate(c, lin, false, c->user);
    if (t->tag != TLB_NONE && (c->s.cr[0] & CR0_PG))
        engine_code_left(c, c->user, lin);      /* as if it fetched each time */
    mmu_enter(c, t, page, phys, TLB_FETCH, c->user);
    return t;
}

static u64 saved(const struct tlb *t, u32 place)
{
    return (u64)(t->tag & ~0xfffu) << 32 | t->phys | SAVED_VALID |
           (t->global ? SAVED_GLOBAL : 0) | (t->large ? SAVED_LARGE : 0) |
           SAVED_KIND | (u64)tlb_kind(place) * SAVED_KIND_IS |
           (tlb_user(place) ? SAVED_USER : 0);
}

/* Without paging there is nothing that memory does not tell. */
void mmu_sync(struct cpu *c)
{
    u32 entries = c->s.cr[0] & CR0_PG ? tlb_count(c) : 0;

    memset(&c->tlb_saved, 0, sizeof c->tlb_saved);
    for (u32 n = 0; n < entries; n++) {
        const struct tlb *t = tlb_nth(c, n);
        u32 place = tlb_place(c, t);

        if (t->tag != TLB_NONE)
            c->tlb_saved.entry[place] = saved(t, place);
    }
}

/* A valid entry in a state, the n-th, as the bits say that tell its kind; what
 * was saved before states had them is of a TLB of 512 entries a kind, in
 * order. */
static void restore_entry(struct cpu *c, u32 n, u64 e)
{
    enum { OLDER_SIZE = 512 };
    u32 kind = n / OLDER_SIZE % TLB_KINDS, page = (u32)(e >> 32) & ~0xfffu;
    bool user = n / OLDER_SIZE >= TLB_KINDS;

    if (e & SAVED_KIND) {
        kind = (u32)(e / SAVED_KIND_IS & 3);
        user = e & SAVED_USER;
    }
    if (kind < TLB_KINDS)
        mmu_enter(c, &c->tlb[user][kind][page >> 12 & (TLB_SIZE - 1)], page,
                  ((u32)e & ~0xfffu) | (e & SAVED_GLOBAL ? PTE_G : 0) |
                      (e & SAVED_LARGE ? PTE_PS : 0),
                  (enum tlb_kind)kind, user);
}

void cpu_tlb_loaded(struct cpu *c)
{
    mmu_flush(c);
    for (u32 n = 0; (c->s.cr[0] & CR0_PG) && n < TLB_ENTRIES; n++)
        if (c->tlb_saved.entry[n] & SAVED_VALID)
            restore_entry(c, n, c->tlb_saved.entry[n]);
}

void mmu_unmark(struct cpu *c)
{
    for (u32 n = 0; n < tlb_stores(c); n++) {
        struct tlb *t = tlb_nth_store(c, n);

        if (t)
            t->tag &= ~(u32)TLB_CODE;
    }
}

/* ---- accesses ---- */

/* Within one page. */
static inline u32 load_from(struct cpu *c, const struct tlb *t, u32 lin,
                            int size)
{
    u32 v = 0;

    if (unlikely(t->tag & TLB_WATCH))
        watch_access(c, t, lin, size, false);
    if (!t->host)
        return phys_load(c, t->phys | (lin & 0xfff), size);
    memcpy(&v, t->host + (lin & 0xfff), (size_t)size);
    return v;
}

static u32 load_part(struct cpu *c, u32 lin, int size, bool user)
{
    return load_from(c, mmu_fill(c, lin, false, user), lin, size);
}

static void store_part(struct cpu *c, u32 lin, int size, u32 v, bool user)
{
    struct tlb *t = mmu_fill(c, lin, true, user);

    if (unlikely(t->tag & TLB_WATCH))
        watch_access(c, t, lin, size, true);
    if (t->tag & TLB_CLEAN) {
        mem_writing(c->mem, t->region, t->host);
        t->tag &= ~(u32)TLB_CLEAN;
    }
    if (t->tag & TLB_SLOW) {
        phys_store(c, t->phys | (lin & 0xfff), size, v);
        return;
    }
    if (t->tag & TLB_LOG)
        lap_store(c, t->phys | (lin & 0xfff), t->host + (lin & 0xfff), size,
                  v, t->region->picture);
    if ((t->tag & TLB_CODE) &&
        memcmp(t->host + (lin & 0xfff), &v, (size_t)size) != 0) {
        memcpy(t->host + (lin & 0xfff), &v, (size_t)size);
        block_wrote(c, t->phys | (lin & 0xfff), (u32)size);
        return;
    }
    memcpy(t->host + (lin & 0xfff), &v, (size_t)size);
}

static bool crosses(u32 lin, u32 size)
{
    return (lin & 0xfff) + size > PAGE_SIZE;
}

static inline u32 host_load(const u8 *p, int size)
{
    u32 v;
    u16 h;

    if (size == 1)
        return *p;
    if (size == 2) {
        memcpy(&h, p, 2);
        return h;
    }
    memcpy(&v, p, 4);
    return v;
}

static inline void host_store(u8 *p, int size, u32 v)
{
    u16 h = (u16)v;

    if (size == 1)
        *p = (u8)v;
    else if (size == 2)
        memcpy(p, &h, 2);
    else
        memcpy(p, &v, 4);
}

static inline const struct tlb *hit(const struct cpu *c, u32 lin, int size,
                                    bool write, bool user)
{
    const struct tlb *t = &c->tlb[user][write][lin >> 12 & (TLB_SIZE - 1)];

    return t->tag == ((lin + (u32)size - 1) & ~0xfffu) ? t : NULL;
}

/* #AC, which comes after any page fault. */
void mmu_align(struct cpu *c, u32 lin, u32 size, bool write, bool user)
{
    if (likely(!(lin & (size - 1))) || !user || !align_check(c))
        return;
    mmu_probe(c, lin, size, write, user);
    cpu_raise_code(c, EX_AC, 0);
}

u8 mmu_fetch(struct cpu *c, u32 lin)
{
    const struct tlb *t = mmu_fill_code(c, lin);
    u32 in_page = lin & 0xfff;

    return t->host ? t->host[in_page]
                   : (u8)phys_load(c, t->phys | in_page, 1);
}

/* An access to a timeless device's memory, while laps are looked for: `kept` as
 * in clk_keep(). */
static inline u32 device_load(struct cpu *c, const struct region *r, u32 off,
                              int size)
{
    u32 v = r->ops->mem_read(r->dev, off, size);

    cpu_mmio_done(c, 1);
    if (unlikely(c->watched) && r->ops->mem_same)
        clk_keep(c->clk, c->mem->mmio_ns, true);
    return v;
}

static inline void device_store(struct cpu *c, const struct region *r, u32 off,
                                int size, u32 v)
{
    bool kept = unlikely(c->watched) && r->ops->mem_same &&
                r->ops->mem_same(r->dev, off, size, v);

    r->ops->mem_write(r->dev, off, size, v);
    cpu_mmio_done(c, 1);
    if (kept)
        clk_keep(c->clk, c->mem->mmio_ns, true);
}

u32 mmu_load(struct cpu *c, u32 lin, int size, bool user)
{
    const struct tlb *t = hit(c, lin, size, false, user);
    const struct region *r;
    u32 v = 0, off;

    if (likely(t))
        return host_load(t->host + (lin & 0xfff), size);
    r = tlb_device(c, lin, (u32)size, false, user, &off);
    if (r)
        return device_load(c, r, off, size);
    mmu_align(c, lin, (u32)size, false, user);
    if (!crosses(lin, (u32)size))
        return load_part(c, lin, size, user);
    mmu_probe(c, lin, (u32)size, false, user);
    for (int i = 0; i < size; i++)
        v |= (load_part(c, lin + (u32)i, 1, user) & 0xff) << 8 * i;
    return v;
}

u32 mmu_load_first(struct cpu *c, u32 lin, int size, bool user)
{
    u32 off, v = 0;
    const struct region *r = tlb_device(c, lin, (u32)size, true, user, &off);

    if (r)
        return device_load(c, r, off, size);
    mmu_align(c, lin, (u32)size, true, user);
    if (!crosses(lin, (u32)size))
        return load_from(c, mmu_fill(c, lin, true, user), lin, size);
    mmu_probe(c, lin, (u32)size, true, user);
    for (u32 i = 0; i < (u32)size; i++)
        v |= (load_from(c, mmu_fill(c, lin + i, true, user), lin + i, 1) &
              0xff) << 8 * i;
    return v;
}

void mmu_store(struct cpu *c, u32 lin, int size, u32 v, bool user)
{
    const struct tlb *t = hit(c, lin, size, true, user);
    const struct region *r;
    u32 off;

    if (likely(t)) {
        host_store(t->host + (lin & 0xfff), size, v);
        return;
    }
    r = tlb_device(c, lin, (u32)size, true, user, &off);
    if (r) {
        device_store(c, r, off, size, v);
        return;
    }
    mmu_align(c, lin, (u32)size, true, user);
    if (!crosses(lin, (u32)size)) {
        store_part(c, lin, size, v, user);
        return;
    }
    mmu_probe(c, lin, (u32)size, true, user);
    for (int i = 0; i < size; i++)
        store_part(c, lin + (u32)i, 1, v >> 8 * i, user);
}

void mmu_probe(struct cpu *c, u32 lin, u32 n, bool write, bool user)
{
    mmu_fill(c, lin, write, user);
    if (crosses(lin, n))                /* CR2: the second page's start */
        mmu_fill(c, (lin + n - 1) & ~0xfffu, write, user);
}

/* ---- segment accesses that failed the quick check ---- */

/* The 286 has #SS in protected mode only. */
_Noreturn void seg_fault(struct cpu *c, int seg)
{
    bool stack = seg == SS && (c->family >= I386 || (c->s.cr[0] & CR0_PE));

    cpu_raise_code(c, stack ? EX_SS : EX_GP, 0);
}

/* Below the 286 an offset past FFFFh wraps to the segment's start; a byte that
 * can't be had comes from a state file alone. A negative size reads what will
 * be written. */
u32 seg_load_slow(struct cpu *c, int seg, u32 off, int size)
{
    u32 v = 0;

    size = size < 0 ? -size : size;
    if (c->family >= I286 || size == 1)
        seg_fault(c, seg);
    for (int i = 0; i < size; i++)
        v |= (u32)ld8(c, seg, (off + (u32)i) & 0xffff) << 8 * i;
    return v;
}

void seg_store_slow(struct cpu *c, int seg, u32 off, int size, u32 v)
{
    if (c->family >= I286 || size == 1)
        seg_fault(c, seg);
    for (int i = 0; i < size; i++)
        st8(c, seg, (off + (u32)i) & 0xffff, (u8)(v >> 8 * i));
}
