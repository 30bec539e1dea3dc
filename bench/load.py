"""How long a load takes against a bare COPY of the same rows, in one run, and how much memory.

    .venv/bin/python bench/load.py [ROWS]

A scratch database is started in a temporary folder and thrown away. The load is `manage.py load payments
FILE --publish` as an operator calls it: start of the program, checks, commitments, rules, totals, root and
all. The bare COPY takes the very rows that the load stored (their commitments and digests too) into a
table without indexes, keys or triggers; beside it stands the COPY of the csv itself, whose rows are a
quarter as long. Memory is the largest sum of proportional set sizes of the load's processes.
Absolute times mean nothing on a shared machine; the ratio does.
"""

from __future__ import annotations

import contextlib
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HEADERS = "补贴项目编码 村代码 姓名 身份证号 银行账号 标准名称 补贴数量 补贴标准 补贴金额 所属期 发放日期 村民小组 备注".split()
BAR = 15


def write_payments(path: Path, rows: int, seed: int = 1) -> None:
    """Write a csv of payments over the villages of one county."""
    from portal.columns.identity import identity_check

    with (ROOT / "portal/places/data/regions-yichun.csv").open(encoding="utf-8") as stream:
        villages = [
            line.split(",")[0] for line in stream if line.startswith("360902") and ",village," in line
        ]
    chance = random.Random(seed)
    surnames, given = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        for i in range(rows):
            born = f"999999{1940 + i % 60}{1 + i % 12:02d}{1 + i % 28:02d}{i // 7 % 1000:03d}"
            cents = chance.randrange(50, 1200)
            writer.writerow(
                [
                    "GD",
                    villages[i * len(villages) // rows],
                    chance.choice(surnames) + chance.choice(given) + chance.choice(given),
                    born + identity_check(born + "0"),
                    f"999{i:016d}",
                    "耕地补贴",
                    f"{cents / 100:.2f}",
                    "100.00",
                    f"{cents}.00",
                    "2026",
                    "2026-06-20",
                    f"第{i % 9 + 1}组",
                    "",
                ]
            )


def bare_copy(dsn: str, path: Path, columns: str, options: str = "") -> float:
    """Return the seconds of a COPY of a file into a table without indexes."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE bench_bare ({columns})")
        started = time.perf_counter()
        with (
            path.open("rb") as stream,
            connection.cursor() as cursor,
            cursor.copy(f"COPY bench_bare FROM STDIN {options}") as copy,
        ):
            while block := stream.read(1 << 16):
                copy.write(block)
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE bench_bare")
    return seconds


def stored_rows(dsn: str, path: Path) -> None:
    """Write the rows that the load stored, as COPY writes them."""
    import psycopg

    with (
        psycopg.connect(dsn) as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY funds_payment TO STDOUT") as copy,
        path.open("wb") as stream,
    ):
        for block in copy:
            stream.write(block)


def memory_of(pid: int) -> int:
    """Return the proportional set size of a process and its descendants in kB; 0 for one that is gone."""
    total = 0
    for task in (pid, *descendants(pid)):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{task}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0])
    return total


def descendants(pid: int) -> list[int]:
    """Return the processes below one."""
    found = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def manage(*arguments: str) -> tuple[float, float]:
    """Run a command; return its seconds and the peak memory of its processes together in MB."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, str(ROOT / "manage.py"), *arguments]) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed")
    return time.perf_counter() - started, peak / 1024


def prepare(folder: Path) -> None:
    """Make keys, places, catalogue, and one programme with its standard."""
    import django

    django.setup()
    from portal.catalogue.actions import load_catalogue
    from portal.places.actions import found_principal_bodies, load_regions
    from portal.vault.files import make_missing_keys

    make_missing_keys(folder / "keys")
    load_regions()
    found_principal_bodies()
    load_catalogue()
    programmes, standards = folder / "programmes.csv", folder / "standards.csv"
    programmes.write_text(
        "补贴项目编码,补贴项目,主管部门,公开目录编码,计算方式\nGD,耕地地力保护补贴,区农业农村局,MS-P02,按标准\n"
    )
    standards.write_text(
        "补贴项目编码,标准名称,计量单位,补贴标准,起始日期\nGD,耕地补贴,亩,100.00,2026-01-01\n"
    )
    county = ("--body", "360902000000", "--publish")
    manage("load", "programmes", str(programmes), *county, "--period", "2026")
    manage("load", "standards", str(standards), *county, "--period", "2026-01")


def main(rows: int) -> int:
    """Measure and say the ratio; return 1 when it is above the bar."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        os.environ |= {
            "PORTAL_ENV": "demo",
            "PORTAL_NO_VENV": "1",
            "PORTAL_DATA": name,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal import embedded

        with embedded.running(folder, mode="demo", purpose="bench") as servers:
            manage("migrate", "--verbosity", "0")
            prepare(folder)
            path = folder / "payments.csv"
            write_payments(path, rows)
            dsn = f"host={servers.sockets} dbname=portal user=portal_owner"
            county = ("--body", "360902000000", "--publish")
            loaded, memory = manage("load", "payments", str(path), *county, "--period", "2026")
            stored = folder / "stored.txt"
            stored_rows(dsn, stored)
            bare = min(bare_copy(dsn, stored, "LIKE funds_payment") for _ in range(2))
            kinds = "text text text text text text numeric numeric numeric text date text text".split()
            columns = ", ".join(f"c{at} {kind}" for at, kind in enumerate(kinds))
            bare_csv = min(bare_copy(dsn, path, columns, "(FORMAT csv, HEADER)") for _ in range(2))
    ratio = loaded / bare
    print(
        f"{rows:,} rows: load {loaded:.1f} s; bare COPY of the stored rows {bare:.1f} s, ratio {ratio:.1f}"
        f" (bar {BAR}); of the csv {bare_csv:.1f} s, ratio {loaded / bare_csv:.1f}; {memory:.0f} MB"
    )
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
