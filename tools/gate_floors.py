#!/usr/bin/env python3
"""Floor check: a room includes only itself and rooms of floors below; some libraries have one room only."""
import os
import re

from common import Faults, floors, read, root_folder, sources

ONE_ROOM = {"microhttpd.h": "http", "sqlite3.h": "store", "libpq-fe.h": "store"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def judge(root, path, level, faults):
    room = path.split("/")[0]
    for number, line in enumerate(read(root, path).splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        quote, name = found.groups()
        owner = ONE_ROOM.get(os.path.basename(name))
        if owner and owner != room:
            faults.add(path, number, f"<{name}> is included by {owner}/ only", f"use what {owner}/ offers")
        if quote == "<":
            continue
        other = name.split("/")[0]
        if other not in level or "/" not in name:
            faults.add(path, number, f'"{name}" is not written from the root of the tree', 'write #include "room/file.h"')
        elif not os.path.exists(os.path.join(root, name)):
            faults.add(path, number, f'"{name}" does not exist', "correct the path")
        elif other != room and level[other] >= level[room]:
            faults.add(path, number, f"{room}/ (floor {level[room]}) includes {other}/ (floor {level[other]})",
                       "move the code down, or meet through journal, duty or registry")


def main():
    root, faults = root_folder(), Faults()
    level = {room: n for n, floor in enumerate(floors(root)) for room in floor}
    files = sources(root, ".c", ".h")
    for path in files:
        judge(root, path, level, faults)
    for room in sorted(os.listdir(root)):
        if os.path.exists(os.path.join(root, room, "meson.build")) and room not in level:
            faults.add(room + "/meson.build", 1, "a room that stands on no floor", "name it in floors of meson.build")
    faults.end(len(files))


if __name__ == "__main__":
    main()
