; near256.asm - data and stack in the code's page, 256 bytes away.
%define GAP 256
%include "near.inc"
