#!/usr/bin/env python3
"""Makes src/app/fonts/*.woff2 from Be Vietnam Pro.  figures-*: the digits, all of one width, so that columns of numbers stand
under each other; the family has no tabular figures of its own.  latin-* and vietnamese-*: the letters and marks that screens
need, without hinting: half the bytes on the way to the first word.  Needs Debian's python3-fonttools and python3-brotli;
run it again when @fontsource/be-vietnam-pro changes."""
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WIDTH = 652  # the digits' mean: 4 gives a little of its margins, 1 stands in the middle
HERE = Path(__file__).resolve().parent.parent

FILES = HERE / "node_modules/@fontsource/be-vietnam-pro/files"
LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "–—‘’“”•…€‰‹›↑↓−")}

for weight in (400, 600):
    for part in ("latin", "vietnamese"):
        font = TTFont(FILES / f"be-vietnam-pro-{part}-{weight}-normal.woff2")
        options = Options()
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
        options.hinting = False
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[c for c in font.getBestCmap() if part != "latin" or c in LATIN])
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(HERE / f"src/app/fonts/{part}-{weight}.woff2")

for weight in (400, 600):
    font = TTFont(FILES / f"be-vietnam-pro-latin-{weight}-normal.woff2")
    options = Options()
    options.layout_features = []
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(text="0123456789")
    subsetter.subset(font)
    names = font.getBestCmap()
    for digit in "0123456789":
        glyph = font["glyf"][names[ord(digit)]]
        glyph.recalcBounds(font["glyf"])
        left = round((WIDTH - (glyph.xMax - glyph.xMin)) / 2)
        glyph.coordinates.translate((left - glyph.xMin, 0))
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][names[ord(digit)]] = (WIDTH, left)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = "HaiDangFigures" if record.nameID == 6 else "Hai Dang Figures"
    font.flavor = "woff2"
    font.save(HERE / f"src/app/fonts/figures-{weight}.woff2")
