"""Form fields that take several files at once, from a folder or a phone's camera."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

PICTURES = "image/*,application/pdf"
PICTURES_AND_ZIPS = f"{PICTURES},.zip,application/zip"


class _SeveralInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list, in the order in which they were picked."""

    widget = _SeveralInput

    def __init__(self, *, accept: str = PICTURES, **kwargs: Any) -> None:  # a field's own arguments
        super().__init__(allow_empty_file=True, **kwargs)
        self.widget.attrs["accept"] = accept

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files; what is in them is for the cleaning to judge."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(file, initial) for file in files]
