"""Photos from outside come out as fresh pixels, or not at all."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from core.pictures import BadPicture, clean, distance, is_same_scene
from core.pictures.cleaning import LARGEST

CANARY = b"<script>alert(1)</script>"
PHP = b"<?php system($_GET[0]); ?>"


def scene(seed: int = 0, size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """A picture with shapes, so that its fingerprint says something."""
    waves = Image.radial_gradient("L").resize(size).rotate(seed * 37, fillcolor=90)
    stripes = Image.linear_gradient("L").resize(size).rotate(seed * 71, fillcolor=10)
    return Image.merge("RGB", (waves, stripes, ImageOps.mirror(waves))).convert(mode)


def encode(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, form, **options)
    return kept.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG by hand, with whatever its header claims."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def idat(body: bytes) -> bytes:
    return chunk(b"IDAT", zlib.compress(body, 9))


def exif() -> Image.Exif:
    facts = Image.Exif()
    facts[0x010E] = "Jane Roe, 12 Elm Street"
    facts[0x0112] = 6  # turned by 90°
    facts.get_ifd(0x8825)[2] = (51.0, 20.0, 23.0)
    return facts


def jpeg_with(marker: int, body: bytes) -> bytes:
    """A JPEG with an application segment put in behind its start."""
    plain = encode(scene())
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return plain[:2] + segment + plain[2:]


def info() -> PngInfo:
    told = PngInfo()
    told.add_text("Author", "Jane Roe")
    told.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return told


class TestAPhoto:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_comes_out_as_a_jpeg_with_a_small_copy(self, form: str) -> None:
        made = clean(encode(scene(), form))
        photo, small = Image.open(io.BytesIO(made.photo)), Image.open(io.BytesIO(made.small))
        assert (photo.format, photo.size) == ("JPEG", (640, 480))
        assert (small.format, small.size) == ("JPEG", (320, 240))
        assert (made.width, made.height) == (640, 480)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_may_have_any_colours(self, mode: str) -> None:
        made = clean(encode(Image.new(mode, (90, 60)), "PNG"))
        assert Image.open(io.BytesIO(made.photo)).mode == "RGB"

    def test_is_made_smaller_when_it_is_large(self) -> None:
        made = clean(encode(scene(size=(6000, 4000))))
        assert max(made.width, made.height) <= 2560

    def test_stands_upright_as_its_camera_said(self) -> None:
        made = clean(encode(scene(), exif=exif()))
        assert (made.width, made.height) == (480, 640)

    def test_shows_white_where_it_was_transparent(self) -> None:
        made = clean(encode(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))
        assert Image.open(io.BytesIO(made.photo)).getpixel((20, 20)) == (255, 255, 255)


class TestWhatRidesAlong:
    @pytest.mark.parametrize(
        "raw",
        [
            encode(scene(), exif=exif()),
            encode(scene(), "PNG", pnginfo=info(), exif=exif()),
            encode(scene(), "WEBP", exif=exif(), xmp=CANARY),
            encode(scene(), comment=b"Jane Roe"),
            jpeg_with(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x08Jane Roe"),
            encode(scene(), icc_profile=b"Jane Roe" * 40),
        ],
        ids=["exif", "png-text", "webp-xmp", "comment", "iptc", "icc"],
    )
    def test_is_gone(self, raw: bytes) -> None:
        made = clean(raw)
        photo = Image.open(io.BytesIO(made.photo))
        assert dict(photo.getexif()) == {}
        assert set(photo.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Jane" not in made.photo + made.small
        assert CANARY not in made.photo

    @pytest.mark.parametrize(
        "raw",
        [
            encode(scene()) + CANARY,
            encode(scene()) + b"PK\x03\x04" + b"evil.exe" * 20,
            encode(scene()) + b"%PDF-1.7\n" + CANARY,
            encode(scene(), comment=PHP),
            encode(scene(), "PNG") + PHP,
            jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + CANARY),
            jpeg_with(0xFE, b"*/=alert(1)/*"),
            encode(scene(), "WEBP") + b"<html>" + CANARY,
            png(2, 2, chunk(b"tEXt", b"x\0" + PHP), idat(b"\0" + b"abcdef" + b"\0" + b"abcdef")),
        ],
    )
    def test_is_gone_from_a_file_that_is_two_files(self, raw: bytes) -> None:
        made = clean(raw)
        for mark in (CANARY, PHP, b"PK\x03\x04", b"%PDF", b"alert"):
            assert mark not in made.photo + made.small


def truncated(form: str, share: float) -> bytes:
    whole = encode(scene(), form)
    return whole[: int(len(whole) * share)]


def flipped(form: str, seed: int) -> bytes:
    """Every hundredth byte behind the header turned over."""
    raw = bytearray(encode(scene(seed), form))
    for at in range(40 + seed, len(raw), 97):
        raw[at] ^= 0xA5
    return bytes(raw)


ROWS_OF_NOTHING = idat(bytes(10_000_000))
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "one byte": lambda: b"\xff",
    "zeros": lambda: bytes(5000),
    "text": lambda: b"hello" * 50,
    "html": lambda: b"<!doctype html>" + CANARY,
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg with a gif's head": lambda: b"GIF89a<svg onload=alert(1)>",
    "xml bomb": lambda: b"<?xml version='1.0'?><!DOCTYPE b [<!ENTITY a 'x'>]><svg>&a;</svg>",
    "php": lambda: PHP,
    "shell": lambda: b"#!/bin/sh\nrm -rf /\n",
    "elf": lambda: b"\x7fELF" + bytes(200),
    "windows program": lambda: b"MZ" + bytes(300),
    "zip": lambda: b"PK\x03\x04" + bytes(100),
    "gzip": lambda: b"\x1f\x8b" + bytes(100),
    "pdf": lambda: b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj",
    "gif": lambda: encode(scene(), "GIF"),
    "bmp": lambda: encode(scene(), "BMP"),
    "tiff": lambda: encode(scene(), "TIFF"),
    "ico": lambda: encode(scene(size=(64, 64)), "ICO"),
    "tga": lambda: encode(scene(), "TGA"),
    "ppm": lambda: b"P6 60000 60000 255\n",
    "icns": lambda: b"icns" + bytes(64),
    "psd": lambda: b"8BPS\0\1" + bytes(60),
    "eps that runs": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) run",
    "fits": lambda: b"SIMPLE  =                    T" + bytes(2880),
    "jpeg2000": lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60),
    "avif": lambda: b"\0\0\0\x20ftypavif" + bytes(80),
    "heic": lambda: b"\0\0\0\x18ftypheic" + bytes(80),
    "pixel flood": lambda: png(60_000, 60_000, idat(b"\0")),
    "pixel flood that keeps its word": lambda: png(7000, 7000, ROWS_OF_NOTHING),
    "long and thin": lambda: png(2_000_000_000, 1, idat(b"\0" * 9)),
    "widest": lambda: png(2**31 - 1, 2**31 - 1, idat(b"\0")),
    "no width": lambda: png(0, 10, idat(b"\0")),
    "no pixels": lambda: png(10, 10),
    "no end": lambda: png(10, 10)[:-12],
    "wrong checksum": lambda: encode(scene(), "PNG").replace(b"IDAT", b"IDAX", 1),
    "unknown depth": lambda: png(10, 10, idat(b"\0" * 400), depth=7),
    "unknown colour": lambda: png(10, 10, idat(b"\0" * 400), colour=9),
    "chunk longer than the file": lambda: png(4, 4)[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT",
    "not deflated": lambda: png(4, 4, chunk(b"IDAT", b"garbage" * 9)),
    "text bomb": lambda: png(
        4, 4, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)), idat(bytes(52))
    ),
    "profile bomb": lambda: png(
        4, 4, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)), chunk(b"IDAT", b"x")
    ),
    "palette missing": lambda: png(4, 4, chunk(b"IDAT", b"x"), colour=3),
    "apng of a million frames": lambda: png(
        4, 4, chunk(b"acTL", struct.pack(">II", 10**6, 0)), chunk(b"IDAT", b"x")
    ),
    "jpeg head alone": lambda: b"\xff\xd8\xff\xe0",
    "jpeg of 65535 squared": lambda: (
        b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03"
        b"\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9"
    ),
    "jpeg with no tables": lambda: (
        b"\xff\xd8\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0?\0" + b"a" * 99
    ),
    "jpeg segment that lies": lambda: b"\xff\xd8\xff\xe1\xff\xffExif\0\0" + b"II*\0" * 9,
    "jpeg of markers": lambda: b"\xff\xd8" + b"\xff\xfe\x00\x02" * 20_000,
    "exif in a circle": lambda: jpeg_with(
        0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\1\0\0\0\x08\0\0\0"
    )[:400],
    "webp head alone": lambda: b"RIFF\x10\0\0\0WEBPVP8 ",
    "webp that lies about its length": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8L" + bytes(40),
    "webp of 16383 squared": lambda: (
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xfe\x3f\0\xfe\x3f\0" + bytes(8)
    ),
    "webp tail gone": lambda: truncated("WEBP", 0.3),
    "jpeg tail gone": lambda: truncated("JPEG", 0.3),
    "jpeg middle gone": lambda: truncated("JPEG", 0.05),
    "png tail gone": lambda: truncated("PNG", 0.5),
    "png head alone": lambda: truncated("PNG", 0.01),
    "png turned over": lambda: flipped("PNG", 1),
    "png turned over again": lambda: flipped("PNG", 5),
    "webp turned over": lambda: flipped("WEBP", 2),
    "jpeg head turned over": lambda: bytes([0xFF, 0xD8]) + flipped("JPEG", 0)[700:900],
    "too many bytes": lambda: encode(scene()) + bytes(LARGEST),
}  # fmt: skip


# What unfolds to far more than it weighs; the others end at their first bytes.
BOMBS = ("pixel flood", "pixel flood that keeps its word", "text bomb", "profile bomb")


class TestAHostileUpload:
    def test_comes_in_sixty_kinds(self) -> None:
        assert len(HOSTILE) >= 60

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_is_refused_with_a_reason(self, kind: str) -> None:
        with pytest.raises(BadPicture) as refused:
            clean(HOSTILE[kind]())
        assert str(refused.value).endswith(".")
        assert refused.value.code == "bad_picture"

    def test_costs_its_cell_less_than_a_second(self) -> None:
        """Of processor time, and so does the heaviest photo that is still taken."""
        import resource

        heaviest = encode(Image.new("RGBA", (4000, 4000)), "PNG")
        for raw in (heaviest, *(HOSTILE[kind]() for kind in BOMBS)):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            with suppress(BadPicture):
                clean(raw)
            assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 1

    def test_costs_the_desk_itself_no_memory(self) -> None:
        """What a bomb unfolds to lives and dies in the cell."""
        import resource

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for kind in BOMBS:
            with pytest.raises(BadPicture):
                clean(HOSTILE[kind]())
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 100 * 1024  # KiB


class TestAFingerprint:
    def test_is_kept_when_a_photo_is_made_smaller_and_encoded_again(self) -> None:
        first = clean(encode(scene(3, (1200, 900))))
        again = clean(encode(scene(3, (1200, 900)).resize((500, 375)), "WEBP", quality=40))
        assert is_same_scene(first.fingerprint, again.fingerprint)

    def test_tells_two_photos_apart(self) -> None:
        first, other = clean(encode(scene(1))), clean(encode(scene(4)))
        assert not is_same_scene(first.fingerprint, other.fingerprint)

    def test_counts_bits(self) -> None:
        assert distance(0b1011, 0b0010) == 2
