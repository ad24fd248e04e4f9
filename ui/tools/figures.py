#!/usr/bin/env python3
"""Makes src/app/fonts/figures-{400,600}.woff2: the digits of Be Vietnam Pro, all of one width, so that columns of numbers
stand under each other.  The family has no tabular figures of its own.  Needs Debian's python3-fonttools and python3-brotli;
run it again when @fontsource/be-vietnam-pro changes."""
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WIDTH = 652  # the digits' mean: 4 gives a little of its margins, 1 stands in the middle
HERE = Path(__file__).resolve().parent.parent

for weight in (400, 600):
    font = TTFont(HERE / f"node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-{weight}-normal.woff2")
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
