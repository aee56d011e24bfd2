"""Study 1: upward mobility of poor children by commuting zone.

Chapters take what they need from here; `__init__.pyi` lists it. Code of this package imports
from its rooms. A name is imported when it is first used, so that one page runs without all.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
