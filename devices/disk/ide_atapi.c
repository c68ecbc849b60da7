/* ide_atapi.c - a CD-ROM drive: PACKET, data in parts, the task file. */
#include "devices/disk/ide.h"

#include <string.h>

#include "machine/core/bytes.h"

enum {
    REASON_COMMAND = 1, REASON_TO_HOST = 2, PART_NS = 5000, FRAME_NS = 30000,
    KEY_NOT_READY = 2, KEY_MEDIUM = 3, KEY_ILLEGAL = 5, KEY_ATTENTION = 6,
    ASC_NO_MEDIUM = 0x3a, ASC_CHANGED = 0x28, ASC_READ_ERROR = 0x11,
    ASC_OUT_OF_RANGE = 0x21, ASC_WRONG_MODE = 0x64,
};

void atapi_signature(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->count = s->low = s->error = 1;
    s->mid = 0x14;
    s->high = 0xeb;
    s->device &= DEVICE_SELECT;
    s->status = 0;
    s->phase = IDE_IDLE;
    atapi_packet(d, n)->stage = ATAPI_NOTHING;
}

void atapi_change(struct ide *d, int n, struct block *disc)
{
    struct atapi_state *p = atapi_packet(d, n);

    atapi_stop_audio(d, n);             /* what was played is of the old one */
    d->sound[n].known = false;
    d->unit[n].media = disc;
    p->changed = true;
    p->open = p->locked = false;
}

/* ---- how a command ends ---- */

static void atapi_finish(struct ide *d, int n, u8 status, u8 error)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->count = REASON_COMMAND | REASON_TO_HOST;
    s->status = status;
    s->error = error;
    s->phase = IDE_IDLE;
    atapi_packet(d, n)->stage = ATAPI_NOTHING;
    atapi_packet(d, n)->left = 0;
    ide_irq(d, n, true);
}

void atapi_done(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);

    if (p->packet[0] != 0x03)
        p->key = p->asc = p->ascq = 0;
    atapi_finish(d, n, ATA_READY, 0);
}

void atapi_fail(struct ide *d, int n, u8 key, u8 asc)
{
    struct atapi_state *p = atapi_packet(d, n);

    p->key = key;
    p->asc = asc;
    p->ascq = 0;
    atapi_finish(d, n, ATA_DRDY | ATA_ERR, (u8)(key << 4 | ERR_ABRT));
}

/* A new disc is reported before anything else is told of it. */
bool atapi_ready(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);

    if (!d->unit[n].media || p->open) {
        atapi_fail(d, n, KEY_NOT_READY, ASC_NO_MEDIUM);
        return false;
    }
    if (p->changed) {
        p->changed = false;
        atapi_fail(d, n, KEY_ATTENTION, ASC_CHANGED);
        return false;
    }
    return true;
}

/* ---- data ---- */

/* Offers the next part of what is in the buffer. */
static void offer_part(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    struct atapi_state *p = atapi_packet(d, n);
    u16 left = p->end > s->size ? (u16)(p->end - s->size) : 0;
    u16 part = left < p->limit ? left : p->limit;

    s->at = s->size;
    s->size = (u16)(s->at + part);
    s->mid = (u8)part;
    s->high = (u8)(part >> 8);
    s->count = REASON_TO_HOST;
    s->phase = IDE_IN;
    s->status = ATA_READY | ATA_DRQ;
    ide_irq(d, n, true);
}

static void offer_data(struct ide *d, int n)
{
    if (!atapi_packet(d, n)->dma) {
        offer_part(d, n);
        return;
    }
    ide_drive(d, n)->count = REASON_TO_HOST;
    ide_dma(d, n, IDE_DMA_IN, atapi_packet(d, n)->end);
}

/* The first `size` bytes of the buffer, cut to what the host has room for. A
 * byte that is left over is moved in a word of its own. */
void atapi_reply(struct ide *d, int n, u32 size, u32 room)
{
    struct ide_drive_state *s = ide_drive(d, n);
    struct atapi_state *p = atapi_packet(d, n);

    p->end = (u16)(size < room ? size : room);
    s->at = s->size = 0;
    if (p->end == 0) {
        atapi_done(d, n);
        return;
    }
    p->end = (u16)((p->end + 1) & ~1);
    p->stage = ATAPI_IN;
    offer_data(d, n);
}

/* What READ CD asks for, of a raw frame: bits as in byte 9 of its packet. */
static u32 atapi_take_fields(const u8 *frame, u8 fields, u8 *to)
{
    bool two = frame[15] == 2;
    u32 n = 0;

#define TAKE(bit, at, size)                                         \
    if (fields & (bit)) {                                           \
        memcpy(to + n, frame + (at), (size));                       \
        n += (size);                                                \
    }
    TAKE(0x80, 0, 12)
    TAKE(0x20, 12, 4)
    if (two) {
        TAKE(0x40, 16, 8)
        TAKE(0x10, 24, 2048)
        TAKE(0x08, 2072, 280)
    } else {
        TAKE(0x10, 16, 2048)
        TAKE(0x08, 2064, 288)
    }
#undef TAKE
    return n;
}

/* Puts a frame, or the parts of it that are wanted, into the buffer. */
static enum err load_frame(struct ide *d, int n, u32 *size)
{
    struct atapi_state *p = atapi_packet(d, n);
    struct block *b = d->unit[n].media;
    u8 *to = ide_drive(d, n)->data, frame[FRAME];
    const struct disc_track *t;
    enum err e;

    *size = FRAME_DATA;
    if (!p->raw)
        return block_read(b, (u64)p->frame * PER_FRAME, to, PER_FRAME);
    e = disc_read_raw(b, p->frame, frame);
    t = disc_track_at(b->disc, p->frame);
    if (e || !t)
        return e ? e : ERR_RANGE;
    if (t->mode == TRACK_AUDIO) {
        memcpy(to, frame, FRAME);
        *size = FRAME;
    } else {
        *size = atapi_take_fields(frame, p->raw, to);
    }
    return ERR_OK;
}

static void next_frame(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);
    u32 size;
    enum err e = d->unit[n].media && d->unit[n].media->disc
                     ? load_frame(d, n, &size) : ERR_MISSING;

    if (e == ERR_AGAIN) {
        ide_busy(d, n, IDE_READ, 1);
        return;
    }
    if (e) {
        LOG(d->log, ERROR, "atapi", "frame %u: %s", p->frame, err_text(e));
        if (e == ERR_MISSING)
            atapi_fail(d, n, KEY_NOT_READY, ASC_NO_MEDIUM);
        else
            atapi_fail(d, n, e == ERR_IO ? KEY_MEDIUM : KEY_ILLEGAL,
                       e == ERR_IO ? ASC_READ_ERROR
                       : e == ERR_FORMAT ? ASC_WRONG_MODE : ASC_OUT_OF_RANGE);
        return;
    }
    p->frame++;
    p->left--;
    ide_drive(d, n)->size = 0;
    p->end = (u16)size;
    p->stage = ATAPI_IN;
    if (size)
        offer_data(d, n);
    else if (p->left)
        ide_busy(d, n, IDE_READ, PART_NS);
    else
        atapi_done(d, n);
}

void atapi_read(struct ide *d, int n, u32 frame, u32 count, u8 raw)
{
    struct atapi_state *p = atapi_packet(d, n);
    const struct disc *disc;

    if (!atapi_ready(d, n))
        return;
    atapi_stop_audio(d, n);
    disc = d->unit[n].media->disc;
    if (frame > disc->frames || count > disc->frames - frame) {
        atapi_fail(d, n, KEY_ILLEGAL, ASC_OUT_OF_RANGE);
        return;
    }
    if (count == 0) {
        atapi_done(d, n);
        return;
    }
    p->frame = frame;
    p->left = count;
    p->raw = raw;
    p->stage = ATAPI_IN;
    p->end = 0;
    ide_drive(d, n)->size = 0;
    ide_busy(d, n, IDE_READ, FRAME_NS);
}

/* The busy time after a part is over: more of it, more frames, the end. */
static void atapi_go_on(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);

    if (ide_drive(d, n)->size < p->end)
        offer_part(d, n);
    else if (p->left)
        next_frame(d, n);
    else
        atapi_done(d, n);
}

static void await_bytes(struct ide *d, int n, u16 size, u8 reason)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->at = 0;
    s->size = size;
    s->count = reason;
    s->phase = IDE_OUT;
    s->status = ATA_READY | ATA_DRQ;
}

void atapi_step(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    struct atapi_state *p = atapi_packet(d, n);

    switch (s->phase) {
    case IDE_COMMAND:
        atapi_command(d, n);
        break;
    case IDE_WRITE:                     /* the host has given its bytes */
        if (p->stage == ATAPI_PACKET) {
            memcpy(p->packet, s->data, PACKET_SIZE);
            atapi_run(d, n);
        } else {
            atapi_take_pages(d, n);
            atapi_done(d, n);
        }
        break;
    case IDE_READ:
        atapi_go_on(d, n);
        break;
    default:
        break;
    }
}

/* ---- the task file ---- */

static void abort_command(struct ide *d, int n)
{
    ide_drive(d, n)->phase = IDE_IDLE;
    ide_drive(d, n)->error = ERR_ABRT;
    ide_drive(d, n)->status = ATA_READY | ATA_ERR;
    ide_irq(d, n, true);
}

/* Odd limits are rounded down, none at all is as much as there can be. */
static void take_packet(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    struct atapi_state *p = atapi_packet(d, n);
    u32 limit = s->mid | (u32)s->high << 8;

    if ((s->feature & 1) && !ide_has_dma(d)) {
        abort_command(d, n);
        return;
    }
    p->dma = s->feature & 1;
    limit &= ~1u;
    p->limit = (u16)(limit ? limit : 0xfffe);
    p->stage = ATAPI_PACKET;
    await_bytes(d, n, PACKET_SIZE, REASON_COMMAND);
}

static void atapi_identify(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    ide_identify_packet(d, n, s->data);
    s->at = 0;
    s->size = SECTOR;
    s->phase = IDE_IN;
    s->status = ATA_READY | ATA_DRQ;
    atapi_packet(d, n)->stage = ATAPI_NOTHING;
    ide_irq(d, n, true);
}

/* Commands of disks are answered as by a disk that is not there: with the
 * signature, by which drivers tell what is. */
static void not_a_disk(struct ide *d, int n)
{
    atapi_signature(d, n);
    abort_command(d, n);
}

void atapi_command(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    LOG(d->log, TRACE, "atapi", "command %02x drive %d", s->command, n);
    switch (s->command) {
    case 0xa0: take_packet(d, n); break;
    case 0xa1: atapi_identify(d, n); break;
    case 0x08: atapi_signature(d, n); break;    /* DEVICE RESET: no interrupt */
    case 0x90:
        atapi_signature(d, n);
        d->s.select = 0;
        ide_irq(d, n, true);
        break;
    case 0xec: case 0x20: case 0x21: not_a_disk(d, n); break;
    case 0xe5: s->count = POWER_ACTIVE; ide_done(d, n); break;
    case 0xe0: case 0xe1: case 0xe2: case 0xe3: case 0xe7:
        ide_done(d, n);
        break;
    case 0xef:
        if (s->feature == 0x03 && !ide_set_mode(d, n, s->count))
            abort_command(d, n);
        else
            ide_done(d, n);
        break;
    default:
        LOG(d->log, TODO, "atapi", "command %02x", s->command);
        abort_command(d, n);
        break;
    }
}

#define A struct atapi_state
static const struct field atapi_fields[] = {
    FIELD(A, since,       "when playing began, ns"),
    FIELD(A, played,      "samples played since then"),
    FIELD(A, frame,       "next frame to be read"),
    FIELD(A, left,        "frames left in the command"),
    FIELD(A, play,        "first frame to be played"),
    FIELD(A, play_end,    "one behind the last"),
    FIELD(A, limit,       "bytes in a part"),
    FIELD_MAX(A, end, IDE_BUFFER, "bytes in the buffer"),
    FIELD_ARRAY(A, packet, "the command"),
    FIELD_MAX(A, stage, ATAPI_STAGES - 1, "packet, data in or out"),
    FIELD(A, key,         "sense key"),
    FIELD(A, asc,         "additional sense code"),
    FIELD(A, ascq,        "its qualifier"),
    FIELD(A, raw,         "parts of a frame that READ CD wants"),
    FIELD_MAX(A, audio, AUDIO_STATES - 1, "none, playing, paused, done"),
    FIELD_ARRAY(A, port,  "page 0Eh: channels and volume of two outputs"),
    FIELD(A, locked,      "the guest keeps the tray shut"),
    FIELD(A, changed,     "a disc change not yet reported"),
    FIELD(A, open,        "the tray is open"),
    FIELD(A, dma,         "data go by DMA"),
    FIELD_ARRAY(A, spare, "zero"),
    FIELD_END
};
#undef A
const struct table atapi_table =
    { "atapi", sizeof(struct atapi_state), atapi_fields };
