import os

# The text package's own tests run without Django.
if os.environ["DJANGO_SETTINGS_MODULE"]:
    from tests.world import world

    __all__ = ["world"]
