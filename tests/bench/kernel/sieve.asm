; sieve.asm - see sieve.c.
%include "c.inc"
