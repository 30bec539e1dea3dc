"""How many vouchers are cleaned in a second, by one child and by two, and how large they come out.

    .venv/bin/python bench/documents.py [FILES]

Invented receipts of 12 megapixels, as a phone takes them: text on creased paper, shadow, sensor noise. No database;
what is stored goes into a temporary folder. Times of a shared machine mean little: look at the ratio.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from PIL import Image, ImageChops, ImageDraw, ImageFilter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZE = (3000, 4000)


def receipt(number: int) -> Image.Image:
    """Return a photographed receipt."""
    chance = random.Random(number)
    paper = Image.new("L", SIZE, 225)
    draw = ImageDraw.Draw(paper)
    for top in range(300, 3700, 90):
        draw.text(
            (300, top),
            f"{chance.randrange(10**9):>12}  x{chance.randrange(99):>2}  {chance.random() * 999:.2f}",
            fill=chance.randrange(20, 60),
            font_size=64,
        )
    shadow = Image.linear_gradient("L").resize(SIZE).point(lambda value: 150 + value // 3)
    photo = (
        ImageChops.multiply(paper, shadow)
        .filter(ImageFilter.GaussianBlur(1.5))
        .rotate(chance.uniform(-3, 3), fillcolor=90)
    )
    noise = Image.effect_noise(SIZE, 12)
    colours = Image.merge("RGB", (photo, photo, photo.point(lambda value: value * 9 // 10)))
    return ImageChops.add(colours, Image.merge("RGB", (noise,) * 3), scale=1, offset=-128)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """Return an image as a file."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def make_files(folder: str, count: int) -> None:
    """Write the vouchers; in a process of its own, so that the measuring one stays small."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    images = [receipt(number) for number in range(min(count, 3))]
    for number, image in enumerate(images):
        Path(folder, f"{number}.jpeg").write_bytes(saved(image, "JPEG", quality=90))
        Path(folder, f"{number}.heic").write_bytes(saved(image, "HEIF", quality=60))
    scan = saved(images[0], "PDF", save_all=True, append_images=images[1:], resolution=360)
    Path(folder, "0.pdf").write_bytes(scan)


def main() -> None:
    """Make the files in one process, and clean them in another that starts small."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PORTAL_ENV="test", PORTAL_DATA=folder, DJANGO_SETTINGS_MODULE="portal.settings")
        for step in (make_files, clean_files):
            process = multiprocessing.get_context("spawn").Process(target=step, args=(folder, count))
            process.start()
            process.join()


def clean_files(folder: str, count: int) -> None:
    """Set up Django without a database, and measure each kind of file with one and two children."""
    import django

    django.setup()
    from portal.vault.files import make_missing_keys

    make_missing_keys(Path(folder, "keys"))
    for kind in ("jpeg", "heic", "pdf"):
        files = sorted(Path(folder).glob(f"*.{kind}"))
        for processes in (1, 2):
            measure(kind, [files[number % len(files)] for number in range(count)], processes)


def measure(kind: str, files: list[Path], processes: int) -> None:
    """Clean the files and print one line."""
    from portal.documents.making import in_memory, make
    from portal.documents.words import Refusal

    def clean(path: Path) -> list[tuple[int, int]]:
        with in_memory([path.read_bytes()]) as file:
            made = make(file, uuid4())
        assert not isinstance(made, Refusal), made
        return [(page.full_size, page.width) for page in made[1]]

    start = time.perf_counter()
    with ThreadPoolExecutor(processes) as pool:
        pages = [page for told in pool.map(clean, files) for page in told]
    passed = time.perf_counter() - start
    sizes, widths = [size // 1000 for size, _ in pages], sorted({width for _, width in pages})
    largest = [
        resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    ]
    print(
        f"{kind}, {files[0].stat().st_size >> 10} kB, {processes} at a time: {len(files) / passed:.2f} files/s,"
        f" {len(pages) / passed:.2f} pages/s; full {min(sizes)}-{max(sizes)} kB, widths {widths};"
        f" largest child {largest[0]} MB, caller {largest[1]} MB"
    )


if __name__ == "__main__":
    main()
