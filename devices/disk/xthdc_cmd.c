/* xthdc_cmd.c - the XT's fixed disk adapter: the commands.
 *
 * A row of the table names the command's kind. One that goes over sectors
 * (read, write, verify, format) takes them one by one:
 *
 *   read    time --> sector into the buffer --> bytes to the host --> next
 *   write   bytes from the host --> time --> buffer to the sector --> next
 *   verify, format   time --> the sector is looked at, or filled --> next */
#include "devices/disk/xthdc.h"

#include <string.h>

enum {
    COMMAND_NS = 50000, SECTOR_NS = 200000, SEEK_NS = 500000, AGAIN_NS = 1,
    FILL = 0x6c,                        /* what FORMAT leaves in sectors */
    PARAMETERS = 8,
};

enum kind { BAD, TEST, RECALIBRATE, SENSE, FORMAT_DRIVE, VERIFY, FORMAT_TRACK,
            READ, WRITE, SEEK, SET_UP, ECC_LENGTH, READ_BUFFER, WRITE_BUFFER,
            DIAGNOSE, READ_LONG, WRITE_LONG };

static const struct { u8 code, kind; } commands[] = {
    { 0x00, TEST }, { 0x01, RECALIBRATE }, { 0x03, SENSE },
    { 0x04, FORMAT_DRIVE }, { 0x05, VERIFY }, { 0x06, FORMAT_TRACK },
    { 0x07, FORMAT_TRACK }, { 0x08, READ }, { 0x0a, WRITE }, { 0x0b, SEEK },
    { 0x0c, SET_UP }, { 0x0d, ECC_LENGTH }, { 0x0e, READ_BUFFER },
    { 0x0f, WRITE_BUFFER }, { 0xe0, DIAGNOSE }, { 0xe3, TEST },
    { 0xe4, DIAGNOSE }, { 0xe5, READ_LONG }, { 0xe6, WRITE_LONG },
};

static enum kind kind_of(const struct xthd *d)
{
    for (size_t n = 0; n < COUNT_OF(commands); n++)
        if (commands[n].code == d->s.command[0])
            return commands[n].kind;
    return BAD;
}

/* It takes the bytes of sectors from the host. */
static bool takes_bytes(const struct xthd *d)
{
    return kind_of(d) == WRITE || kind_of(d) == WRITE_LONG;
}

static bool is_writing(const struct xthd *d)
{
    return takes_bytes(d) || kind_of(d) == FORMAT_TRACK ||
           kind_of(d) == FORMAT_DRIVE;
}

/* ---- where a command goes ---- */

static int xthd_number(const struct xthd *d)
{
    return d->s.command[1] >> 5 & 1;
}

static struct xthd_unit *xthd_selected(struct xthd *d)
{
    return &d->unit[xthd_number(d)];
}

static struct xthd_drive_state *chosen(struct xthd *d)
{
    return &d->s.drive[xthd_number(d)];
}

/* The address is kept in the command's own bytes, where the next sector's
 * stands when one is done. */
static u32 cylinder_of(const struct xthd *d)
{
    return (u32)(d->s.command[2] & 0xc0) << 2 | d->s.command[3];
}

static u32 head_of(const struct xthd *d) { return d->s.command[1] & 0x1f; }
static u32 xthd_sector(const struct xthd *d) { return d->s.command[2] & 0x3f; }

static void put_address(struct xthd *d, u32 cylinder, u32 head, u32 sector)
{
    u8 *c = d->s.command;

    c[1] = (u8)((c[1] & 0xe0) | head);
    c[2] = (u8)(cylinder >> 2 & 0xc0) | (u8)sector;
    c[3] = (u8)cylinder;
}

/* What the controller believes the disk to have. */
static u32 heads_of(struct xthd *d)
{
    return chosen(d)->heads ? chosen(d)->heads : xthd_selected(d)->chs.heads;
}

static u32 xthd_cylinders(struct xthd *d)
{
    return chosen(d)->cylinders ? chosen(d)->cylinders
                                : xthd_selected(d)->chs.cylinders;
}

/* On to the next sector. False: ten bits can't count its cylinder. */
static bool next_address(struct xthd *d)
{
    u32 c = cylinder_of(d), h = head_of(d), s = xthd_sector(d) + 1;

    if (s >= xthd_selected(d)->chs.sectors) {
        s = 0;
        if (++h >= heads_of(d)) {
            h = 0;
            c++;
        }
    }
    if (c < XTHD_CYLINDERS)
        put_address(d, c, h, s);
    return c < XTHD_CYLINDERS;
}

/* An error with its address in the sense bytes. */
static void xthd_fail(struct xthd *d, u8 code)
{
    memcpy(d->s.sense + 1, d->s.command + 1, 3);
    xthd_end(d, SENSE_HAS_ADDRESS | code);
}

/* 0, or what is wrong with going there. */
static u8 xthd_misplaced(struct xthd *d)
{
    const struct xthd_unit *u = xthd_selected(d);

    if (!u->media)
        return SENSE_NOT_READY;
    if (cylinder_of(d) >= xthd_cylinders(d) || head_of(d) >= heads_of(d))
        return SENSE_ADDRESS;
    if (cylinder_of(d) >= u->chs.cylinders)
        return SENSE_SEEK;
    if (head_of(d) >= u->chs.heads || xthd_sector(d) >= u->chs.sectors)
        return SENSE_NOT_FOUND;
    return SENSE_OK;
}

static u64 xthd_place(struct xthd *d)
{
    const struct chs *g = &xthd_selected(d)->chs;

    return ((u64)cylinder_of(d) * g->heads + head_of(d)) * g->sectors +
           xthd_sector(d);
}

/* ---- sector by sector ---- */

/* The time to the next sector, with the way of the heads to it. */
static void go_to_sector(struct xthd *d)
{
    u8 wrong = xthd_misplaced(d);
    bool far = chosen(d)->cylinder != cylinder_of(d);

    if (wrong) {
        xthd_fail(d, wrong);
        return;
    }
    chosen(d)->cylinder = (u16)cylinder_of(d);
    xthd_wait(d, SECTOR_NS + (far ? SEEK_NS : 0));
}

static u32 portion(const struct xthd *d)
{
    return d->s.command[0] >= 0xe5 ? XTHD_BUFFER : SECTOR;
}

/* Asks for the next sector's bytes, or lets its time pass. */
static void begin_sector(struct xthd *d)
{
    u8 wrong = xthd_misplaced(d);

    if (wrong)
        xthd_fail(d, wrong);
    else if (takes_bytes(d))
        xthd_move(d, XTHD_OUT, portion(d));
    else
        go_to_sector(d);
}

/* Formatting a drive goes on with the next track, and ends with the disk. */
static void sector_done(struct xthd *d)
{
    bool last = d->s.left <= 1, all = kind_of(d) == FORMAT_DRIVE, more;

    d->s.left -= !last;
    if (last && !all) {
        xthd_end(d, SENSE_OK);
        return;
    }
    more = next_address(d);
    if (last)
        d->s.left = (u16)xthd_selected(d)->chs.sectors;
    if (more && (!all || cylinder_of(d) < xthd_cylinders(d)))
        begin_sector(d);
    else if (all)
        xthd_end(d, SENSE_OK);
    else
        xthd_fail(d, SENSE_ADDRESS);
}

/* The machine stops for the host's sake; the same is tried when it goes on.
 * False: it is to be tried, or the command has ended. */
static bool xthd_went_well(struct xthd *d, enum err e, u8 code)
{
    if (e == ERR_AGAIN) {
        xthd_wait(d, AGAIN_NS);
        return false;
    }
    if (e) {
        LOG(d->log, ERROR, "xthdc", "%s: sector %llu: %s",
            xthd_selected(d)->media->name, (unsigned long long)xthd_place(d),
            block_error(xthd_selected(d)->media, e));
        xthd_fail(d, code);
    }
    return !e;
}

static void xthd_read_sector(struct xthd *d)
{
    enum err e = block_read(xthd_selected(d)->media, xthd_place(d),
                            d->s.data, 1);

    if (!xthd_went_well(d, e, SENSE_DATA))
        return;
    memset(d->s.ecc, 0, sizeof d->s.ecc);
    if (kind_of(d) == VERIFY)
        sector_done(d);
    else
        xthd_move(d, XTHD_IN, portion(d));
}

static void write_sector(struct xthd *d)
{
    enum err e = block_write(xthd_selected(d)->media, xthd_place(d), d->s.data,
                             1);

    if (xthd_went_well(d, e, SENSE_WRITE_FAULT))
        sector_done(d);
}

/* ---- commands ---- */

/* FORMAT begins with the first sector of the track. */
static void start_format(struct xthd *d)
{
    put_address(d, cylinder_of(d), head_of(d), 0);
    memset(d->s.data, FILL, sizeof d->s.data);
    d->s.left = (u16)xthd_selected(d)->chs.sectors;
    begin_sector(d);
}

static void seek(struct xthd *d, u32 cylinder)
{
    put_address(d, cylinder, head_of(d) < heads_of(d) ? head_of(d) : 0, 0);
    go_to_sector(d);
}

static void test_drive(struct xthd *d)
{
    if (xthd_selected(d)->media)
        xthd_end(d, SENSE_OK);
    else
        xthd_fail(d, SENSE_NOT_READY);
}

/* The sense bytes of the command before. This one has none itself. */
static void tell_sense(struct xthd *d)
{
    memcpy(d->s.data, d->s.sense, sizeof d->s.sense);
    memset(d->s.sense, 0, sizeof d->s.sense);
    xthd_move(d, XTHD_IN, sizeof d->s.sense);
}

static void xthd_set_up(struct xthd *d)
{
    chosen(d)->cylinders = (u16)(d->s.data[0] << 8 | d->s.data[1]);
    chosen(d)->heads = d->s.data[2];
    xthd_end(d, SENSE_OK);
}

static void xthd_start(struct xthd *d)
{
    switch (kind_of(d)) {
    case TEST:         test_drive(d); break;
    case RECALIBRATE:  seek(d, 0); break;
    case SEEK:         seek(d, cylinder_of(d)); break;
    case SENSE:        tell_sense(d); break;
    case FORMAT_DRIVE:
    case FORMAT_TRACK: start_format(d); break;
    case SET_UP:       xthd_move(d, XTHD_OUT, PARAMETERS); break;
    case ECC_LENGTH:   d->s.data[0] = 0; xthd_move(d, XTHD_IN, 1); break;
    case READ_BUFFER:  xthd_move(d, XTHD_IN, SECTOR); break;
    case WRITE_BUFFER: xthd_move(d, XTHD_OUT, SECTOR); break;
    case DIAGNOSE:     xthd_end(d, SENSE_OK); break;
    case BAD:          xthd_end(d, SENSE_COMMAND); break;
    default:           begin_sector(d);
    }
}

/* The heads are where the sector passes. */
static void at_sector(struct xthd *d)
{
    u8 wrong = xthd_misplaced(d);

    if (wrong)
        xthd_fail(d, wrong);
    else if (kind_of(d) == SEEK || kind_of(d) == RECALIBRATE)
        xthd_end(d, SENSE_OK);
    else if (is_writing(d))
        write_sector(d);
    else
        xthd_read_sector(d);
}

void xthd_command(struct xthd *d)
{
    d->s.given = 0;
    d->s.begun = false;
    d->s.left = d->s.command[4] ? d->s.command[4] : 256;
    xthd_wait(d, COMMAND_NS);
}

void xthd_step(struct xthd *d)
{
    if (d->s.begun) {
        at_sector(d);
    } else {
        d->s.begun = true;
        xthd_start(d);
    }
}

void xthd_taken(struct xthd *d)
{
    if (kind_of(d) == READ || kind_of(d) == READ_LONG)
        sector_done(d);
    else
        xthd_end(d, SENSE_OK);
}

void xthd_given(struct xthd *d)
{
    if (kind_of(d) == SET_UP)
        xthd_set_up(d);
    else if (takes_bytes(d))
        go_to_sector(d);
    else
        xthd_end(d, SENSE_OK);
}
