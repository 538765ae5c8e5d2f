"""Make .venv and install what the lock names. Runs on a bare Python, so it imports nothing else.

usage: python3 install.py [--dev]
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)


def main() -> None:
    if sys.version_info[:2] != NEEDED:
        start_again_with_the_right_python()
    lock = CHECKOUT / ("requirements-dev.txt" if "--dev" in sys.argv else "requirements.txt")
    # A development install holds everything a plain one does.
    enough = {fingerprint(lock), fingerprint(CHECKOUT / "requirements-dev.txt")}
    stamp = VENV / "installed"
    if runs(PYTHON) and stamp.exists() and stamp.read_text() in enough:
        return
    try:
        make_venv()
        install(lock)
        stamp.write_text(fingerprint(lock))
    except OSError as error:
        sys.exit(f"{error.filename or CHECKOUT} cannot be written ({error.strerror}).")


def start_again_with_the_right_python() -> None:
    right = shutil.which("python3.11")
    if right is None or os.environ.get("SWAPDESK_INSTALLING"):
        sys.exit(
            f"Swapdesk needs Python 3.11, this is {sys.version.split()[0]}: "
            "install it (Debian 12 has it as python3), then run again."
        )
    os.environ["SWAPDESK_INSTALLING"] = "1"
    os.execv(right, [right, *sys.argv])


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def runs(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    if runs(PYTHON):
        return
    try:
        import ensurepip  # noqa: F401  (Debian keeps it in a package of its own)
        import venv
    except ImportError:
        sys.exit("Python's venv is missing: apt-get install python3-venv, then run again.")
    say("Making .venv")
    venv.create(VENV, with_pip=True, clear=True)


def install(lock: Path) -> None:
    """Only what the lock names, with the very bytes it names."""
    total = sum(line[:1].isalnum() for line in lock.read_text().splitlines())
    say(f"Installing {total} pinned packages; this takes about a minute, once")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install"]
    pip += ["--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    log = VENV / "install.log"
    with (
        log.open("w") as kept,
        subprocess.Popen(
            [*pip, "--progress-bar", "off", "--require-hashes", "-r", lock],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        ) as running,
    ):
        done = 0
        for line in running.stdout or ():
            kept.write(line)
            done += line.startswith(("Collecting ", "Requirement already satisfied"))
            if line.startswith("Collecting ") and done % 20 == 0:
                say(f"  {min(done, total)} of {total}")
            if line.startswith("Installing collected"):
                say("  unpacking")
    if running.returncode:
        errors = [line for line in log.read_text().splitlines() if line.startswith("ERROR")]
        sys.exit(f"{(errors or ['pip failed'])[0]} (all of it: {log}). Is the network there?")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped before the installation was complete; run again to go on.")
