"""How long a village-year with its vouchers takes to load, how much memory, and whether memory grows with the files.

    .venv/bin/python bench/vouchers.py [LINES]

The load is `manage.py load ledger FILE --files FOLDER --publish` as an operator calls it: two drawn vouchers a line
(1440 x 1920, as a phone's picture sent by WeChat), each cleaned in a child of its own. A tenth of the lines is loaded
first: memory that is flat is the same both times. Memory is the largest sum of proportional set sizes of the
load's processes. Absolute times of a shared machine mean little.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from pathlib import Path

from load import ROOT, manage
from PIL import Image, ImageDraw

sys.path.insert(0, str(ROOT))
HEADERS = "日期 凭证号 收支 科目 摘要 往来单位 金额 经手人 审批人 附件".split()


def write_books(folder: Path, lines: int) -> tuple[Path, Path]:
    """Write the books of one village and year, and the folder of vouchers beside them."""
    files = folder / f"files-{lines}"
    files.mkdir()
    path = folder / f"books-{lines}.csv"
    paper = Image.effect_noise((1440, 1920), 18).convert("RGB")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        for number in range(lines):
            names = [f"{number:05d}-发票.jpg", f"{number:05d}-明细.jpg"]
            for name in names:
                picture = paper.copy()
                draw = ImageDraw.Draw(picture)
                draw.rectangle((80, 80, 1360, 1840), fill="#fbf8ee", outline="#222222", width=4)
                for top in range(200, 1700, 75):
                    draw.text((140, top), f"{lines}-{name} {number * top}.00", fill="#222222", font_size=48)
                picture.save(files / name, quality=85)
            day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
            what = [f"第{number}件事", "便民文具店", f"{number + 1}.00", "王小平", "刘建华"]
            writer.writerow([day, f"记-{number}", "支出", "办公费", *what, ";".join(names)])
    return path, files


def main(lines: int) -> int:
    """Measure a tenth and the whole; return 1 when memory grew by more than a tenth."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        os.environ |= {
            "PORTAL_ENV": "demo",
            "PORTAL_NO_VENV": "1",
            "PORTAL_DATA": name,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal import embedded

        with embedded.running(folder, mode="demo", purpose="bench"):
            manage("migrate", "--verbosity", "0")
            import django

            django.setup()
            from portal.catalogue.actions import load_catalogue
            from portal.places.actions import found_principal_bodies, load_regions
            from portal.vault.files import make_missing_keys

            make_missing_keys(folder / "keys")
            load_regions()
            found_principal_bodies()
            load_catalogue()
            peaks = []
            for body, count in (("360902100205", max(lines // 10, 10)), ("360902100204", lines)):
                path, files = write_books(folder, count)
                told = ("--body", body, "--period", "2025", "--opening", "0", "--publish")
                seconds, peak = manage("load", "ledger", str(path), "--files", str(files), *told)
                peaks.append(peak)
                print(
                    f"{count:,} lines, {2 * count:,} vouchers: {seconds:.1f} s,"
                    f" {2 * count / seconds:.1f} vouchers a second, {peak:.0f} MB",
                    flush=True,
                )
    return int(peaks[1] > 1.1 * peaks[0])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
