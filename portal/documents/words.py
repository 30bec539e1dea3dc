"""What a clerk reads where a file is refused: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.documents.cleaning.causes import Cause

_PHOTO = "请打开它，截图或拍照，存成 JPG 再交。"
_SENTENCES = {
    Cause.EMPTY: "这个文件是空的，请看一看是不是没有传完，再交一次。",
    Cause.UNKNOWN: "认不出这是什么文件。请交照片（JPG、PNG、HEIC）或 PDF。",
    Cause.GIF: f"不收 GIF 图片。{_PHOTO}",
    Cause.TIFF: "不收 TIFF 图片。扫描时请选 PDF 或 JPG，再交一次。",
    Cause.BMP: "不收 BMP 图片。请用“画图”打开，另存为 JPG 或 PNG 再交。",
    Cause.SVG: f"不收 SVG 图片。{_PHOTO}",
    Cause.AVIF: f"不收 AVIF 图片。{_PHOTO}",
    Cause.OFD: "这是 OFD 文件（电子发票或公文）。请用 OFD 阅读器打开，另存为 PDF 再交。",
    Cause.OFFICE: "不收 Word、Excel、WPS 文件。请打开它，另存为 PDF 再交。",
    Cause.ARCHIVE: "这是压缩包，不是照片。请先解压，把里面的照片一张一张交上来。",
    Cause.VIDEO: "不收视频。请把要紧的画面截图，存成 JPG 再交。",
    Cause.HTML: "这是网页，不是照片。请在浏览器里打印成 PDF 再交。",
    Cause.BROKEN: "图片坏了，打不开或没有传完。请重新拍一张，或重新传一次。",
    Cause.ANIMATED: f"这个文件里有好几张图（动图或连拍），不知道用哪一张。{_PHOTO}",
    Cause.MANY_PIXELS: "图片太大（超过 {most} 百万像素）。请把扫描的清晰度调低，或用手机拍一张再交。",
    Cause.FEW_PIXELS: "图片太小，看不清上面的字。请重新拍一张清楚的再交。",
    Cause.LONG: "图片太长，长边超过短边的 {ratio} 倍。请分成几张拍，再交。",
    Cause.GREY: "图片只有一部分，下面是灰的，多半没有传完。请重新传一次，或重新拍一张。",
    Cause.PDF_BROKEN: "PDF 坏了，打不开或没有传完。请重新扫描，或重新导出一份再交。",
    Cause.PDF_PASSWORD: "PDF 有密码。请去掉密码，或打印成新的 PDF 再交。",
    Cause.PDF_PAGES: "PDF 有 {count} 页，一份最多 {most} 页。请拆成几份，只留要公开的页再交。",
    Cause.PDF_EMPTY: "PDF 里一页也没有。请重新扫描，或重新导出一份再交。",
    Cause.PDF_FORM: "这份 PDF 是要用专门软件填写的表单。请打开它，打印成普通的 PDF 再交。",
    Cause.PDF_HUGE: "PDF 第 {page} 页的纸张大小不对。请打印成 A4 大小的 PDF 再交。",
    Cause.TOO_BIG: "文件超过 {most} MB。请用手机拍一张，或把扫描的清晰度调低再交。",
    Cause.ABORTED: "这个文件太复杂，或者有问题，没有能处理完。请打开它，截图或拍照，存成 JPG 再交。",
    Cause.TIRED: "试了几次都没有处理完。请重新拍一张，存成 JPG 再交。",
}


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken in, and the sentence that says why; nothing of it was kept."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


def sentence(cause: Cause, numbers: Mapping[str, int] | None = None) -> str:
    """Return the sentence of a cause; numbers that the child left out are not guessed."""
    try:
        return _SENTENCES[cause].format(**(numbers or {}))
    except KeyError:
        return _SENTENCES[Cause.ABORTED]
