class Refused(Exception):
    """The portal understood, and will not do it. The message is shown to the reader."""
