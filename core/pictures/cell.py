"""The inside of the cell: reads a photo from stdin, writes fresh pixels to stdout.

Run as a program of its own by `core.pictures.cleaning`. Imports Pillow and nothing of the desk,
so that a decoder gone wrong finds neither settings nor a database. The answer is one line of
JSON, then the photo, then its small copy; the line tells their lengths.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

MEMORY = 1024 * 1024 * 1024  # bytes of address space: 40 megapixels decoded, resized and encoded
SECONDS = 8  # of processor time
# A camera's JPEG is shrunk while it is decoded; the others must be unfolded whole.
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LONGEST_EDGE = 2560  # the photo is shrunk by a whole number until it fits
SMALL_EDGE = 320
QUALITY = 85


class Refused(Exception):
    """The photo is not taken; the text says why, in words for people."""


def main() -> None:
    lock_in()
    raw = sys.stdin.buffer.read()
    try:
        told, photo, small = clean(raw)
    except Refused as error:
        told, photo, small = {"refused": str(error)}, b"", b""
    told |= {"photo": len(photo), "small": len(small)}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + photo + small)


def lock_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def clean(raw: bytes) -> tuple[dict[str, object], bytes, bytes]:
    from fingerprints import fingerprint  # type: ignore[import-not-found]
    from PIL import Image, ImageOps, UnidentifiedImageError

    load_decoders()
    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(raw), formats=tuple(MOST_PIXELS))
        check_size(picture)
        picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        picture.load()
        taken = when_taken(picture)
        ImageOps.exif_transpose(picture, in_place=True)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("This photo has far too many pixels.") from error
    except UnidentifiedImageError as error:
        raise Refused("This is no JPEG, PNG or WebP photo.") from error
    except MemoryError as error:
        raise Refused("This photo needs too much memory.") from error
    except Exception as error:
        raise Refused("This photo is damaged and cannot be read.") from error
    fresh = on_white(shrink(picture))
    small = fresh.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    told = {
        "width": fresh.width,
        "height": fresh.height,
        "fingerprint": fingerprint(fresh),
        "taken": taken,
    }
    return told, as_jpeg(fresh), as_jpeg(small)


def load_decoders() -> None:
    """Those of photos. Asked for one that it does not know yet, Pillow loads forty."""
    from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401


def check_size(picture) -> None:  # type: ignore[no-untyped-def]
    """By what the header claims, before a pixel is decoded."""
    if picture.width < 1 or picture.height < 1:
        raise Refused("This photo is empty.")
    most = MOST_PIXELS[picture.format]
    if picture.width * picture.height > most:
        megapixels = most // 1_000_000
        raise Refused(f"A photo in {picture.format} may have {megapixels} megapixels at most.")


def when_taken(picture) -> str:  # type: ignore[no-untyped-def]
    """The one thing worth keeping of EXIF, as its camera wrote it; the asker reads it.

    Of loaded pixels only: asked before, a broken PNG would pass for a whole one.
    """
    try:
        details = picture.getexif().get_ifd(0x8769)
        written, offset = details.get(0x9003, ""), details.get(0x9011, "")
    except Exception:  # noqa: BLE001 - a broken EXIF block says nothing; the pixels may still be fine
        return ""
    return f"{written} {offset}".strip()[:40] if isinstance(written, str) else ""


def shrink(picture):  # type: ignore[no-untyped-def]
    """By a whole number, which costs one pass over the pixels; resampling costs twenty."""
    return in_colours(picture).reduce(max(1, -(-max(picture.size) // LONGEST_EDGE)))


def in_colours(picture):  # type: ignore[no-untyped-def]
    """With a byte per channel: palettes and deep greys cannot be averaged as they are."""
    if picture.mode in ("L", "LA", "RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda depth: depth * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def on_white(picture):  # type: ignore[no-untyped-def]
    """A new image with the pixels alone: nothing that came along in the file is carried over."""
    from PIL import Image

    fresh = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        fresh.paste(seen, mask=seen.getchannel("A"))
    else:
        fresh.paste(picture.convert("RGB"))
    return fresh


def as_jpeg(picture) -> bytes:  # type: ignore[no-untyped-def]
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


if __name__ == "__main__":
    main()
