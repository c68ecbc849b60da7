/* disasm.h - isabox disasm. */
#ifndef DISASM_H
#define DISASM_H

/* argv[0] is "disasm"; returns the process's status. */
int disasm_main(int argc, char **argv);

#endif
