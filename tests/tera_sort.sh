#!/bin/bash
# Sorting files of records: tera_sort.sh MPIRUN TERA_GEN TERA_SORT TERA_VALIDATE. Input and output are the same bytes at any
# number of ranks, the output is that of perl's sort, and no record is lost; invalid input and unsorted output are
# reported.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
tera_gen=$2
tera_sort=$3
tera_validate=$4

# sorted_by_perl FILE: its records of 100 bytes, stably sorted by the first 10
sorted_by_perl() {
  perl -e 'binmode STDIN; binmode STDOUT; local $/; my @records = unpack("(a100)*", <STDIN>);
           my @keys = map { substr($_, 0, 10) } @records;
           print map { $records[$_] } sort { $keys[$a] cmp $keys[$b] || $a <=> $b } 0 .. $#records' <"$1"
}

# crc_by_perl FILE: the sum of the CRC-32 of its records, hexadecimal
crc_by_perl() {
  perl -e 'binmode STDIN; local $/;
           my @table = map { my $c = $_; $c = $c & 1 ? 0xEDB88320 ^ ($c >> 1) : $c >> 1 for 1 .. 8; $c } 0 .. 255;
           my $sum = 0;
           for my $record (unpack("(a100)*", <STDIN>)) {
             my $crc = 0xFFFFFFFF;
             $crc = $table[($crc ^ $_) & 255] ^ ($crc >> 8) for unpack("C*", $record);
             $sum += $crc ^ 0xFFFFFFFF;
           }
           printf "%x", $sum' <"$1"
}

# generate NAME RECORDS RANKS PARTITIONS [OPTION...]: makes $folder/NAME.in, whose content must be the same in all calls: the
# first call stores it in NAME, with perl's results in NAME.sorted and NAME.checksum
generate() {
  local name=$folder/$1 records=$2 ranks=$3 partitions=$4 checksum
  shift 4
  rm -rf "$name.in"
  checksum=$(on "$ranks" "$tera_gen" "$records" "$name.in" --partitions "$partitions" --checksum "$@" | result checksum)
  [ "$(find "$name.in" -name 'part-*' | wc -l)" = "$partitions" ] || fail "$name.in: not $partitions part files"
  if [ ! -e "$name" ]; then
    cat "$name".in/part-* >"$name"
    [ "$(stat -c %s "$name")" = $((100 * records)) ] || fail "$name: not $records records"
    sorted_by_perl "$name" >"$name.sorted"
    crc_by_perl "$name" >"$name.checksum"
  fi
  cat "$name".in/part-* | cmp - "$name" || fail "$name: $ranks ranks, $partitions partitions: different records"
  [ "$checksum" = "$(cat "$name.checksum")" ] || fail "$name: the checksum $checksum is not perl's"
}

# sort_and_check NAME RANKS PARTITIONS: sorts the files of `generate` and compares with perl
sort_and_check() {
  local name=$folder/$1 ranks=$2 partitions=$3 said validated
  rm -rf "$name.out"
  said=$(on "$ranks" "$tera_sort" "$name.in" "$name.out" --partitions "$partitions" --checksum)
  [ "$(result checksum <<<"$said") $(result unordered <<<"$said")" = "$(cat "$name.checksum") 0" ] ||
    fail "$name: $ranks ranks, $partitions partitions: wrong checksum, or records out of order: $said"
  [ "$(find "$name.out" -name 'part-*' | wc -l)" = "$partitions" ] || fail "$name.out: not $partitions part files"
  cat "$name".out/part-* | cmp - "$name.sorted" || fail "$name: $ranks ranks, $partitions partitions: not sorted"
  validated=$("$tera_validate" "$name.out")
  [ $(($(result records <<<"$validated") * 100)) = "$(stat -c %s "$name")" ] || fail "$name: counts: $validated"
  [ "$(result checksum <<<"$validated")" = "$(cat "$name.checksum")" ] || fail "$name: not the input's checksum: $validated"
}

for records in 0 1 5; do
  for partitions in 1 3 8; do
    generate "even$records" $records 0 $partitions
    sort_and_check "even$records" 0 $partitions
    sort_and_check "even$records" $((partitions == 3 ? 5 : 2)) $partitions
  done
done
for partitions in 1 3 8; do
  generate even10000 10000 0 $partitions
  for ranks in 1 2 3 5; do sort_and_check even10000 $ranks $partitions; done
done
for ranks in 1 2 3 5; do generate even10000 10000 $ranks 3; done
sort_and_check even10000 0 5
generate even100000 100000 2 3
for ranks in 2 5; do sort_and_check even100000 $ranks 8; done
generate skewed 100000 3 4 --skewed
for ranks in 1 3 5; do sort_and_check skewed $ranks 8; done
on 3 "$tera_validate" "$folder/skewed.out" |
  grep -q " checksum=$(cat "$folder/skewed.checksum")$" || fail "3 ranks: wrong checksum from tera_validate"
cmp -s "$folder/even100000" "$folder/skewed" && fail "--skewed changes nothing"

# Of 100,000 skewed records about 25,000 have the most frequent key.
most=$(perl -e 'binmode STDIN; local $/; my %n; $n{substr($_, 0, 10)}++ for unpack("(a100)*", <STDIN>);
                my ($most) = sort { $b <=> $a } values %n; print $most' <"$folder/skewed")
if [ "$most" -lt 24000 ] || [ "$most" -gt 26000 ]; then fail "the most frequent key occurs $most times in the skewed records"; fi

# The seed determines the records; record 5 contains its number.
"$tera_gen" 6 "$folder/other" --seed 7 >/dev/null
cat "$folder"/other/part-* | cmp -s - <(head -c 600 "$folder/even10000") && fail "--seed changes nothing"
hex() { od -An -v -tx1 | tr -d ' \n'; }
[ "$(tail -c 90 "$folder/other/part-00000" | head -c 34 | hex)" = "0011$(printf '%032X' 5 | hex)" ] ||
  fail "record 5 has the wrong layout"

# tera_validate finds unsorted records within a part and between parts.
"$tera_gen" 1000 "$folder/plain" >/dev/null
for ranks in 0 3; do
  on $ranks "$tera_sort" "$folder/plain" "$folder/sorted.$ranks" --partitions 4 >/dev/null
  damaged=$folder/sorted.$ranks/part-00002
  records=$(($(stat -c %s "$damaged") / 100))
  head -c 100 "$damaged" >"$folder/first"
  cp "$damaged" "$folder/whole"
  { head -c 1700 "$folder/whole" | tail -c +101 && cat "$folder/first" && tail -c +1701 "$folder/whole"; } >"$damaged"
  fails_with 1 'not sorted: part-00002, record 16 ' on $ranks "$tera_validate" "$folder/sorted.$ranks"
  [ "$(result unordered <"$folder/said")" = 1 ] || fail "not one record out of order: $(cat "$folder/said")"
  tail -c +101 "$folder/whole" >"$damaged"
  cat "$folder/first" >>"$folder/sorted.$ranks/part-00003"
  fails_with 1 "not sorted: part-00003, record $((1000 - $(cat "$folder/sorted.$ranks"/part-0000[012] | wc -c) / 100 - 1)) " \
    on $ranks "$tera_validate" "$folder/sorted.$ranks"
  mv "$folder/whole" "$damaged"
  cp "$folder/first" "$folder/sorted.$ranks/part-00003"
  fails_with 1 'not sorted: part-00003, record 0 ' on $ranks "$tera_validate" "$folder/sorted.$ranks"
  [ "$records" -gt 200 ] || fail "part 2 of 4 has $records of 1000 records"
done

# Incomplete records; an existing output; no input; bad arguments.
mkdir "$folder/odd"
head -c 250 "$folder/even10000" >"$folder/odd/part-00000"
fails_with 2 'not a multiple of' on 2 "$tera_sort" "$folder/odd" "$folder/unused"
fails_with 2 'not a multiple of' "$tera_validate" "$folder/odd"
[ ! -e "$folder/unused" ] || fail "an output was created for invalid input"
fails_with 2 'exists already' on 2 "$tera_sort" "$folder/plain" "$folder/sorted.0"
fails_with 2 'exists already' "$tera_gen" 5 "$folder/plain"
fails_with 2 "$folder/nowhere" "$tera_sort" "$folder/nowhere" "$folder/unused"
fails_with 2 RECORDS "$tera_gen" many "$folder/unused"
fails_with 2 RECORDS "$tera_gen" -- -1 "$folder/unused"
fails_with 2 --partitions "$tera_gen" 5 "$folder/unused" --partitions 0
fails_with 2 OUTPUT "$tera_sort" "$folder/plain"
fails_with 2 --partitions "$tera_sort" "$folder/plain" "$folder/unused" --partitions none
fails_with 2 DIRECTORY "$tera_validate" "$folder/nowhere"
for program in "$tera_gen" "$tera_sort" "$tera_validate"; do
  "$program" --help | grep -q 'seltzer-help' || fail "$program --help"
done
echo "the same sorted bytes at every number of ranks"
