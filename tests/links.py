#!/usr/bin/env python3
"""links.py ROOT [HTML]: prints broken links, one per line; exit code 1 if there are any.

Checks relative links to files and headings in the documents of ROOT, and links to pages and anchors in the generated
pages of the folder HTML. Links to other hosts are not followed.
"""
import pathlib
import re
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

DOCUMENTS = ("README.md", "src/README.md", "src/apps/examples/README.md", "slurm/README.md", "results/README.md",
             ".github/*.md")


def prose(text):
    """Markdown without its code."""
    return re.sub(r"`[^`]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


def anchors_of(text):
    """The anchors that GitHub gives the headings."""
    anchors = set()
    for heading in re.findall(r"^#+ +(.*)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), flags=re.M):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = name = re.sub(r"[^\w\- ]", "", words).strip().lower().replace(" ", "-")
        count = 0
        while slug in anchors:
            count += 1
            slug = f"{name}-{count}"
        anchors.add(slug)
    return anchors


def read_markdown(text):
    targets = re.findall(r"\]\(<?([^)>\s]+)", prose(text)) + re.findall(r"^\[[^]]+\]: +(\S+)", prose(text), flags=re.M)
    return targets, anchors_of(text)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.targets = []
        self.anchors = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.append(value)
            elif name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)


def read_html(text):
    page = Page(text)
    return page.targets, page.anchors


def broken(files, read):
    known = {path: read(path.read_text(encoding="utf-8")) for path in files}
    for path, (targets, _) in known.items():
        for target in targets:
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                continue
            name, _, anchor = target.partition("#")
            file = (path.parent / unquote(name)).resolve() if name else path
            if not file.exists():
                yield f"{path}: {target}: no such file"
            elif anchor and file.suffix == path.suffix:
                if file not in known:
                    known_anchors = read(file.read_text(encoding="utf-8"))[1]
                else:
                    known_anchors = known[file][1]
                if unquote(anchor) not in known_anchors:
                    yield f"{path}: {target}: no such heading or anchor"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1]).resolve()
    documents = [path for pattern in DOCUMENTS for path in sorted(root.glob(pattern))]
    if not all(any(root.glob(pattern)) for pattern in DOCUMENTS):
        sys.exit(f"{root}: documents are missing; is this the root of the project?")
    offences = list(broken(documents, read_markdown))
    if len(sys.argv) == 3:
        pages = sorted(pathlib.Path(sys.argv[2]).resolve().rglob("*.html"))
        if not pages:
            sys.exit(f"{sys.argv[2]}: no pages in this folder")
        offences += broken(pages, read_html)
    print("\n".join(offences), end="\n" if offences else "")
    sys.exit(bool(offences))


if __name__ == "__main__":
    main()
