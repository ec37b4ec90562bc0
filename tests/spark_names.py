#!/usr/bin/env python3
"""spark_names.py ROOT: compares the names in ROOT/tests/spark_names.txt, those of Spark's classes, with the members of the classes in
ROOT's public headers, and the figures in ROOT/README.md with their number. Prints the counts per class, and then the differences, with
exit code 1. The list says what its lines mean."""
import collections
import pathlib
import re
import sys

# Seltzer's class for each of Spark's; one that is to come has the name that it will have.
CLASSES = {
    "RDD": "RDD",
    "PairRDDFunctions": "RDD",
    "DoubleRDDFunctions": "RDD",
    "OrderedRDDFunctions": "RDD",
    "SequenceFileRDDFunctions": "RDD",
    "AsyncRDDActions": "RDD",
    "pyspark.RDD": "RDD",
    "SparkContext": "Context",
    "pyspark.SparkContext": "Context",
    "TaskContext": "TaskContext",
    "RDDBarrier": "RDDBarrier",
    "BarrierTaskContext": "BarrierTaskContext",
    "BarrierTaskInfo": "BarrierTaskInfo",
    "FutureAction": "FutureAction",
    "SparkStatusTracker": "StatusTracker",
    "SparkListener": "SeltzerListener",
    "AccumulatorV2": "Accumulator",
    "CollectionAccumulator": "Accumulator",
    "LongAccumulator": "NumberAccumulator",
    "DoubleAccumulator": "NumberAccumulator",
    "StatCounter": "StatCounter",
}
LINE = re.compile(r"(?P<spark>[\w.]+) (?P<name>\w+)(?: (?:(?P<other>= \w+)|(?P<reason>- \S.*)|(?P<to_come>\? \S.*)))?")
FIGURES = re.compile(r"(\d+) of the (\d+) names of Spark's")

HIDDEN = re.compile(r"^ *///? @cond\b.*?@endcond\b", re.S | re.M)
LITERAL_OR_COMMENT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'|//[^\n]*|/\*.*?\*/", re.S)
CLASS = re.compile(r"^(class|struct) (?:alignas\(.*?\) )?(\w+)\b[^;{]*\{(.*?)^\};", re.S | re.M)
FUNCTION = re.compile(r"(?!(?:requires|decltype|noexcept|explicit|void)\b)\b(operator\W+?|\w+) ?\(\)")
OTHER = re.compile(r"(\w+)(?: =.*)?$", re.S)


def emptied(opening, closing, text):
    """The text without what is inside brackets of one kind; the outermost ones remain."""
    kept, depth = [], 0
    for character in text:
        depth -= character == closing
        if depth == 0:
            kept.append(character)
        depth += character == opening
    return "".join(kept)


def declared(body, public):
    """The public members that the body of a class declares itself."""
    names = set()
    for statement in re.split(r";|\{\}|(?<=\w):(?!:)", emptied("{", "}", emptied("(", ")", body))):
        statement = statement.strip()
        if statement in ("public", "private", "protected"):
            public = statement == "public"
        elif public and not re.match(r"friend\b|using (?!\w+ =)|static_assert\b", statement):
            statement = re.sub(r"^using (\w+) = .*", r"\1", statement, flags=re.S)
            if found := FUNCTION.search(statement) or OTHER.search(statement):
                names.add(found[1])
    return names


def header_members(root):
    """The public members of each class, by its name."""
    classes = collections.defaultdict(set)
    for path in (root / "include/seltzer").glob("*.hpp"):
        text = HIDDEN.sub("", path.read_text(encoding="utf-8"))
        text = LITERAL_OR_COMMENT.sub(lambda found: '""' if found[0][0] in "\"'" else "", text)
        for kind, name, body in CLASS.findall(text):
            classes[name] |= declared(body, kind == "struct")
    return classes


def check(root):
    """The counts for each of Spark's classes, as [names, there, to come], and the offences."""
    headers, counts, offences, seen = header_members(root), {name: [0, 0, 0] for name in CLASSES}, [], set()
    for number, line in enumerate((root / "tests/spark_names.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        where = f"tests/spark_names.txt:{number}: "
        found = LINE.fullmatch(line)
        if not found or found["spark"] not in CLASSES:
            offences.append(f"{where}not a line of the list: {line}")
            continue
        spark, name = found["spark"], found["name"]
        ours = CLASSES[spark]
        if (spark, name) in seen:
            offences.append(f"{where}{spark} {name} is listed twice")
        seen.add((spark, name))
        missing = found["reason"] or found["to_come"]
        wanted = found["other"][2:] if found["other"] else name
        if not missing and wanted not in headers[ours]:
            offences.append(f"{where}seltzer::{ours} has no {wanted}")
        if (missing or found["other"]) and name in headers[ours]:
            offences.append(f"{where}seltzer::{ours} has {name}")
        counts[spark][0] += 1
        counts[spark][1] += not missing
        counts[spark][2] += bool(found["to_come"])
    offences += [f"tests/spark_names.txt: no names of {spark}" for spark, count in counts.items() if count[0] == 0]

    total = [sum(column) for column in zip(*counts.values())]
    figures = FIGURES.search(" ".join((root / "README.md").read_text(encoding="utf-8").split()))
    right = f"{total[1]} of the {total[1] + total[2]} names of Spark's"
    if not figures or figures[0] != right:
        offences.append(f"README.md says {figures[0] if figures else 'nothing'} instead of: {right}")
    return counts | {"all": total}, offences


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    counts, offences = check(pathlib.Path(sys.argv[1]))
    print(f"{'':26}{'names':>6}{'there':>8}{'to come':>9}{'no meaning here':>17}")
    for spark, (names, there, to_come) in counts.items():
        print(f"{spark:26}{names:6}{there:8}{to_come:9}{names - there - to_come:17}")
    print("\n".join(offences), end="\n" if offences else "")
    sys.exit(bool(offences))


if __name__ == "__main__":
    main()
