"""Sets printed sheets by typst: our fonts only, text as JSON and never as markup, no glyph left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from portal.codes import glyphs


class TypesetError(RuntimeError):
    """A sheet could not be set as it should be."""


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return the PDF/A that a template makes of `data`; the same bytes for the same input.

    Raises:
        TypesetError: typst refused the text or the template.
    """
    try:
        pdf = typst.compile(
            template,
            font_paths=glyphs.fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            # A missing glyph is an error only under a PDF/A standard; else it is an empty box.
            pdf_standards=["a-2u"],
        )
    except typst.TypstError as error:
        raise TypesetError(str(error)) from error
    if not isinstance(pdf, bytes):
        raise TypesetError("没有得到一个文件。")
    return pdf
