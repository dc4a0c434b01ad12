"""What the job files of the suite read besides the data sets that AutoSelect finds by itself."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

TEXT = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
OMNIGLOT = "https://github.com/brendenlake/omniglot (python/images_background_small1.zip and …small2.zip)"


def missing(top, job_file):
    """The first file that a job file names by a path of its own and that is not there; None where all are."""
    for name in re.findall(r"\.\./\.\./([^\s,}]+)", job_file.read_text(encoding="utf-8")):
        if not (top / name).exists(): return name
    return None


def make(top):
    """Makes what can be made here and says what else is to be done; says so too where a part fails, and goes on."""
    folder, data = top / "artifacts/live", pathlib.Path(os.environ.get("AUTOSELECT_DATA", top / "../shared/data")) / "datasets"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([top / "autoselect", "--version"], check=True)
    subprocess.run(["dotnet", "build", top / "examples/OwnWorkload", "-c", "Release", "-v", "quiet", "--nologo"], check=True)
    text, shared = folder / "tinyshakespeare.txt", data / "text/tinyshakespeare.txt"
    if text.exists(): print(f"{text} is there")
    elif shared.exists(): print(f"{shutil.copy(shared, text)} copied from {shared}")
    else: print(f"{text} is missing: put there the text of {TEXT}")
    zips = sorted((data / "omniglot").glob("images_background_small*.zip"))
    if (folder / "omniglot/model.pt").exists(): print(f"{folder / 'omniglot'} is there")
    elif not zips: print(f"{folder / 'omniglot'} is missing: put {OMNIGLOT} into {data / 'omniglot'}, and call this again")
    else:
        # PyTorch is needed here alone, and may live in another Python than this one: Debian's python3-torch, for instance.
        python = os.environ.get("AUTOSELECT_TORCH_PYTHON", sys.executable)
        made = subprocess.run([python, top / "examples/live/make_omniglot.py", *zips, folder / "omniglot"])
        if made.returncode != 0:
            print(f"{folder / 'omniglot'} was not made: set AUTOSELECT_TORCH_PYTHON to a python3 with PyTorch and NumPy, "
                  "and call this again")
