# The first program of the benchmark's ELKS.
export PATH=/bin
rm /bin/vi /bin/nx*
m=/tmp/h
cd /tmp
exec >/dev/ttyS0
cat /etc/* /bin/sys >c
cat c c c >h
echo START
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
do
for l in 60 120 180 240
do
head -$l c | sort -r | uniq -c
done >a
tr a-z A-Z <c | tr ' ' . | sed -e 's/A/--/g' -e '/^ *$/d' | sort >b
grep -n E.*R c >d
compress -c $m >e
compress -dc <e >f
cmp f $m
done
sum a b d e f >g
cat g
set `sum g`
echo LAP elks $1
echo DONE
while :; do sleep 9; done
