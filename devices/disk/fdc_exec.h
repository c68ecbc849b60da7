/* fdc_exec.h - between the files that execute the commands that move data:
 * fdc_data.c (which sector is next), fdc_sector.c (its bytes), fdc_format.c. */
#ifndef FDC_EXEC_H
#define FDC_EXEC_H

#include "devices/disk/fdc.h"

enum {
    READ_TRACK = 0x02, WRITE = 0x05, READ = 0x06, WRITE_DELETED = 0x09,
    READ_ID = 0x0a, READ_DELETED = 0x0c, FORMAT = 0x0d, SCAN_EQUAL = 0x11,
    VERIFY = 0x16, SCAN_LOW = 0x19, SCAN_HIGH = 0x1d,
};

enum { SIZE_CODE = 2, MOST_SIZE_CODE = 6 };     /* 512 bytes, 8192 */

static inline u8 fdc_opcode(const struct fdc *f)
{
    return f->s.param[0] & OPCODE;
}

static inline bool fdc_scans(const struct fdc *f)
{
    u8 op = fdc_opcode(f);

    return op == SCAN_EQUAL || op == SCAN_LOW || op == SCAN_HIGH;
}

static inline bool fdc_writes(const struct fdc *f)
{
    u8 op = fdc_opcode(f);

    return op == WRITE || op == WRITE_DELETED || op == FORMAT;
}

/* Without DMA. */
static inline bool fdc_by_cpu(const struct fdc *f)
{
    return f->s.hlt_nd & 1;
}

void fdc_arm(struct fdc *f, enum fdc_op op, ns_t when);
void fdc_hang(struct fdc *f);           /* nothing turns */
void fdc_finish(struct fdc *f, u8 ic);  /* the result phase */
void fdc_fail(struct fdc *f, u8 st1, u8 st2);
void fdc_miss(struct fdc *f, u8 st1, u8 st2);   /* after two index pulses */

u32  fdc_sector_bytes(const struct fdc *f);
void fdc_next_portion(struct fdc *f);
void fdc_find_sector(struct fdc *f);
bool fdc_next_id(struct fdc *f);
void fdc_advance(struct fdc *f, bool tc);

/* True: the machine stops for the host's sake, and the operation is tried
 * again when it goes on. */
bool fdc_kept(struct fdc *f, enum fdc_op op, enum err e);
/* The track under the head. False: the same. */
bool fdc_track(struct fdc *f, enum fdc_op op, struct surface *t);
bool fdc_fetch(struct fdc *f, u32 n, u8 rest);
void fdc_sector(struct fdc *f, bool held);

void fdc_format_start(struct fdc *f);
void fdc_format_sector(struct fdc *f);
void fdc_lay_down(struct fdc *f);       /* data[] has the sector's ID */

#endif
