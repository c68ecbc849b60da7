/* moo.h - reads files of recorded single-instruction results ("MOO").
 *
 * A list of chunks, plain or gzip-compressed: tag[4], u32 length, payload.
 * Files are read as hostile input. */
#ifndef MOO_H
#define MOO_H

#include "machine/core/core.h"

/* Registers in the order of the 16-bit bitmap, and of the 32-bit one. */
enum { MOO_AX, MOO_BX, MOO_CX, MOO_DX, MOO_CS, MOO_SS, MOO_DS, MOO_ES, MOO_SP,
       MOO_BP, MOO_SI, MOO_DI, MOO_IP, MOO_FLAGS };
enum { MOO_EAX = 2, MOO_EBX, MOO_ECX, MOO_EDX, MOO_ESI, MOO_EDI, MOO_EBP,
       MOO_ESP, MOO_ECS, MOO_EDS, MOO_EES, MOO_EFS, MOO_EGS, MOO_ESS, MOO_EIP,
       MOO_EFLAGS };

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
    bool wide;                          /* 32-bit registers were recorded */
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
    char cpu[5];
    u32 flags_mask;                     /* of 16-bit registers */
    struct moo_regs mask;               /* of 32-bit registers */
    size_t *tests;                      /* where TEST chunks are */
    u32 n, announced;
    struct why damage;                  /* empty, or what ends the file early */
};

/* ERR_OK, or an error in words and nothing to free. A file that ends early
 * has its whole cases and `damage`. */
enum err moo_load(struct moo_file *f, const char *path, struct why *why);
void moo_free(struct moo_file *f);

/* Reads case n; an error says which of its chunks is malformed. */
enum err moo_case(const struct moo_file *f, u32 n, struct moo_case *k,
                  struct why *why);

#endif
