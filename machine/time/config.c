/* config.c - what both ends of a migration must have in common. */
#include "machine/time/migrate.h"

#include <string.h>

#include "machine/models/models.h"

enum { TEXT_MOST = 100 };

u32 stream_pages(const struct pc *pc)
{
    u32 n = 0;

    for (int i = 0; i < pc->spans; i++)
        if (span_tells(&pc->span[i]))
            n += (u32)((pc->span[i].size + PAGE_SIZE - 1) / PAGE_SIZE);
    return n;
}

static const char *machine_name(const struct pc *pc)
{
    return board_model(pc)->name;
}

/* ---- writing ---- */

static void config_put_text(struct buf *to, const char *text)
{
    size_t n = strnlen(text, TEXT_MOST - 1);

    buf_put(to, n, 1);
    buf_put_bytes(to, text, n);
}

static void config_put_spans(struct buf *to, const struct pc *pc)
{
    u32 count = 0;

    for (int i = 0; i < pc->spans; i++)
        count += span_tells(&pc->span[i]);
    buf_put(to, count, 1);
    for (int i = 0; i < pc->spans; i++)
        if (span_tells(&pc->span[i])) {
            config_put_text(to, pc->span[i].name);
            buf_put(to, pc->span[i].size, 8);
        }
}

static void config_put_media(struct buf *to, struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        struct media_id id;

        media_id_take(pc, n, &id);
        buf_put(to, pc->disk[n] && pc->disk[n]->ops->save, 1);
        state_save(&media_id_table, &id, to);
    }
}

/* Model and CPU as text, the spans' sizes, what is in the drives, the list of
 * parts. */
void config_put(struct buf *to, struct pc *pc)
{
    char cpu[TEXT_MOST];

    cpu_spec_text(&pc->model, cpu, sizeof cpu);
    config_put_text(to, machine_name(pc));
    config_put_text(to, cpu);
    config_put_spans(to, pc);
    config_put_media(to, pc);
    state_parts(to, pc);
}

/* ---- comparing ---- */

static bool config_text(struct buf *b, char text[TEXT_MOST])
{
    u32 n = (u32)buf_get(b, 1);
    const u8 *p = n < TEXT_MOST ? buf_get_bytes(b, n) : NULL;

    *text = 0;
    if (!p)
        return false;
    for (u32 i = 0; i < n; i++)         /* it may end in a terminal */
        text[i] = p[i] >= ' ' && p[i] < 127 ? (char)p[i] : '?';
    text[n] = 0;
    return true;
}

static enum err config_damaged(struct why *why)
{
    return err_say(why, ERR_FORMAT, "the stream's configuration is damaged");
}

static enum err check_word(struct buf *b, const char *what, const char *own,
                           struct why *why)
{
    char there[TEXT_MOST];

    if (!config_text(b, there))
        return config_damaged(why);
    return strcmp(there, own) ? err_say(why, ERR_FORMAT, "another %s: %.80s "
                                        "there, %.80s here", what, there, own)
                              : ERR_OK;
}

static const struct span *span_told(const struct pc *pc, u32 n)
{
    for (int i = 0; i < pc->spans; i++)
        if (span_tells(&pc->span[i]) && !n--)
            return &pc->span[i];
    return NULL;
}

static enum err check_spans(struct buf *b, const struct pc *pc,
                            struct why *why)
{
    u32 count = (u32)buf_get(b, 1);
    char name[TEXT_MOST];

    for (u32 n = 0; n < count || span_told(pc, n); n++) {
        const struct span *s = span_told(pc, n);
        u64 size;

        if (n == count || !config_text(b, name))
            return config_damaged(why);
        size = buf_get(b, 8);
        if (!s || strcmp(s->name, name))
            return err_say(why, ERR_FORMAT, "memory '%.40s' there, '%.40s' "
                           "here", name, s ? s->name : "nothing");
        if (s->size != size)
            return err_say(why, ERR_FORMAT, "memory '%s' of %llu KB there, of "
                           "%llu KB here", s->name,
                           (unsigned long long)size >> 10,
                           (unsigned long long)s->size >> 10);
    }
    return ERR_OK;
}

static enum err config_check_drive(struct buf *b, struct pc *pc, int n,
                                   struct why *why)
{
    struct block *own = pc->disk[n];
    bool memory = buf_get(b, 1);
    struct media_id id = { 0 };
    struct why words = { "" };
    enum err e = state_load(&media_id_table, &id, b, &words);

    if (e || b->failed)
        return config_damaged(why);
    id.name[sizeof id.name - 1] = 0;
    for (u8 *p = id.name; *p; p++)
        *p = *p >= ' ' && *p != 127 ? *p : '?';
    e = media_id_alike(block_bottom(own), &id, &words);
    if (!e && memory != (own && own->ops->save))
        e = err_say(&words, ERR_FORMAT, "only one of both ends keeps its "
                    "writes in memory (-snapshot)");
    return e ? err_say(why, e, "%s: %.200s", drive_words[n], words.text)
             : ERR_OK;
}

enum err config_check(struct pc *pc, const struct frame *f, struct why *why)
{
    struct buf b = { (u8 *)(uintptr_t)f->p, 0, f->n, false };
    char cpu[TEXT_MOST];
    enum err e;

    cpu_spec_text(&pc->model, cpu, sizeof cpu);
    e = check_word(&b, "machine (-M)", machine_name(pc), why);
    e = e ? e : check_word(&b, "processor (-cpu)", cpu, why);
    e = e ? e : check_spans(&b, pc, why);
    for (int n = 0; !e && n < PC_DRIVES; n++)
        e = config_check_drive(&b, pc, n, why);
    if (!e && b.failed)
        e = config_damaged(why);
    return e ? e : state_check_parts(pc, b.p + b.len, b.cap - b.len, why);
}
