"""Where in a tree of folders an export lies: who unpacks and packs it again puts it into some, beside other files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from kinograph.sessions.export_format import FORMAT, LIMITS

OWN_FOLDERS = tuple(FORMAT["folders"])
DEEPEST = LIMITS["folder_depth"]  # nobody keeps an export deeper
_FILES = frozenset(FORMAT["named_files"])


def find_exports(paths: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Each path as it is inside the export it belongs to, and of each further export a file with the one it repeats.

    Folders that hold different files of an export count as one. What belongs to none or to a further one keeps its
    path, or begins with “./”, so that it is not taken for a file of the export.
    """
    roots: dict[str, dict[str, str]] = {}
    for path in paths:
        root, name = _split(path)
        if name in _FILES or name.startswith("lists/"):
            roots.setdefault(root, {}).setdefault(name, path)
    if not roots:
        roots = {_common_folder(paths): {}}
    taken: dict[str, str] = {}
    inside: set[str] = set()
    repeated: list[tuple[str, str]] = []
    # The fullest first, then the one that lies highest, then the one of the latest name, which ends with a date.
    for root in sorted(sorted(roots, reverse=True), key=lambda root: (-len(_fixed(roots[root])), root.count("/"))):
        files = _fixed(roots[root])
        again = next((name for name in files if name in taken), None)
        if again:
            repeated.append((files[again], taken[again]))
        else:
            taken |= files
            inside.add(root)
    return [_inside(path, inside, roots) for path in paths], repeated


def is_named(path: str) -> bool:
    """Whether a path inside an export is one that Letterboxd gives."""
    return path.lower() in _FILES


def _fixed(files: dict[str, str]) -> dict[str, str]:
    return {name: path for name, path in files.items() if name in _FILES}


def _split(path: str) -> tuple[str, str]:
    """The folder in which an export would lie, with a slash at its end, and the lower-cased path inside that."""
    folders = path.split("/")[:-1]
    while folders and folders[-1].lower() in OWN_FOLDERS:
        folders.pop()
    if len(folders) > DEEPEST or not path.lower().endswith(".csv"):
        return "", ""
    root = "".join(folder + "/" for folder in folders)
    return root, path[len(root) :].lower()


def _inside(path: str, inside: set[str], roots: dict[str, dict[str, str]]) -> str:
    folders = path.split("/")[: DEEPEST + 1]
    for n in range(len(folders), -1, -1):
        root = "".join(folder + "/" for folder in folders[:n])
        if root in inside and path.startswith(root):
            return path[len(root) :]
        if root in roots:
            return path if root else f"./{path}"
    return path


def _common_folder(paths: Sequence[str]) -> str:
    """The folder that holds all tables, down to one of an export's own."""
    folders = [path.split("/")[:-1] for path in paths if path.lower().endswith(".csv")]
    common = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, zip(*folders, strict=False))]
    common = list(takewhile(lambda folder: folder.lower() not in OWN_FOLDERS, common))[:DEEPEST]
    return "".join(folder + "/" for folder in common)
