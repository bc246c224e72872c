"""Personal data in identity: what is held, for how long, and what a legal hold keeps."""
