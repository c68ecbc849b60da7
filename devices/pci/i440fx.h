/* i440fx.h - Intel 82441FX, the host bridge of the 440FX chip set.
 *
 *   ports CF8-CFF (base 0, width 4)  -->+--------+--> bus: functions
 *   function 0 of device 0  ----------->| 440FX  |--> shadow() of a segment
 *                                       +--------+
 *
 * Configuration mechanism 1: a dword written to CF8h chooses bus, function and
 * register, CFCh to CFFh are that dword of configuration space. The board
 * adds functions to `bus`.
 *
 * Thirteen segments of memory between C0000h and FFFFFh have two bits each in
 * the PAM registers (59h to 5Fh): reads come from DRAM, writes go to DRAM.
 * Without them the accesses go to the ROMs. The board is told by shadow().
 *
 * Reference: Intel 82441FX PCI and Memory Controller data sheet, 290549-001.
 * Not modelled: system management RAM, DRAM timing and sizing (the row
 * boundaries are preset and read back), the AGP of later ones, special cycles,
 * the fixed hole of FDHC. */
#ifndef I440FX_H
#define I440FX_H

#include "machine/core/pci.h"

enum { SHADOWS = 13 };                  /* 0: F0000-FFFFF, then C0000 on in
                                           steps of 16 KB */
enum { SHADOW_READ = 1, SHADOW_WRITE = 2 };

struct i440fx_state {
    u32 address;                        /* CF8h */
};

struct i440fx {
    struct i440fx_state s;              /* saved; must come first */

    struct pci_func func;
    struct pci_bus bus;
    void (*shadow)(void *ctx, int segment, u8 bits);
    void *shadow_ctx;
    struct log *log;
};

extern const struct dev_ops i440fx_ops;

/* `ram` in bytes, for the row boundaries. */
void i440fx_init(struct i440fx *b, const struct dev_env *env, u32 ram);

/* Where a segment is. */
static inline u32 i440fx_segment(int n, u32 *size)
{
    *size = n ? 0x4000 : 0x10000;
    return n ? 0xc0000 + (u32)(n - 1) * 0x4000 : 0xf0000;
}

#endif
