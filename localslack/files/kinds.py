"""What a file is, told by its name alone, as Slack names it: https://docs.slack.dev/reference/objects/file-object#types

What is inside is never asked: a file called `x.png` is an image to Slack's bots, whatever it holds. Only the size of a
picture is read out of it, so that the page can keep its place free.
"""

import struct
from dataclasses import dataclass

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})
"""What a browser may show by itself. Everything else is saved, SVG and HTML above all: they can hold scripts."""


@dataclass(frozen=True)
class Kind:
    """Slack's `filetype`, the media type, and the words people read."""

    filetype: str
    mimetype: str
    pretty: str

    @property
    def text(self) -> bool:
        """Whether Slack keeps it as a snippet: something people read as text."""
        return self.mimetype == "text/plain" or self.filetype in TEXTS

    @property
    def picture(self) -> bool:
        """Whether it is a picture that pages show."""
        return self.mimetype in INLINE and self.mimetype.startswith("image/")


BINARY = Kind("binary", "application/octet-stream", "Binary")
TEXTS = frozenset({"csv", "tsv", "json", "xml", "html", "css", "javascript", "markdown", "yaml", "sql"})
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
KINDS: dict[str, Kind] = {
    "png": Kind("png", "image/png", "PNG"),
    "jpg": Kind("jpg", "image/jpeg", "JPEG"),
    "jpeg": Kind("jpg", "image/jpeg", "JPEG"),
    "gif": Kind("gif", "image/gif", "GIF"),
    "webp": Kind("webp", "image/webp", "WebP"),
    "bmp": Kind("bmp", "image/bmp", "Bitmap"),
    "tiff": Kind("tiff", "image/tiff", "TIFF"),
    "heic": Kind("heic", "image/heic", "HEIC"),
    "svg": Kind("svg", "image/svg+xml", "SVG"),
    "psd": Kind("psd", "image/vnd.adobe.photoshop", "Photoshop Document"),
    "pdf": Kind("pdf", "application/pdf", "PDF"),
    "doc": Kind("doc", "application/msword", "Word Document"),
    "docx": Kind("docx", f"{OFFICE}.wordprocessingml.document", "Word Document"),
    "xls": Kind("xls", "application/vnd.ms-excel", "Excel Spreadsheet"),
    "xlsx": Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", "Excel Spreadsheet"),
    "ppt": Kind("ppt", "application/vnd.ms-powerpoint", "PowerPoint Presentation"),
    "pptx": Kind("pptx", f"{OFFICE}.presentationml.presentation", "PowerPoint Presentation"),
    "odt": Kind("odt", f"{OPEN}.text", "OpenDocument Text"),
    "ods": Kind("ods", f"{OPEN}.spreadsheet", "OpenDocument Sheet"),
    "rtf": Kind("rtf", "application/rtf", "Rich Text File"),
    "epub": Kind("epub", "application/epub+zip", "EPUB"),
    "eml": Kind("email", "message/rfc822", "Email"),
    "ics": Kind("ics", "text/calendar", "Calendar"),
    "vcf": Kind("vcard", "text/vcard", "vCard"),
    "zip": Kind("zip", "application/zip", "Zip"),
    "gz": Kind("gzip", "application/gzip", "Gzip"),
    "tar": Kind("tar", "application/x-tar", "Tarball"),
    "mp3": Kind("mp3", "audio/mpeg", "MP3"),
    "m4a": Kind("m4a", "audio/mp4", "MPEG 4 Audio"),
    "wav": Kind("wav", "audio/wav", "WAVE Audio"),
    "ogg": Kind("ogg", "audio/ogg", "Ogg Vorbis"),
    "mp4": Kind("mp4", "video/mp4", "MPEG 4 Video"),
    "mov": Kind("mov", "video/quicktime", "QuickTime Movie"),
    "webm": Kind("webm", "video/webm", "WebM"),
    "txt": Kind("text", "text/plain", "Plain Text"),
    "text": Kind("text", "text/plain", "Plain Text"),
    "log": Kind("text", "text/plain", "Plain Text"),
    "md": Kind("markdown", "text/markdown", "Markdown (raw)"),
    "csv": Kind("csv", "text/csv", "CSV"),
    "tsv": Kind("tsv", "text/tab-separated-values", "TSV"),
    "json": Kind("json", "application/json", "JSON"),
    "xml": Kind("xml", "application/xml", "XML"),
    "html": Kind("html", "text/html", "HTML"),
    "htm": Kind("html", "text/html", "HTML"),
    "css": Kind("css", "text/css", "CSS"),
    "js": Kind("javascript", "text/javascript", "JavaScript"),
    "yml": Kind("yaml", "application/yaml", "YAML"),
    "yaml": Kind("yaml", "application/yaml", "YAML"),
    "sql": Kind("sql", "application/sql", "SQL"),
    "c": Kind("c", "text/plain", "C"),
    "cpp": Kind("cpp", "text/plain", "C++"),
    "cs": Kind("csharp", "text/plain", "C#"),
    "diff": Kind("diff", "text/plain", "Diff"),
    "patch": Kind("diff", "text/plain", "Diff"),
    "go": Kind("go", "text/plain", "Go"),
    "java": Kind("java", "text/plain", "Java"),
    "kt": Kind("kotlin", "text/plain", "Kotlin"),
    "lua": Kind("lua", "text/plain", "Lua"),
    "php": Kind("php", "text/plain", "PHP"),
    "pl": Kind("perl", "text/plain", "Perl"),
    "ps1": Kind("powershell", "text/plain", "PowerShell"),
    "py": Kind("python", "text/plain", "Python"),
    "r": Kind("r", "text/plain", "R"),
    "rb": Kind("ruby", "text/plain", "Ruby"),
    "rs": Kind("rust", "text/plain", "Rust"),
    "scala": Kind("scala", "text/plain", "Scala"),
    "sh": Kind("shell", "text/plain", "Shell"),
    "swift": Kind("swift", "text/plain", "Swift"),
    "ts": Kind("typescript", "text/plain", "TypeScript"),
    "dockerfile": Kind("dockerfile", "text/plain", "Dockerfile"),
    "tex": Kind("latex", "text/plain", "LaTeX/sTeX"),
    "toml": Kind("text", "text/plain", "Plain Text"),
    "ini": Kind("text", "text/plain", "Plain Text"),
}


def kind_of(name: str) -> Kind:
    """Return what a file of this name is; unknown endings are binary."""
    return KINDS.get(name.rpartition(".")[2].lower(), BINARY)


def snippet_kind(filetype: str) -> Kind | None:
    """Return the kind of text with Slack's name for it (`python`, `text`), or None when there is none of that name."""
    return next((kind for kind in KINDS.values() if kind.filetype == filetype and kind.text), None)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, GIF, JPEG or WebP, or None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return _webp_size(content)
    return _jpeg_size(content) if content[:2] == b"\xff\xd8" else None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
        case b"VP8L":
            packed = int.from_bytes(content[21:25], "little")
            return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker until the frame that says the size."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
