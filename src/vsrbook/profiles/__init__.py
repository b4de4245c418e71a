"""A page for every local government: gathering its data, and the door through which its notebook reads them."""

from vsrbook.profiles.profile import Profile, load_profile

__all__ = ["Profile", "load_profile"]
