/* moo.h - reads files of recorded single-instruction results ("MOO").
 *
 * A gzip-compressed list of chunks: tag[4], u32 length, payload. */
#ifndef MOO_H
#define MOO_H

#include "machine/core/core.h"

/* Registers in the order of the 16-bit bitmap, and of the 32-bit one. */
enum { MOO_AX, MOO_BX, MOO_CX, MOO_DX, MOO_CS, MOO_SS, MOO_DS, MOO_ES, MOO_SP,
       MOO_BP, MOO_SI, MOO_DI, MOO_IP, MOO_FLAGS };
enum { MOO_EAX = 2, MOO_EBX, MOO_ECX, MOO_EDX, MOO_ESI, MOO_EDI, MOO_EBP,
       MOO_ESP, MOO_EIP = 16, MOO_EFLAGS = 17 };

struct moo_regs {
    u32 present;                        /* bit n: v[n] was recorded */
    u32 v[32];
};

struct moo_ram {
    u32 n;
    const u8 *row;                      /* of 5 bytes: u32 address, u8 value */
};

static inline u32 moo_addr(const struct moo_ram *r, u32 n)
{
    const u8 *p = r->row + 5 * n;

    return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static inline u8 moo_value(const struct moo_ram *r, u32 n)
{
    return r->row[5 * n + 4];
}

struct moo_case {
    const char *name;                   /* not terminated */
    u32 name_len;
    const u8 *bytes;
    u32 nbytes;
    struct moo_regs init, final, mask;
    struct moo_ram init_ram, final_ram;
    const u8 *fpu_init, *fpu_final;     /* 108-byte images, or NULL */
    u32 fpu_mask;                       /* of the status word */
    bool has_excp, has_error;
    u8 vector;
    u32 flags_at, error;
};

struct moo_file {
    u8 *data;
    size_t len;
    char cpu[5], mnem[9];
    u32 flags_mask;
    struct moo_case *cases;
    u32 n;
};

/* False, with nothing to free, when it cannot be read. */
bool moo_load(struct moo_file *f, const char *path);
void moo_free(struct moo_file *f);

#endif
