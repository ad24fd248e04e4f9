#!/usr/bin/env python3
"""Writes the C table of embedded files.  Usage: embed.py SOURCE_ROOT CACHE OUTPUT.c

Text is compressed once per content into CACHE; the assembler's .incbin takes the bytes in, so a build stays
fast however large the front end is.  OUTPUT is touched only when something changed."""
import gzip
import hashlib
import os
import shutil
import subprocess
import sys

KINDS = [("UI", "ui/dist"), ("MIGRATION", "migrations"), ("PACK", "packs")]
UTF8 = "; charset=utf-8"
TYPES = {
    ".html": "text/html" + UTF8, ".js": "text/javascript" + UTF8, ".mjs": "text/javascript" + UTF8,
    ".css": "text/css" + UTF8, ".json": "application/json", ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".ico": "image/x-icon",
    ".woff2": "font/woff2", ".woff": "font/woff", ".txt": "text/plain" + UTF8, ".md": "text/markdown" + UTF8,
    ".csv": "text/csv" + UTF8, ".sql": "application/sql", ".wasm": "application/wasm", ".map": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".gz": "application/gzip",
}
INCOMPRESSIBLE = {".png", ".jpg", ".webp", ".woff2", ".woff", ".xlsx", ".gz"}


def files_under(folder):
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            if not name.startswith(".") and name != "README.md" and not name.endswith(".py"):
                path = os.path.join(parent, name)
                yield os.path.relpath(path, folder).replace(os.sep, "/"), path


def write_new(path, data):
    with open(path + ".new", "wb") as out:
        out.write(data)
    os.replace(path + ".new", path)


def cached(cache, digest, path):
    """Copies and compresses one file into the cache, under the hash of its bytes."""
    plain = os.path.join(cache, digest)
    if not os.path.exists(plain + ".br"):
        data = open(path, "rb").read()
        write_new(plain, data)
        write_new(plain + ".gz", gzip.compress(data, 9, mtime=0))
        brotli = subprocess.run(["brotli", "-q", "11", "-c", plain], check=True, capture_output=True).stdout
        write_new(plain + ".br", brotli)
    return plain


def c_string(text):
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else "\\%03o" % b for b in text.encode()) + '"'


def c_str(text):
    return "{%s, %d}" % (c_string(text), len(text.encode()))


class Table:
    def __init__(self):
        self.blobs, self.rows, self.assembly = {}, [], []

    def blob(self, path):
        """The C expression of the bytes of a file; equal files are taken in once."""
        size = os.path.getsize(path)
        if size == 0:
            return '{"", 0}'
        if path not in self.blobs:
            name = "embed_%d" % len(self.blobs)
            self.blobs[path] = name
            self.assembly.append('__asm__(".section .rodata\\n.balign 16\\n%s:\\n.incbin " %s "\\n.byte 0\\n.previous\\n");\n'
                                 'extern const char %s[] __attribute__((visibility("hidden")));\n'
                                 % (name, c_string('"' + path + '"'), name))
        return "{%s, %d}" % (self.blobs[path], size)

    def add(self, cache, name, path):
        digest = hashlib.sha256(open(path, "rb").read()).hexdigest()[:16]
        plain = cached(cache, digest, path)
        size, suffix = os.path.getsize(plain), os.path.splitext(name)[1]
        smaller = []
        for extra in (".gz", ".br"):
            worth = suffix not in INCOMPRESSIBLE and os.path.getsize(plain + extra) < size * 0.9
            smaller.append(self.blob(plain + extra) if worth else "{NULL, 0}")
        self.rows.append("\t{%s, %s, %s, %s, %s, %s},\n" % (
            c_str(name), c_str(TYPES.get(suffix, "application/octet-stream")), self.blob(plain), *smaller,
            c_string('"' + digest + '"')))


def render(root, cache):
    table, tables = Table(), []
    for kind, folder in KINDS:
        table.rows = []
        found = sorted(files_under(os.path.join(root, folder)), key=lambda item: item[0].encode())
        for name, path in found:
            table.add(cache, name, path)
        tables.append((kind, len(found), "".join(table.rows)))
    text = '/* Made by tools/embed.py. */\n#include "base/embed.h"\n\n' + "".join(table.assembly) + "\n"
    text += "extern const struct embedded *const embed_tables[EMBED_KINDS];\nextern const size_t embed_counts[EMBED_KINDS];\n\n"
    for kind, count, rows in tables:
        if count:
            text += "static const struct embedded files_%s[] = {\n%s};\n" % (kind.lower(), rows)
    text += "\nconst struct embedded *const embed_tables[EMBED_KINDS] = {\n"
    text += "".join("\t[EMBED_%s] = %s,\n" % (k, "files_" + k.lower() if n else "NULL") for k, n, _ in tables)
    text += "};\nconst size_t embed_counts[EMBED_KINDS] = {\n"
    text += "".join("\t[EMBED_%s] = %d,\n" % (k, n) for k, n, _ in tables) + "};\n"
    used = {os.path.basename(p).split(".")[0] for p in table.blobs}
    return text.encode(), used


def main(root, cache, output):
    os.makedirs(cache, exist_ok=True)
    if not shutil.which("brotli"):
        sys.exit("embed.py: the program 'brotli' is missing: apt-get install brotli")
    text, used = render(root, cache)
    for name in os.listdir(cache):
        if used and name.split(".")[0] not in used:
            os.remove(os.path.join(cache, name))
    if not os.path.exists(output) or open(output, "rb").read() != text:
        write_new(output, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
