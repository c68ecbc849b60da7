/* kernel.h - for 32-bit kernels in C: entries, memory, a random sequence. */
#ifndef KERNEL_H
#define KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;

/* boot.inc jumps to the first byte for an iteration, 8 further for setup. */
__asm__(".pushsection .entry, \"ax\"\n"
        "jmp iter\n.p2align 3\njmp setup\n"
        ".popsection\n");

u32 iter(void);
void setup(void);

#define MEMORY ((u8 *)0x400000)         /* 4 MB and more of plain RAM */
#define VIDEO ((u8 *)0xa0000)
#define FUNCTION static __attribute__((noinline, noclone))

static inline u32 random_next(u32 *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

#endif
