# fatdisk.sh - for scripts: hard disks with one FAT16 partition, and such ones
# that boot Linux.

# fat_disk IMAGE CYLINDERS [MBR]: makes a disk of 16 heads and 63 sectors,
# with MBR's code; $at: where its file system begins, for mtools: IMAGE@@$at.
fat_disk() {
    end=$(($2 - 2)) sectors=$((($2 - 1) * 16 * 63 - 63)) at=$((63 * 512))
    rm -f "$1" && truncate -s $(($2 * 16 * 63 * 512)) "$1" || return
    [ -z "${3:-}" ] || dd if="$3" of="$1" conv=notrunc status=none || return
    # 80: active; CHS 0/1/1; type 6; CHS end/15/63; LBA 63; sectors
    { printf '\200\001\001\000\006\017'
      fat_byte $((63 | end >> 8 << 6)) $end
      printf '\077\000\000\000'
      fat_byte $sectors $((sectors >> 8)) $((sectors >> 16)) 0
    } | dd of="$1" bs=1 seek=446 conv=notrunc status=none
    printf '\125\252' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
    mformat -i "$1@@$at" -T $sectors -h 16 -s 63 -H 63 ::
}

# fat_byte N ...: each as a byte.
fat_byte() {
    for n; do
        printf "\\$(printf '%03o' $((n & 255)))"
    done
}

syslinux_mbr=/usr/lib/syslinux/mbr/mbr.bin

# linux_disk IMAGE CYLINDERS KERNEL INITRD PARAMETERS: a disk that boots these
# by SYSLINUX.
linux_disk() {
    image=$1 kernel=$3 initrd=$4 parameters=$5
    fat_disk "$image" "$2" "$syslinux_mbr" &&
        mcopy -i "$image@@$at" "$kernel" ::linux &&
        mcopy -i "$image@@$at" "$initrd" ::initrd &&
        linux_parameters "$image" "$parameters" &&
        syslinux --offset $at -i "$image"
}

# The modules by which Linux reaches an IDE disk, in the order that they want.
linux_drivers='scsi_common scsi_mod libata ata_piix crct10dif_common
    crct10dif_generic crc-t10dif crc64 crc64-rocksoft t10-pi sd_mod'

# linux_take_drivers FROM TO MODULE...: copies these; if one is not there,
# $lacking says which.
linux_take_drivers() {
    from=$1 to=$2
    shift 2
    mkdir -p "$to" || return
    for lacking; do
        find "$from" -name "$lacking.ko" -exec cp {} "$to/" \;
        [ -r "$to/$lacking.ko" ] || return 1
    done
}

# linux_parameters IMAGE PARAMETERS: other ones for Linux.
linux_parameters() {
    printf '%s\n' 'default linux' 'prompt 0' 'label linux' '  kernel linux' \
        "  append initrd=initrd $2" |
        mcopy -o -i "$1@@$at" - ::syslinux.cfg
}
