#!/usr/bin/env python3
"""Makes a PyTorch model and its data for examples/live/omniglot.yaml from Omniglot's two small background sets.

    python3 examples/live/make_omniglot.py ZIP … FOLDER     writes model.pt and data.npz; needs PyTorch and NumPy

The task: which character it is, drawn by somebody whose other drawings were never seen. Every character was drawn by the same twenty
people: 14 of them train, 3 validate, 3 test. Images of 105x105 black and white pixels become 35x35 shares of ink, 0 to 255.
"""
import pathlib
import struct
import sys
import zipfile
import zlib

import numpy
import torch

PARTS = {"train": range(1, 15), "validation": range(15, 18), "test": range(18, 21)}


def ink(png):
    """Pixels [105, 105], 1 where there is ink, of a PNG with one bit a pixel. Rows may refer to those above them (PNG filters 0 to 4)."""
    at, packed = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", png[at + 8:at + 18])
        if kind == b"IDAT": packed += png[at + 8:at + 8 + size]
        at += size + 12
    if (width, height, depth, colour) != (105, 105, 1, 0):
        raise ValueError(f"an image of {width}x{height}, {depth} bits, colour type {colour}: Omniglot has 105x105, 1 bit, 0")
    data, row_bytes = zlib.decompress(packed), (width + 7) // 8
    above, rows = bytearray(row_bytes), []
    for row in range(height):
        start = row * (row_bytes + 1)
        kind, line = data[start], bytearray(data[start + 1:start + 1 + row_bytes])
        for i in range(row_bytes):
            left, up, corner = (line[i - 1] if i else 0), above[i], (above[i - 1] if i else 0)
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            line[i] = (line[i] + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
        rows.append(line)
        above = line
    return 1 - numpy.unpackbits(numpy.array(rows, dtype=numpy.uint8), axis=1)[:, :width]


def drawings(paths):
    """Name of the character, number of the drawer, image [35, 35] in uint8. Both sets hold some of the same alphabets: taken once."""
    seen = set()
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                parts = name.split("/")
                if not name.endswith(".png") or tuple(parts[1:]) in seen: continue
                seen.add(tuple(parts[1:]))
                shares = ink(archive.read(name)).reshape(35, 3, 35, 3).mean(axis=(1, 3))
                yield "/".join(parts[1:3]), int(parts[3][-6:-4]), (255 * shares).round().astype(numpy.uint8)


class Characters(torch.nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        def block(before, after):
            return [torch.nn.Conv2d(before, after, 3, padding=1), torch.nn.BatchNorm2d(after), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        self.layers = torch.nn.Sequential(*block(1, 24), *block(24, 48), *block(48, 64), torch.nn.Flatten(), torch.nn.Dropout(0.3),
                                          torch.nn.Linear(64 * 4 * 4, classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        pixels = images.unsqueeze(1).float() / 255
        if self.training: pixels = self.drawn_anew(pixels)
        return self.layers(pixels)

    def drawn_anew(self, pixels: torch.Tensor) -> torch.Tensor:
        """Fourteen drawings of a character are few: in training each is turned, stretched and shifted a little, at random."""
        draws = 2 * torch.rand(5, pixels.shape[0], device=pixels.device) - 1
        turn, wide, high, right, down = 0.25 * draws[0], 1 + 0.15 * draws[1], 1 + 0.15 * draws[2], 0.15 * draws[3], 0.15 * draws[4]
        rows = [wide * torch.cos(turn), -torch.sin(turn), right, torch.sin(turn), high * torch.cos(turn), down]
        place = torch.nn.functional.affine_grid(torch.stack(rows, 1).view(-1, 2, 3), list(pixels.shape), align_corners=False)
        return torch.nn.functional.grid_sample(pixels, place, align_corners=False)


def main(paths, folder):
    folder.mkdir(parents=True, exist_ok=True)
    found = list(drawings(paths))
    classes = {name: i for i, name in enumerate(sorted({name for name, _, _ in found}))}
    arrays = {}
    for part, drawers in PARTS.items():
        chosen = [(image, classes[name]) for name, drawer, image in found if drawer in drawers]
        arrays[part + "_inputs"] = numpy.stack([image for image, _ in chosen])
        arrays[part + "_targets"] = numpy.array([label for _, label in chosen], dtype=numpy.int64)
    numpy.savez_compressed(folder / "data.npz", **arrays)
    torch.manual_seed(1)
    torch.jit.script(Characters(len(classes))).save(str(folder / "model.pt"))
    print(f"{len(classes)} characters; " + ", ".join(f"{part}: {len(arrays[part + '_targets'])}" for part in PARTS) + f"; wrote {folder}")


if __name__ == "__main__":
    if len(sys.argv) < 3: sys.exit(__doc__)
    main(sys.argv[1:-1], pathlib.Path(sys.argv[-1]))
