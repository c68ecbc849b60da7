/* parts.h - the list of all parts: a new one adds its file and a row here. */
#ifndef PARTS_H
#define PARTS_H

#include "machine/part.h"

#define PART_LIST(X)                                                       \
    X(isa_serial) X(isa_parallel) X(isa_fdc) X(isa_ide) X(vga)             \
    X(cirrus_vga) X(ps2_kbd) X(xt_kbd) X(ps2_mouse) X(debugcon)            \
    X(debug_exit) X(i8259) X(i8254) X(i8237) X(i8042) X(mc146818)          \
    X(sysctl) X(ferr) X(fw_cfg) X(post) X(i440fx) X(piix3) X(adlib) X(sb)  \
    X(sbpro) X(sb16) X(mpu401) X(tandy) X(gameblaster) X(covox) X(disney)  \
    X(gameport) X(gus) X(i8255) X(xt_hdc)

#define X(name) extern const struct part part_##name;
PART_LIST(X)
#undef X

#endif
