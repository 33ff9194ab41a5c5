"""Builds the package from the C++ sources of the project, wherever they are.

In a clone they stand two folders up. A source distribution has them in native/, where build_sdist lays them for as long
as it takes. All the work is scikit-build-core's.
"""

import contextlib
import pathlib
import shutil

from scikit_build_core import build as _build

_HERE = pathlib.Path(__file__).resolve().parent.parent
_PACKED = _HERE / "native"
_PARTS = ["CMakeLists.txt", "LICENSE", "cmake", "include", "src", "bindings/python/CMakeLists.txt", "bindings/python/src",
          "bindings/python/leadline"]


def _clone():
    """The project's folder in a clone, or None."""
    root = _HERE.parent.parent
    return root if (root / "include" / "leadline" / "leadline.h").is_file() else None


def _settings(given):
    settings = dict(given or {})
    settings.setdefault("cmake.source-dir", str(_clone() or _PACKED))
    return settings


@contextlib.contextmanager
def _packed_sources():
    root = _clone()
    if root is None:
        yield
        return
    shutil.rmtree(_PACKED, ignore_errors=True)
    try:
        for part in _PARTS:
            source, target = root / part, _PACKED / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        yield
    finally:
        shutil.rmtree(_PACKED, ignore_errors=True)


def build_sdist(sdist_directory, config_settings=None):
    with _packed_sources():
        return _build.build_sdist(sdist_directory, config_settings)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _build.build_wheel(wheel_directory, _settings(config_settings), metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _build.build_editable(wheel_directory, _settings(config_settings), metadata_directory)


def get_requires_for_build_sdist(config_settings=None):
    return _build.get_requires_for_build_sdist(config_settings)


def get_requires_for_build_wheel(config_settings=None):
    return _build.get_requires_for_build_wheel(_settings(config_settings))


def get_requires_for_build_editable(config_settings=None):
    return _build.get_requires_for_build_editable(_settings(config_settings))


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    return _build.prepare_metadata_for_build_wheel(metadata_directory, _settings(config_settings))


def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    return _build.prepare_metadata_for_build_editable(metadata_directory, _settings(config_settings))
