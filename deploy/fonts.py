"""Makes the papers' fonts from Debian's packages of Noto: `python -m deploy.fonts` (`make fonts`), after a change of the table below.

Each is cut to what names are written with and stripped of hints, which paper does not need; how letters join and combine stays whole.
Why these are in the repository and the fonts for Chinese, Japanese and Korean are not: services/common/documents/templates/fonts/README.md.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from deploy.local.engines import debian

FOLDER = Path(__file__).resolve().parents[1] / "services/common/documents/templates/fonts"
PACKAGES = ["fonts-noto-core", "fonts-dejavu-core"]
NOTO, DEJAVU = "usr/share/fonts/truetype/noto", "usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LICENCE = "usr/share/doc/fonts-noto-core/copyright"
# Letters and what joins them; of Noto Sans no symbols, of Ethiopic no letters that only scholars write.
SHARED = [*range(0x20, 0x7F), 0xA0, 0xB7, 0x2019, *range(0x200B, 0x2010), 0x25CC]
LATIN = [*range(0xA0, 0x530), *range(0x1AB0, 0x1B00), *range(0x1C80, 0x2028), *range(0x2C60, 0x2C80), *range(0xA640, 0xA800)]
WANTED: dict[str, list[int] | None] = {
    "NotoSans": LATIN,
    "NotoSansArabic": None,
    "NotoSansArmenian": None,
    "NotoSansBengali": None,
    "NotoSansCanadianAboriginal": None,
    "NotoSansCherokee": None,
    "NotoSansDevanagari": None,
    "NotoSansEthiopic": list(range(0x1200, 0x1400)),
    "NotoSansGeorgian": None,
    "NotoSansGujarati": None,
    "NotoSansGurmukhi": None,
    "NotoSansHebrew": None,
    "NotoSansKannada": None,
    "NotoSansKhmer": None,
    "NotoSansLao": None,
    "NotoSansMalayalam": None,
    "NotoSansMyanmar": None,
    "NotoSansOriya": None,
    "NotoSansSinhala": None,
    "NotoSansTamil": None,
    "NotoSansTelugu": None,
    "NotoSansThai": None,
}


def main() -> int:
    """Fetches the packages, and writes every font and the licence anew."""
    with tempfile.TemporaryDirectory() as scratch:
        work, root = Path(scratch, "apt"), Path(scratch, "root")
        work.mkdir()
        archive = debian.Archive(work, print)
        archive.update()
        archive.download(PACKAGES, work / "packages")
        debian.unpack(work / "packages", root, print)
        drawn: set[int] = set()
        for name, letters in WANTED.items():
            drawn |= cut(root / NOTO / f"{name}-Regular.ttf", FOLDER / f"{name}-Regular.ttf", letters)
        # The last resort has what no other has: symbols, and scripts that are in no name.
        last = set(TTFont(root / DEJAVU).getBestCmap()) - drawn
        cut(root / DEJAVU, FOLDER / "DejaVuSans.ttf", sorted(last))
        shutil.copy(root / LICENCE, FOLDER / "Noto-LICENSE.txt")
    print(f"{sum(file.stat().st_size for file in FOLDER.iterdir()):,} bytes in {FOLDER}")
    return 0


def cut(source: Path, target: Path, letters: list[int] | None) -> set[int]:
    """Writes a font with these letters, or all it has; gives what it can draw."""
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += ["DSIG", "MATH", "STAT", "meta"]
    font = subset.load_font(str(source), options)
    wanted = set(font.getBestCmap()) if letters is None else {*letters, *SHARED}
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    drawn = set(font.getBestCmap())
    subset.save_font(font, str(target), options)
    print(f"{target.name:40} {target.stat().st_size:9,} bytes, {len(drawn)} letters")
    return drawn


if __name__ == "__main__":
    sys.exit(main())
