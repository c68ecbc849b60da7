#!/bin/sh
# built.sh - nothing that a compiler made is under version control; run by
# make check. usage: built.sh SOURCE_DIR
cd "$1" || exit 2
git rev-parse --git-dir > /dev/null 2>&1 ||
    { echo 'built: skipped, no git checkout'; exit 77; }
! git grep -laE "^($(printf '\177')ELF|!<arch>)"
