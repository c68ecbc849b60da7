/* inspect.h - between the files that tell what a machine looks like inside. */
#ifndef INSPECT_H
#define INSPECT_H

#include "machine/board.h"

void text_add(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An object by its table, with the names of bits that are set. */
void text_state(struct buf *b, const struct table *t, const void *obj,
                int indent);

/* inspect_cpu.c */
void inspect_registers(struct pc *pc, struct buf *b);
void inspect_cpu(struct pc *pc, struct buf *b);
void inspect_trace(struct pc *pc);
bool register_act(struct pc *pc, const char *name, const u8 *from, size_t n);
void inspect_blocks(struct pc *pc, struct buf *b);
void inspect_engine(struct pc *pc, struct buf *b);

/* inspect_mem.c */
void inspect_mem(struct pc *pc, struct buf *b);
void inspect_tlb(struct pc *pc, struct buf *b);
void inspect_mtree(struct pc *pc, struct buf *b);

#endif
