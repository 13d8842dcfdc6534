from tests.stats.conftest import make_frame

__all__ = ["make_frame"]
