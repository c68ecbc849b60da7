; crclz.asm - see crclz.c.
%include "c.inc"
