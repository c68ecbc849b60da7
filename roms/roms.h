/* roms.h - the guest code that comes with the machine (roms/images). */
#ifndef ROMS_H
#define ROMS_H

extern const unsigned char rom_bios[], rom_vgabios[], rom_tour[],
                           rom_cirrus[];
extern const unsigned char rom_xthdc[];  /* of the fixed disk adapter */
extern const unsigned char rom_f16[];   /* the font, for a host's pages */
extern const unsigned char rom_mbr[];   /* of a hard disk, 440 bytes */
extern const unsigned rom_bios_size, rom_vgabios_size, rom_tour_size,
                      rom_cirrus_size, rom_f16_size, rom_mbr_size,
                      rom_xthdc_size;

#endif
