; fixed.asm - entry points and tables at the offsets of the IBM AT BIOS.
;
; Reference: IBM PC AT Technical Reference, BIOS listing "ORGS"; the 6845
; values of the video parameter table are those of the CGA and MDA manuals.

; ROM BASIC would be at F600:0000; PC DOS's BASICA goes there.
        fixed   6000h
        jmp     BIOS_SEG:int18_entry

%include "pci.asm"

; Compaq DOS 2 looks for "IBM" in the 32 bytes from FE001h on and spoils the
; diskette table where it isn't; so every clone's BIOS says this here.
        fixed   0E000h
        db      'isabox BIOS'
        fixed   0E00Eh
        db      'IBM COMPATIBLE', 0

        fixed   0E05Bh
        jmp     post

        fixed   0E2C3h
        jmp     nmi_entry

        fixed   0E3FEh
        jmp     int13_entry

; The AT's fixed disk types, from 1 on: cylinders, heads, where write
; precompensation begins, control byte, landing zone, sectors. Types 15 and 24
; to 47 are empty; our disks are of type 47 and INT 41h points into the EBDA, to
; a table made from what the drive tells.
%macro disk_type 5
        dw      %1
        db      %2, 0, 0
        dw      %3
        db      0, %4, 0, 0, 0
        dw      %5
        db      17, 0
%endmacro
        fixed   0E401h
        disk_type 306, 4, 128, 0, 305
        disk_type 615, 4, 300, 0, 615
        disk_type 615, 6, 300, 0, 615
        disk_type 940, 8, 512, 0, 940
        disk_type 940, 6, 512, 0, 940
        disk_type 615, 4, 65535, 0, 615
        disk_type 462, 8, 256, 0, 511
        disk_type 733, 5, 65535, 0, 733
        disk_type 900, 15, 65535, 8, 901
        disk_type 820, 3, 65535, 0, 820
        disk_type 855, 5, 65535, 0, 855
        disk_type 855, 7, 65535, 0, 855
        disk_type 306, 8, 128, 0, 319
        disk_type 733, 7, 65535, 0, 733
        times 16 db 0
        disk_type 612, 4, 0, 0, 663
        disk_type 977, 5, 300, 0, 977
        disk_type 977, 7, 65535, 0, 977
        disk_type 1024, 7, 512, 0, 1023
        disk_type 733, 5, 300, 0, 732
        disk_type 733, 7, 300, 0, 732
        disk_type 733, 5, 300, 0, 733
        disk_type 306, 4, 0, 0, 336

        fixed   0E6F2h
        jmp     int19_entry

; INT 15h C0h. Feature byte 1: slave 8259, RTC, INT 15h 4Fh, EBDA.
        fixed   0E6F5h
config_table:
        dw      8
        db      0FCh, 01h, 00h          ; model AT, submodel, revision
        db      01110100b
        db      01000000b               ; INT 16h 09h is there
        db      0, 0, 0

        fixed   0E729h
baud_table:
        dw      1047, 768, 384, 192, 96, 48, 24, 12

        fixed   0E739h
        jmp     int14_entry

        fixed   0E82Eh
        jmp     int16_entry

        fixed   0E987h
        jmp     irq1_entry

        fixed   0EC59h
        jmp     int40_entry

        fixed   0EF57h
        jmp     irq6_entry

        fixed   0EFC7h
diskette_table:
        db      0AFh, 02h, 25h, 2, 18, 1Bh, 0FFh, 6Ch, 0F6h, 0Fh, 8

        fixed   0EFD2h
        jmp     int17_entry

        fixed   0F045h
        times 16 dw int10_stub          ; INT 10h functions of old BIOSes

        fixed   0F065h
        jmp     int10_stub

; INT 1Dh: 6845 registers for 40x25, 80x25, graphics and the MDA.
        fixed   0F0A4h
video_params:
        db      38h, 28h, 2Dh, 0Ah, 1Fh, 06h, 19h, 1Ch
        db      02h, 07h, 06h, 07h, 00h, 00h, 00h, 00h
        db      71h, 50h, 5Ah, 0Ah, 1Fh, 06h, 19h, 1Ch
        db      02h, 07h, 06h, 07h, 00h, 00h, 00h, 00h
        db      38h, 28h, 2Dh, 0Ah, 7Fh, 06h, 64h, 70h
        db      02h, 01h, 06h, 07h, 00h, 00h, 00h, 00h
        db      61h, 50h, 52h, 0Fh, 19h, 06h, 19h, 19h
        db      02h, 0Dh, 0Bh, 0Ch, 00h, 00h, 00h, 00h
        dw      2048, 4096, 16384, 16384        ; regeneration lengths
        db      40, 40, 80, 80, 40, 40, 80, 80  ; columns
        db      2Ch, 28h, 2Dh, 29h, 2Ah, 2Eh, 1Eh, 29h

        fixed   0F841h
        jmp     int12_entry

        fixed   0F84Dh
        jmp     int11_entry

        fixed   0F859h
        jmp     int15_entry

; The first 128 characters of the 8x8 font.
        fixed   0FA6Eh
font8x8:
%ifdef FONT8X8
        incbin  FONT8X8, 0, 1024
%endif

        fixed   0FE6Eh
        jmp     int1a_entry

        fixed   0FEA5h
        jmp     irq0_entry

; Offsets of the vectors 08h to 1Fh, all in this segment.
        fixed   0FEF3h
vector_table:
        dw      0FEA5h, 0E987h, 0FF23h, 0FF23h
        dw      0FF23h, 0FF23h, 0EF57h, 0FF23h
        dw      0F065h, 0F84Dh, 0F841h, 0E3FEh
        dw      0E739h, 0F859h, 0E82Eh, 0EFD2h
        dw      int18_entry, 0E6F2h, 0FE6Eh, 0FF53h
        dw      0FF53h, 0F0A4h, 0EFC7h, 0      ; 1Fh: the video BIOS

; Interrupts that nobody expects: programs know by this place, too, that a
; vector is free.
        fixed   0FF23h
        jmp     irq_dummy

        fixed   0FF53h
iret_only:
        iret

        fixed   0FF54h
        jmp     int05_entry

        fixed   0FFF0h
        jmp     BIOS_SEG:0E05Bh
        db      BIOS_DATE
        db      0
        db      0FCh                    ; FFFE: model byte, an AT; the board of a
                                        ; PC/XT has its own here
        db      0                       ; FFFF: makes the sum of all bytes 0
