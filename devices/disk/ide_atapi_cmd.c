/* ide_atapi_cmd.c - a CD-ROM drive: the packet commands. */
#include "devices/disk/ide.h"

#include <stdio.h>
#include <string.h>

#include "machine/core/bytes.h"

enum {
    KEY_ILLEGAL = 5, ASC_NO_COMMAND = 0x20, ASC_BAD_FIELD = 0x24,
    KEY_LOCKED = 5, ASC_LOCKED = 0x53, LEAD_OUT = 0xaa, CDROM_DEVICE = 5,
    PAGE_AUDIO = 0x0e,
};

static u8 *clear_buffer(struct ide *d, int n)
{
    memset(d->s.drive[n].data, 0, IDE_BUFFER);
    return d->s.drive[n].data;
}

static const struct disc *disc_of(struct ide *d, int n)
{
    return d->unit[n].media->disc;
}

static void atapi_put_text(u8 *to, int n, const char *text)
{
    for (int i = 0; i < n; i++)
        to[i] = (u8)(*text ? *text++ : ' ');
}

/* ---- what the drive is ---- */

static void inquiry(struct ide *d, int n)
{
    u8 *p = clear_buffer(d, n);

    p[0] = CDROM_DEVICE;
    p[1] = 0x80;                        /* the medium can be taken out */
    p[3] = 0x21;
    p[4] = 31;
    atapi_put_text(p + 8, 8, "ISABOX");
    atapi_put_text(p + 16, 16, "CD-ROM");
    atapi_put_text(p + 32, 4, "1.0");
    atapi_reply(d, n, 36, atapi_packet(d, n)->packet[4]);
}

static void request_sense(struct ide *d, int n)
{
    struct atapi_state *s = atapi_packet(d, n);
    u8 *p = clear_buffer(d, n);

    if (!s->key && s->changed && d->unit[n].media) {
        s->key = 6;
        s->asc = 0x28;
        s->changed = false;
    }
    p[0] = 0x70;
    p[2] = s->key;
    p[7] = 10;
    p[12] = s->asc;
    p[13] = s->ascq;
    s->key = s->asc = s->ascq = 0;
    atapi_reply(d, n, 18, s->packet[4]);
}

/* ---- the medium ---- */

static void test_ready(struct ide *d, int n)
{
    if (atapi_ready(d, n))
        atapi_done(d, n);
}

static void start_stop(struct ide *d, int n)
{
    struct atapi_state *s = atapi_packet(d, n);
    u8 how = s->packet[4] & 3;

    if (how == 2 && s->locked) {
        atapi_fail(d, n, KEY_LOCKED, ASC_LOCKED);
        return;
    }
    if (how == 2)
        s->open = true;
    if (how == 3) {
        s->changed |= s->open;
        s->open = false;
    }
    if (how != 1)
        atapi_stop_audio(d, n);
    atapi_done(d, n);
}

static void prevent(struct ide *d, int n)
{
    atapi_packet(d, n)->locked = atapi_packet(d, n)->packet[4] & 1;
    atapi_done(d, n);
}

static void atapi_capacity(struct ide *d, int n)
{
    u8 *p;

    if (!atapi_ready(d, n))
        return;
    p = clear_buffer(d, n);
    put_be32(p, disc_of(d, n)->frames - 1);
    put_be32(p + 4, FRAME_DATA);
    atapi_reply(d, n, 8, 8);
}

/* ---- reading ---- */

static void read_10(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;

    atapi_read(d, n, get_be32(c + 2), get_be16(c + 7), 0);
}

static void read_12(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;

    atapi_read(d, n, get_be32(c + 2), get_be32(c + 6), 0);
}

/* Nothing but user data is what READ does. */
static u8 fields_of(u8 byte)
{
    u8 f = byte & 0xf8;

    return f == 0x10 ? 0 : f;
}

static void read_cd(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    const struct disc_track *t;
    u32 frame = get_be32(c + 2);
    u8 fields = fields_of(c[9]);

    if (!atapi_ready(d, n))
        return;
    t = disc_track_at(disc_of(d, n), frame);
    if (t && t->mode == TRACK_AUDIO && !fields)
        fields = 0xf8;                  /* audio is user data all over */
    atapi_read(d, n, frame, (u32)get_be(c + 6, 3), fields);
}

static u32 frame_at(const u8 *msf)
{
    u32 f = ((u32)msf[0] * 60 + msf[1]) * 75 + msf[2];

    return f < LEAD_IN ? 0 : f - LEAD_IN;
}

static void read_cd_msf(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    u32 first = frame_at(c + 3), end = frame_at(c + 6);

    if (end < first)
        atapi_fail(d, n, KEY_ILLEGAL, ASC_BAD_FIELD);
    else
        atapi_read(d, n, first, end - first, fields_of(c[9]));
}

static void atapi_seek(struct ide *d, int n)
{
    if (!atapi_ready(d, n))
        return;
    atapi_stop_audio(d, n);
    atapi_done(d, n);
}

/* ---- the table of contents ---- */

static void atapi_put_address(u8 *p, u32 frame, bool msf)
{
    struct msf t = msf_of(frame);

    if (!msf) {
        put_be32(p, frame);
        return;
    }
    p[0] = 0;
    p[1] = t.m;
    p[2] = t.s;
    p[3] = t.f;
}

static u8 control_of(const struct disc_track *t)
{
    return t->mode == TRACK_AUDIO ? 0x10 : 0x14;    /* position, data */
}

static void toc_tracks(struct ide *d, int n, u8 first, bool msf, u16 room)
{
    const struct disc *disc = disc_of(d, n);
    u8 *p = clear_buffer(d, n), *row = p + 4;

    for (int i = 0; i < disc->tracks; i++) {
        const struct disc_track *t = &disc->track[i];

        if (t->number < first)
            continue;
        row[1] = control_of(t);
        row[2] = t->number;
        atapi_put_address(row + 4, t->start, msf);
        row += 8;
    }
    row[1] = control_of(&disc->track[disc->tracks - 1]);
    row[2] = LEAD_OUT;
    atapi_put_address(row + 4, disc->frames, msf);
    row += 8;
    put_be16(p, (u32)(row - p) - 2);
    p[2] = disc->track[0].number;
    p[3] = disc->track[disc->tracks - 1].number;
    atapi_reply(d, n, (u32)(row - p), room);
}

static void toc_sessions(struct ide *d, int n, bool msf, u16 room)
{
    const struct disc *disc = disc_of(d, n);
    u8 *p = clear_buffer(d, n);

    put_be16(p, 10);
    p[2] = p[3] = 1;
    p[5] = control_of(&disc->track[0]);
    p[6] = disc->track[0].number;
    atapi_put_address(p + 8, disc->track[0].start, msf);
    atapi_reply(d, n, 12, room);
}

static u8 *full_row(u8 *p, u8 control, u8 point, struct msf t)
{
    p[0] = 1;
    p[1] = control;
    p[3] = point;
    p[8] = t.m;
    p[9] = t.s;
    p[10] = t.f;
    return p + 11;
}

static void toc_full(struct ide *d, int n, u16 room)
{
    const struct disc *disc = disc_of(d, n);
    const struct disc_track *last = &disc->track[disc->tracks - 1];
    u8 *p = clear_buffer(d, n), *row = p + 4, c = control_of(disc->track);

    row = full_row(row, c, 0xa0, (struct msf){ disc->track[0].number, 0, 0 });
    row = full_row(row, c, 0xa1, (struct msf){ last->number, 0, 0 });
    row = full_row(row, c, 0xa2, msf_of(disc->frames));
    for (int i = 0; i < disc->tracks; i++)
        row = full_row(row, control_of(&disc->track[i]),
                       disc->track[i].number, msf_of(disc->track[i].start));
    put_be16(p, (u32)(row - p) - 2);
    p[2] = p[3] = 1;
    atapi_reply(d, n, (u32)(row - p), room);
}

static void read_toc(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    bool msf = c[1] & 2;
    u8 format = c[2] & 15 ? c[2] & 15 : c[9] >> 6;
    u16 room = get_be16(c + 7);

    if (!atapi_ready(d, n))
        return;
    if (format == 0 && (c[6] <= DISC_TRACKS || c[6] == LEAD_OUT))
        toc_tracks(d, n, c[6], msf, room);
    else if (format == 1)
        toc_sessions(d, n, msf, room);
    else if (format == 2)
        toc_full(d, n, room);
    else
        atapi_fail(d, n, KEY_ILLEGAL, ASC_BAD_FIELD);
}

static void atapi_read_header(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    const struct disc_track *t;
    u8 *p;

    if (!atapi_ready(d, n))
        return;
    p = clear_buffer(d, n);
    t = disc_track_at(disc_of(d, n), get_be32(c + 2));
    p[0] = t ? t->mode : 1;
    atapi_put_address(p + 4, get_be32(c + 2), c[1] & 2);
    atapi_reply(d, n, 8, get_be16(c + 7));
}

/* ---- mode pages ---- */

static u8 *page_error(struct ide *d, int n, u8 *p)
{
    (void)d, (void)n;
    p[0] = 0x01;
    p[1] = 6;
    p[3] = 5;                           /* tries */
    return p + 8;
}

static u8 *page_cdrom(struct ide *d, int n, u8 *p)
{
    (void)d, (void)n;
    p[0] = 0x0d;
    p[1] = 6;
    p[5] = 60;
    p[7] = 75;
    return p + 8;
}

/* The values now; or which bits of them can be changed. */
static u8 *page_audio(struct ide *d, int n, u8 *p)
{
    static const u8 changeable[4] = { 0x0f, 0xff, 0x0f, 0xff };
    const struct atapi_state *s = atapi_packet(d, n);

    p[0] = PAGE_AUDIO;
    p[1] = 14;
    p[2] = 4;
    memcpy(p + 8, s->packet[2] >> 6 == 1 ? changeable : s->port, 4);
    return p + 16;
}

/* Plays audio, reads mode 2 and audio, locks, ejects by a tray; 4 times as
 * fast as audio. */
static u8 *page_capabilities(struct ide *d, int n, u8 *p)
{
    p[0] = 0x2a;
    p[1] = 18;
    p[4] = 0x71;
    p[5] = 0x03;
    p[6] = (u8)(0x29 | (atapi_packet(d, n)->locked ? 2 : 0));
    p[7] = 0x03;
    put_be16(p + 8, 706);
    put_be16(p + 10, 256);
    put_be16(p + 14, 706);
    return p + 20;
}

static const struct {
    u8 page;
    u8 *(*put)(struct ide *d, int n, u8 *p);
} pages[] = {
    { 0x01, page_error }, { 0x0d, page_cdrom }, { 0x0e, page_audio },
    { 0x2a, page_capabilities },
};

/* What kind of disc is in, as the header of mode pages has it. */
static u8 medium_type(struct ide *d, int n)
{
    if (atapi_packet(d, n)->open)
        return 0x71;
    if (!d->unit[n].media)
        return 0x70;
    return disc_of(d, n)->track[0].mode == TRACK_AUDIO ? 2
           : disc_of(d, n)->tracks > 1 ? 3 : 1;
}

static void mode_sense(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    u8 page = c[2] & 0x3f, *p = clear_buffer(d, n), *to = p + 8;

    for (size_t i = 0; i < COUNT_OF(pages); i++)
        if (page == pages[i].page || page == 0x3f)
            to = pages[i].put(d, n, to);
    if (to == p + 8) {
        atapi_fail(d, n, KEY_ILLEGAL, ASC_BAD_FIELD);
        return;
    }
    put_be16(p, (u32)(to - p) - 2);
    p[2] = medium_type(d, n);
    atapi_reply(d, n, (u32)(to - p), get_be16(c + 7));
}

/* Of what a MODE SELECT brings, behind a header and block descriptors, page 0Eh
 * alone can be changed. */
void atapi_take_pages(struct ide *d, int n)
{
    const struct ide_drive_state *s = &d->s.drive[n];
    const u8 *p = s->data;
    u32 at = 8u + get_be16(p + 6);

    while (at + 2 <= s->size && at + 2 + p[at + 1] <= s->size) {
        if ((p[at] & 0x3f) == PAGE_AUDIO && p[at + 1] >= 10) {
            voice_settle(&d->sound[n].voice);
            memcpy(atapi_packet(d, n)->port, p + at + 8, 4);
        }
        at += 2u + p[at + 1];
    }
}

static void mode_select(struct ide *d, int n)
{
    struct ide_drive_state *s = &d->s.drive[n];
    struct atapi_state *p = atapi_packet(d, n);
    u16 size = get_be16(p->packet + 7);

    if (size == 0 || size > 256) {
        atapi_done(d, n);
        return;
    }
    p->stage = ATAPI_OUT;
    s->at = 0;
    s->size = (u16)((size + 1) & ~1);
    if (p->dma) {
        ide_dma(d, n, IDE_DMA_OUT, s->size);
        return;
    }
    s->mid = (u8)size;
    s->high = (u8)(size >> 8);
    s->count = 0;
    s->phase = IDE_OUT;
    s->status = ATA_READY | ATA_DRQ;
    ide_irq(d, n, true);
}

/* ---- what later systems ask ---- */

static void configuration(struct ide *d, int n)
{
    u8 *p = clear_buffer(d, n);

    put_be32(p, 12);
    put_be16(p + 6, d->unit[n].media ? 8 : 0);  /* profile: CD-ROM */
    p[10] = 3;
    p[11] = 4;
    put_be16(p + 12, 8);
    p[14] = d->unit[n].media != NULL;
    atapi_reply(d, n, 16, get_be16(atapi_packet(d, n)->packet + 7));
}

static void event_status(struct ide *d, int n)
{
    struct atapi_state *s = atapi_packet(d, n);
    u8 *p = clear_buffer(d, n);

    if (!(s->packet[1] & 1)) {          /* it would come by itself, later */
        atapi_fail(d, n, KEY_ILLEGAL, ASC_BAD_FIELD);
        return;
    }
    p[3] = 0x10;                        /* events of media */
    if (!(s->packet[4] & 0x10)) {
        put_be16(p, 2);
        p[2] = 0x80;
        atapi_reply(d, n, 4, get_be16(s->packet + 7));
        return;
    }
    put_be16(p, 6);
    p[2] = 4;
    p[4] = s->changed ? d->unit[n].media ? 2 : 3 : 0;
    p[5] = (u8)((s->open ? 1 : 0) | (d->unit[n].media ? 2 : 0));
    atapi_reply(d, n, 8, get_be16(s->packet + 7));
}

static void disc_information(struct ide *d, int n)
{
    u8 *p;

    if (!atapi_ready(d, n))
        return;
    p = clear_buffer(d, n);
    put_be16(p, 32);
    p[2] = 0x0e;                        /* complete */
    p[3] = p[4] = p[5] = 1;
    p[6] = (u8)disc_of(d, n)->tracks;
    memset(p + 16, 0xff, 8);
    atapi_reply(d, n, 34, get_be16(atapi_packet(d, n)->packet + 7));
}

static void mechanism(struct ide *d, int n)
{
    u8 *p = clear_buffer(d, n);

    p[1] = atapi_packet(d, n)->open ? 0x10 : 0;
    atapi_reply(d, n, 8, get_be16(atapi_packet(d, n)->packet + 8));
}

static const struct {
    u8 code;
    void (*run)(struct ide *d, int n);
} commands[] = {
    { 0x00, test_ready }, { 0x03, request_sense }, { 0x12, inquiry },
    { 0x1b, start_stop }, { 0x1e, prevent }, { 0x25, atapi_capacity },
    { 0x28, read_10 }, { 0x2b, atapi_seek }, { 0x42, atapi_subchannel },
    { 0x43, read_toc }, { 0x44, atapi_read_header }, { 0x45, atapi_audio },
    { 0x46, configuration }, { 0x47, atapi_audio }, { 0x48, atapi_audio },
    { 0x4a, event_status }, { 0x4b, atapi_audio }, { 0x4e, atapi_audio },
    { 0x51, disc_information }, { 0x55, mode_select }, { 0x5a, mode_sense },
    { 0xa5, atapi_audio }, { 0xa8, read_12 }, { 0xb9, read_cd_msf },
    { 0xbb, atapi_done }, { 0xbd, mechanism }, { 0xbe, read_cd },
};

void atapi_run(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;

    LOG(d->log, TRACE, "atapi", "packet %02x %02x %02x%02x%02x%02x %02x%02x%02x"
        "%02x", c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i].code == c[0]) {
            commands[i].run(d, n);
            return;
        }
    LOG(d->log, TODO, "atapi", "packet command %02x", c[0]);
    atapi_fail(d, n, KEY_ILLEGAL, ASC_NO_COMMAND);
}
