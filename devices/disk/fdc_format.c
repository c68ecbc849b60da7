/* fdc_format.c - Intel 82077AA: FORMAT TRACK. */
#include "devices/disk/fdc_exec.h"

#include <string.h>

/* A medium that lists its tracks takes what is laid down, as a real disk does.
 * A raw image takes just the sectors that it has. */
static bool lays_anything(const struct fdc *f)
{
    return f->unit[f->s.dor & 3].media->tracks && fdc_cylinder(f) >= 0;
}

static void await_format(struct fdc *f, const struct surface *t)
{
    f->s.at = 0;
    f->s.size = 4;
    f->s.last = false;
    fdc_arm(f, fdc_by_cpu(f) ? FDC_OP_BYTE : FDC_OP_FORMAT,
            fdc_place_time(f, t, f->s.index - 1, false));
}

void fdc_format_start(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    struct surface t;

    if (!fdc_track(f, FDC_OP_START, &t))
        return;
    s->index = 1;
    s->count = s->param[3];
    s->bad_layout = !t.n || s->param[2] != SIZE_CODE || s->count != t.n;
    if (lays_anything(f))
        s->bad_layout = s->param[2] > MOST_SIZE_CODE;
    if (s->count == 0)
        fdc_arm(f, FDC_OP_END, fdc_index_time(f, 1));
    else
        await_format(f, &t);
}

/* Overwrites the data of the sector with that ID. */
static enum err fill_sector(struct fdc *f, struct surface *t)
{
    struct fdc_state *s = &f->s;
    int i = s->n == SIZE_CODE ? fdc_match(f, t) : -1;
    u8 fill[SECTOR];

    if (i < 0) {
        s->bad_layout = true;
        return ERR_OK;
    }
    memset(fill, s->param[5], SECTOR);
    return fdc_store(f, &t->sector[i], 0, fill, SECTOR);
}

/* The sector's size is the command's, whatever its ID says. */
static enum err lay_new_sector(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    struct surface_lay how = {
        .c = s->c, .h = s->h, .r = s->r, .n = s->n, .size = s->param[2],
        .fill = s->param[5], .place = (u8)(s->index - 1), .of = s->param[3],
        .rate = s->rate, .fm = !(s->param[0] & BIT_MFM),
    };
    struct fdc_unit *u = fdc_selected(f);
    enum err e = surface_lay(u->media, &u->format, (u32)fdc_cylinder(f),
                             s->head, &how);

    s->bad_layout |= e == ERR_RANGE;
    return e == ERR_RANGE ? ERR_OK : e;
}

/* Lays down one sector, or remembers that the image has no place for it. */
static enum err format_place(struct fdc *f, struct surface *t)
{
    struct fdc_state *s = &f->s;

    s->c = s->data[0];
    s->h = s->data[1];
    s->r = s->data[2];
    s->n = s->data[3];
    if (s->bad_layout)
        return ERR_OK;
    return lays_anything(f) ? lay_new_sector(f) : fill_sector(f, t);
}

static void format_end(struct fdc *f)
{
    if (f->s.bad_layout) {
        LOG(f->log, TODO, "fdc", "track format that the image cannot hold");
        f->s.st0 |= ST0_ABNORMAL;
        f->s.st1 |= ST1_MA;
    }
    fdc_arm(f, FDC_OP_END, fdc_index_time(f, 1));
}

void fdc_lay_down(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    struct surface t;
    enum err e;

    if (!fdc_track(f, FDC_OP_AGAIN, &t))
        return;
    e = format_place(f, &t);
    if (fdc_kept(f, FDC_OP_AGAIN, e))
        return;
    if (e) {
        fdc_fail(f, ST1_DE, 0);
    } else if (s->count <= 1) {
        format_end(f);
    } else {
        s->count--;
        s->index++;
        await_format(f, &t);
    }
}

void fdc_format_sector(struct fdc *f)
{
    if (!fdc_ready(f))
        fdc_hang(f);
    else if (fdc_fetch(f, 4, 0))
        fdc_lay_down(f);
}
