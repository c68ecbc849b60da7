/* xt.c - model xt: a PC/XT.
 *
 *                        +-- 8259A --+
 *   IRQ 0 8253           |           |        8255A port A <-- keyboard
 *   IRQ 1 keyboard       |   pic1    |        8255A port B --> speaker, checks
 *   IRQ 2 VGA            |           |        8255A port C <-- SW1
 *   IRQ 3 COM2           |           |
 *   IRQ 4 COM1           +-- INTR ---+        8237A channel 2 <-- floppies
 *   IRQ 5 fixed disks          |                    channel 3 <-- fixed disks
 *   IRQ 6 floppies             |
 *   IRQ 7 LPT1                CPU             8253 output 2 --> speaker
 *
 * There is no second interrupt or DMA controller, no calendar clock and no
 * CMOS RAM and no mouse port. The fixed disk adapter is there when a disk is
 * (-hda); its BIOS lies at C8000h. The timer is an 8254, which an
 * 8253 is a part of; the floppy controller knows later commands and rates, as
 * the cards did that people put into theirs.
 *
 * Reference: IBM 6936808 "Personal Computer XT Technical Reference". */
#include "machine/models/models.h"

static const struct row xt_rows[] = {
    { "i8259", "pic1", "", ROW_BOARD, 0 },
    { "i8254", "pit", "", ROW_BOARD, 0 },
    { "i8255", "ppi", "", ROW_BOARD, 0 },
    { "i8237", "dma", "single=on", ROW_BOARD, 0 },
    { "xt-kbd", "kbd", "", ROW_BOARD, 0 },
    { "isa-serial", "uart1", "index=0", ROW_CHANNEL, PC_COM1 },
    { "isa-serial", "uart2", "index=1", ROW_CHANNEL, PC_COM2 },
    { "isa-serial", "uart3", "index=2", ROW_CHANNEL, PC_COM3 },
    { "isa-serial", "uart4", "index=3", ROW_CHANNEL, PC_COM4 },
    { "VGA", "vga", "", ROW_DISPLAY, 0 },
    { "isa-parallel", "lpt", "", ROW_CHANNEL, PC_LPT1 },
    { "post", "debug", "", ROW_BOARD, 0 },
    { "isa-fdc", "fdc", "", ROW_DRIVES, PC_FDA },
    { "xt-hdc", "xthdc", "", ROW_MEDIA, PC_HDA },
    { "fw_cfg", "fwcfg", "", ROW_BIOS, 0 },
    { "isa-debugcon", "debugcon", "", ROW_CHANNEL, PC_DEBUGCON },
    { "isa-debug-exit", "exit", "", ROW_EXIT, 0 },
    { 0 }
};

/* FBh is what IBM's BIOS of 1986 says, the first for a keyboard of 101 keys. */
const struct model model_xt = {
    .name = "xt", .doc = "PC/XT: 8086, 640 KB", .rows = xt_rows,
    .cpu = "8086", .model_byte = 0xfb, .ram_kib = 640, .min_kib = 64,
    .max_kib = 640,
};
