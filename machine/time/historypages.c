/* historypages.c - the first write to a page behind a snapshot: what the page
 * holds is kept, and the machine asks no more until the next one. */
#include "machine/time/history.h"
#include "machine/time/migrate.h"

enum { CHUNK = PAGE_SIZE,
       SOON = 32, SLACK = SOON * CHUNK };       /* pages, bytes */

/* What is kept has grown past the limit since the last snapshot: there is one
 * now, and then the oldest ones go. */
static void look_at_limit(struct pc *pc)
{
    struct history *h = pc->history;

    if (h->bytes <= h->most + SLACK || h->dirties < SOON || h->away)
        return;
    h->due = pc->clk.now;
    pc_marks_changed(pc);
    cpu_kick(pc->cpu);
}

void page_touch(struct pc *pc, u32 n)
{
    struct history *h = pc->history;
    struct page *p = &h->page[n];

    if (p->dirty)
        return;
    if (!p->live && !version_push(pc, n, 0))
        return;
    version_fill(pc, p->live);
    p->dirty = true;
    if (history_grow(pc, (void **)&h->dirty, &h->dirty_room, h->dirties,
                     sizeof *h->dirty))
        h->dirty[h->dirties++] = n;
    look_at_limit(pc);
}

u32 history_page_at(const struct pc *pc, const u8 *p)
{
    for (int n = 0; n < pc->spans; n++)
        if (p >= pc->span[n].p && p < pc->span[n].p + pc->span[n].size)
            return pc->history->span_first[n] +
                   (u32)((size_t)(p - pc->span[n].p) / CHUNK);
    return ~0u;
}

static bool memory_clean(void *ctx, const u8 *page)
{
    const struct pc *pc = ctx;
    u32 n = history_page_at(pc, page);

    return n != ~0u && !pc->history->page[n].open;
}

/* The CPU's stores to a page of RAM ask no more. Where it does without its TLB
 * one may reach over into the next page, which is kept, too. */
static void open_ram(struct pc *pc, u32 n)
{
    cpu_page_lines(pc->cpu, n * CHUNK, false);
    if ((cpu_state(pc->cpu)->cr[0] & CR0_PG) || n + 1 == pc->ram_size / CHUNK)
        return;
    page_touch(pc, n + 1);
    outgoing_touched(pc, n + 1);
    cpu_page_end(pc->cpu, n * CHUNK);
}

static void memory_writing(void *ctx, u8 *at)
{
    struct pc *pc = ctx;
    u32 n = history_page_at(pc, at);

    if (n == ~0u || pc->history->page[n].open)
        return;
    page_touch(pc, n);
    outgoing_touched(pc, n);
    pc->history->page[n].open = true;
    if (n < pc->ram_size / CHUNK)
        open_ram(pc, n);
}

void history_writing(struct pc *pc, u8 *p, size_t n)
{
    for (size_t at = 0; pc->history && at < n; at += CHUNK)
        memory_writing(pc, p + at);
}

void history_all_clean(struct pc *pc)
{
    struct history *h = pc->history;

    for (u32 i = 0; i < h->dirties; i++) {
        h->page[h->dirty[i]].dirty = h->page[h->dirty[i]].open = false;
        if (h->dirty[i] < pc->ram_size / CHUNK)
            cpu_page_lines(pc->cpu, h->dirty[i] * CHUNK, true);
    }
    h->dirties = 0;
    h->old.n = 0;
    history_asks(pc);
}

void history_asks(struct pc *pc)
{
    cpu_pages_clean(pc->cpu);
    if (pc->roles.display.ops && pc->roles.display.ops->watch)
        pc->roles.display.ops->watch(pc->roles.display.dev);
}

/* Stores that reach over from the page before ask then, too. */
void history_shut(struct pc *pc, u32 n)
{
    pc->history->page[n].open = false;
    if (n < pc->ram_size / CHUNK)
        cpu_page_lines(pc->cpu, n * CHUNK, true);
}

void history_watch(struct pc *pc)
{
    pc->mem.pages = (struct page_watch){ memory_clean, memory_writing, pc };
    for (u32 at = 0; at < pc->ram_size; at += CHUNK)
        cpu_page_lines(pc->cpu, at, true);
    cpu_pages_clean(pc->cpu);
}

void history_watch_off(struct pc *pc)
{
    pc->mem.pages = (struct page_watch){ 0 };
    for (u32 at = 0; at < pc->ram_size; at += CHUNK)
        cpu_page_lines(pc->cpu, at, false);
}
